"""A mail server for tests (aiosmtpd) and a token endpoint beside it. Listens on free ports of this machine until its
input ends; says its ports in one line; keeps every mail it takes as one line of JSON in FOLDER/mails.

What it does with a mail is chosen by the reader's name: nobody@ is refused for good, later@ for now, vanish@ is taken
and the connection cut before the answer, slow@ is never answered."""
import asyncio, json, secrets, ssl, sys, time, urllib.parse
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword, MISSING

FOLDER, CERT, KEY = sys.argv[1:4]
USER, PASSWORD = "office@hill.example", "correct horse"
TOKENS, COUNTS = {}, {"tokens": 0}
REFRESH = ["refresh-1"]


def keep(line):
    with open(FOLDER + "/mails", "a") as out:
        out.write(json.dumps(line) + "\n")


class Handler:
    def __init__(self, name):
        self.name = name

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 There is no such mailbox"
        if address.startswith("later@"):
            return "451 4.3.0 Not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("slow@"):
            await asyncio.sleep(3600)
        keep({"listener": self.name, "tls": session.ssl is not None, "signed": bool(session.authenticated),
              "from": envelope.mail_from, "to": envelope.rcpt_tos, "data": envelope.content.decode("utf-8", "replace")})
        if envelope.rcpt_tos[0].startswith("vanish@"):
            server.transport.close()
        return "250 2.0.0 Taken as made-up-1"

    async def auth_XOAUTH2(self, server, args):
        import base64
        given = args[1] if len(args) > 1 else await server.challenge_auth("")
        if given is MISSING:
            return AuthResult(success=False)
        text = given if isinstance(given, bytes) else base64.b64decode(given)
        if isinstance(given, str):
            text = base64.b64decode(given)
        fields = dict(part.split("=", 1) for part in text.decode().split("\x01") if "=" in part)
        token = fields.get("auth", "").removeprefix("Bearer ")
        good = fields.get("user") == USER and TOKENS.get(token, 0) > time.time()
        return AuthResult(success=good, handled=False, auth_data=fields.get("user"))


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


async def token(reader, writer):
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    form = {k: v[0] for k, v in urllib.parse.parse_qs((await reader.readexactly(length)).decode()).items()}
    client = (form.get("client_id"), form.get("client_secret")) == ("made-up-app", "made-up-secret")
    grant = form.get("grant_type")
    fine = client and (grant == "client_credentials" or (grant == "refresh_token" and form.get("refresh_token") == REFRESH[0]))
    if fine:
        COUNTS["tokens"] += 1
        fresh = secrets.token_urlsafe(24)
        TOKENS[fresh] = time.time() + 3600
        body = {"access_token": fresh, "token_type": "Bearer", "expires_in": 3600}
        if grant == "refresh_token":
            REFRESH[0] = "refresh-%d" % (COUNTS["tokens"] + 1)
            body["refresh_token"] = REFRESH[0]
        status = "200 OK"
    else:
        status, body = "401 Unauthorized", {"error": "invalid_client", "error_description": "The application is not known"}
    keep({"listener": "token", "grant": grant, "granted": fine})
    text = json.dumps(body)
    writer.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n{text}".encode())
    await writer.drain()
    writer.close()


async def silent(reader, writer):
    await asyncio.sleep(3600)


async def main():
    loop = asyncio.get_running_loop()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERT, KEY)
    signed = dict(authenticator=authenticate, auth_required=True, loop=loop)
    listeners = {
        "starttls": await loop.create_server(
            lambda: SMTP(Handler("starttls"), tls_context=tls, require_starttls=True, **signed), "127.0.0.1", 0),
        "tls": await loop.create_server(
            lambda: SMTP(Handler("tls"), auth_require_tls=False, **signed), "127.0.0.1", 0, ssl=tls),
        "relay": await loop.create_server(lambda: SMTP(Handler("relay"), loop=loop), "127.0.0.1", 0),
        "silent": await asyncio.start_server(silent, "127.0.0.1", 0),
        "token": await asyncio.start_server(token, "127.0.0.1", 0),
    }
    print(" ".join(f"{name}={server.sockets[0].getsockname()[1]}" for name, server in listeners.items()), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(), debug=False)
