"""A receiver of webhooks for tests that checks signatures with the library of Standard Webhooks. Listens on a free port
of this machine until its input ends; says it in one line. The secret lies in FOLDER/secret; whatever comes is kept as
one line of JSON in FOLDER/told. What it answers stands in the path: /status/200, /status/410 …; /busy is busy the first
time, /away sends elsewhere. What is not signed rightly is answered 401, whatever the path."""
import json, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

FOLDER = sys.argv[1]
SEEN = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            Webhook(open(FOLDER + "/secret").read().strip()).verify(body, headers)
            good = True
        except WebhookVerificationError as error:
            good = str(error)
        with open(FOLDER + "/told", "a") as out:
            out.write(json.dumps({"path": self.path, "good": good, "id": headers.get("webhook-id"),
                                  "headers": headers, "body": json.loads(body)}) + "\n")
        status = int(self.path.split("/")[2]) if self.path.startswith("/status/") else 200
        if self.path == "/busy" and self.path not in SEEN:
            status = 503
        SEEN.add(self.path)
        if self.path == "/away":
            status = 302
        if good is not True:
            status = 401
        self.send_response(status)
        if self.path == "/away":
            self.send_header("location", "/status/200")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
