// $1: a client's secret, $2: an address. A sign-in service (OAuth 2.0, client credentials) for tests: it gives tokens to
// `made-up-app` for `mail`, and says at /info?token=… whose a token is, as dovecot asks. /end makes worth nothing what it
// has given. Says `port=N`, waits for the end of its input, goes.
import http from "node:http";
import Provider from "oidc-provider";

const [secret, address] = process.argv.slice(2);
const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: "made-up-app",
        client_secret: secret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    scopes: ["mail"],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    ttl: { ClientCredentials: 600 },
  });
  const given = [];
  provider.on("client_credentials.saved", (token) => given.push(token));
  const answer = (response, status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const callback = provider.callback();
  server.on("request", async (request, response) => {
    const url = new URL(request.url, provider.issuer);
    if (url.pathname === "/info") {
      const token = await provider.ClientCredentials.find(url.searchParams.get("token") ?? "");
      const good = token?.isValid && token.clientId === "made-up-app";
      return good
        ? answer(response, 200, { email: address, expires_in: token.remainingTTL })
        : answer(response, 400, { error: "invalid_token" });
    }
    if (url.pathname === "/end") {
      await Promise.all(given.splice(0).map((token) => token.destroy()));
      return answer(response, 200, {});
    }
    return callback(request, response);
  });
  console.log(`port=${port}`);
});
process.stdin.on("end", () => process.exit(0)).resume();
