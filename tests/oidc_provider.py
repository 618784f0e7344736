"""A small OpenID Connect provider: a process of its own, told by each test what to say next.

    python tests/oidc_provider.py    prints its address, then serves until it is ended

It signs with RS256, publishes its key, hands out codes that count once, and checks the proof key
(PKCE), the client's secret and the address to come back to. `POST /next` says who signs in next and
what is wrong with the answer: {"claims": {...}, "fault": "..."}; a claim of null is left out.
"""

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "virtual-school", "the-client-secret", "first"


class Provider(ThreadingHTTPServer):
    """What it knows: what to say next, and which codes are out for which request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key, self.other_key = _new_key(), _new_key()
        self.next = {}
        self.codes = {}

    def configuration(self):
        fault = self.next.get("fault")
        return {
            "issuer": "http://127.0.0.1:1" if fault == "another issuer" else self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "scopes_supported": ["openid", "profile", "email", "groups"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def token(self, asked):
        """Answer the ID token for a code that is used up, or None for what must be refused."""
        begun = self.codes.pop(asked.get("code"), None)
        if begun is None or asked.get("client_secret") != SECRET:
            return None
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun["code_challenge"] != challenge or begun["code_challenge_method"] != "S256":
            return None
        if begun["redirect_uri"] != asked.get("redirect_uri"):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun.get("nonce"),
            "sub": "subject-1",
            **self.next.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return self.signed(claims)

    def signed(self, claims):
        match self.next.get("fault"):
            case "alg none":
                return _token(claims, None, "none")
            case "signed with the public key":  # as if it were a shared secret
                return _token(claims, json.dumps(self.keys()["keys"][0]), "HS256")
            case "another key":
                return _token(claims, self.other_key)
            case "unknown key":
                return _token(claims, self.other_key, key_id="other")
        return _token(claims, self.key)


def _token(claims, key, algorithm="RS256", key_id=KEY_ID):
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id})


def _new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        match urlsplit(self.path).path:
            case "/.well-known/openid-configuration" if self.server.next.get("fault") == "moved":
                self._go(f"{self.server.issuer}/elsewhere")
            case "/.well-known/openid-configuration":
                self._say(self.server.configuration())
            case "/elsewhere":
                self._say(self.server.configuration())
            case "/keys":
                self._say(self.server.keys())
            case "/authorize":
                self._authorize(asked)
            case _:
                self._say({}, 404)

    def _authorize(self, asked):
        """The person signs in and says yes; or, told so, stops."""
        answer = {"state": asked["state"]}
        if self.server.next.get("fault") == "stopped":
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe()
            self.server.codes[answer["code"]] = asked
        self._go(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/next":
            self.server.next = json.loads(body)
            return self._say({})
        token = self.server.token({name: values[0] for name, values in parse_qs(body).items()})
        if token is None:
            return self._say({"error": "invalid_grant"}, 400)
        return self._say({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _say(self, what, status=200):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Say nothing: the test that started it reads the first line only."""


if __name__ == "__main__":
    server = Provider()
    print(server.issuer, flush=True)  # noqa: T201 (how the test learns the port)
    server.serve_forever()
