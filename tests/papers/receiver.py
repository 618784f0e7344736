"""A child's file on the other side: a process that takes plans over HTTPS, or is hostile.

    python tests/papers/receiver.py FOLDER    prints its address, then serves until it is ended

It writes its certificate to FOLDER/ca.pem and what it was sent to FOLDER/taken, a line of JSON
each. What it answers is the address that was asked: /ok, /error, /redirect, /huge, /slow,
/slow-body, /hang, /nonsense.
"""

import datetime
import email
import email.policy
import hashlib
import json
import ssl
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

TOO_MUCH = 100_000_000  # and not without end: whoever takes it all must not take the machine down


def certificate(folder):
    """A certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))


class Handler(BaseHTTPRequestHandler):
    folder = Path()
    asked = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._note(body)
        match self.path:
            case "/ok":
                self._say(201, "Filed under 4711")
            case "/error":
                self._say(500, "<script>alert(1)</script>\x1b[31m it broke")
            case "/redirect":
                self.send_response(302)
                self.send_header("Location", f"https://localhost:{self.server.server_port}/ok")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "/huge":
                self.send_response(200)
                self.end_headers()
                self._pour()
            case "/slow":
                self._drip()
            case "/slow-body":
                self._drip(b"HTTP/1.1 200 OK\r\n\r\n")
            case "/hang":
                time.sleep(60)
            case _:
                self.wfile.write(b"HTTP/9.9 what?\r\n\r\n")

    def _note(self, body):
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        parts = {
            part.get_param("name", header="content-disposition"): [
                part.get_filename(),
                part.get_content_type(),
                hashlib.sha256(part.get_payload(decode=True)).hexdigest(),
            ]
            for part in message.iter_parts()
        }
        told = {
            "path": self.path,
            "key": self.headers["Idempotency-Key"],
            "secret": self.headers["Authorization"],
            "parts": parts,
        }
        with (self.folder / "taken").open("a") as file:
            file.write(json.dumps(told) + "\n")

    def _say(self, code, words):
        answer = words.encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _pour(self):
        """An answer with far too much in it; how much of it was taken is written down."""
        taken = 0
        try:
            while taken < TOO_MUCH:
                taken += self.wfile.write(b"more " * 20_000)
        except OSError:
            pass
        (self.folder / "poured").write_text(str(taken))

    def _drip(self, begun=b"HTTP/1.1 200 OK\r\nX-Slow: "):
        """An answer that never ends, a letter at a time: its header, or what follows."""
        try:
            self.wfile.write(begun)
            for _ in range(600):
                self.wfile.write(b"a")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_):
        pass


def main(folder):
    Handler.folder = folder
    certificate(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(f"https://localhost:{server.server_port}", flush=True)  # noqa: T201 (for the test)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
