"""An identity provider on loopback, of Authlib's grants. It really signs, and lies on demand."""

import json
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "gridsvc", "a secret that only the two of them know"
TOKEN = {"token_type": "Bearer", "access_token": "of no use here", "scope": "openid profile"}


class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """The service, as the provider knows it."""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/back")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # as above
    """A code that was given out."""

    code: str
    user: Mapping[str, Any]
    said: Mapping[str, str]

    @property
    def code_challenge(self) -> str | None:
        return self.said.get("code_challenge")

    @property
    def code_challenge_method(self) -> str | None:
        return self.said.get("code_challenge_method")

    def get_redirect_uri(self) -> str:
        return self.said["redirect_uri"]

    def get_scope(self) -> str:
        return self.said["scope"]

    def get_nonce(self) -> str | None:
        return self.said.get("nonce")

    def get_auth_time(self) -> None: ...

    def get_acr(self) -> None: ...

    def get_amr(self) -> list[str] | None:
        methods: list[str] | None = self.user.get("amr")
        return methods


@dataclass
class Issuer:
    """The provider: who is at its page, its key, and what it is to lie about."""

    address: str = ""
    user: Mapping[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    stranger: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    lies: Mapping[str, Any] = field(default_factory=dict)
    """Claims in the place of the true ones."""
    signs_with: str = "RS256"
    """An algorithm, or `stranger` for a key of somebody else's."""
    codes: dict[str, Code] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def signed(self, true: str) -> str:
        """Sign anew what was signed well, with the lies in it."""
        claims = {**jwt.decode(true, self.key).claims, **self.lies}
        claims = {name: value for name, value in claims.items() if value is not None}
        match self.signs_with:
            case "none":
                return f"{_part({'alg': 'none'})}.{_part(claims)}."
            case "HS256":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))
            case "stranger":
                header = {"alg": "RS256", "kid": self.key.kid}
                return jwt.encode(header, claims, self.stranger)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def _part(said: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


class Grant(AuthorizationCodeGrant):  # type: ignore[misc]  # as above
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        self.server.issuer.codes[code] = Code(code, request.user, request.payload.data)

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found: Code | None = self.server.issuer.codes.get(code)
        return found

    def delete_authorization_code(self, authorization_code: Code) -> None:
        del self.server.issuer.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: Code) -> Mapping[str, Any]:
        return authorization_code.user


class Extension(OpenIDCode):  # type: ignore[misc]  # as above
    def __init__(self, issuer: Issuer) -> None:
        super().__init__(require_nonce=True)
        self.issuer = issuer

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return any(code.get_nonce() == nonce for code in self.issuer.codes.values())

    def resolve_client_private_key(self, client: Client) -> KeySet:
        return KeySet([self.issuer.key])

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": self.issuer.address}

    def generate_user_info(self, user: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
        return user

    def encode_id_token(self, token: Any, request: OAuth2Request) -> str:
        return self.issuer.signed(super().encode_id_token(token, request))


class Server(AuthorizationServer):  # type: ignore[misc]  # as above
    def __init__(self, issuer: Issuer) -> None:
        super().__init__()
        self.issuer = issuer
        self.register_grant(Grant, [Extension(issuer), CodeChallenge(required=True)])
        self.register_token_generator("default", lambda **_: {**TOKEN})

    def query_client(self, client_id: str) -> Client | None:
        return Client() if client_id == CLIENT_ID else None

    def save_token(self, token: Any, request: OAuth2Request) -> None: ...

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None: ...

    def create_oauth2_request(self, request: OAuth2Request) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:
        return status, body, headers


class _Payload(BasicOAuth2Payload):  # type: ignore[misc]  # as above
    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._data.items()})


class _Request(OAuth2Request):  # type: ignore[misc]  # as above
    """A request; Authlib demands https, which ends before it in real life."""

    def __init__(self, method: str, path: str, headers: Any, given: dict[str, str]) -> None:
        super().__init__(method, f"https://provider{path}", headers=headers)
        self.payload = _Payload(given)
        self.given = given

    @property
    def args(self) -> dict[str, str]:
        return self.given

    @property
    def form(self) -> dict[str, str]:
        return self.given


@contextmanager
def running(issuer: Issuer) -> Iterator[Issuer]:
    """Answer on a free port of this machine."""
    server = Server(issuer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            if path.path == "/.well-known/openid-configuration":
                self._answer(200, issuer.described(), [])
            elif path.path == "/keys":
                self._answer(200, KeySet([issuer.key]).as_dict(private=False), [])
            else:
                request = _Request("GET", self.path, self.headers, dict(parse_qsl(path.query)))
                grant = server.get_consent_grant(request, issuer.user)
                self._answer(
                    *server.create_authorization_response(request, issuer.user, grant=grant)
                )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            request = _Request("POST", self.path, self.headers, dict(parse_qsl(body)))
            self._answer(*server.create_token_response(request))

        def _answer(self, status: int, body: Any, headers: list[tuple[str, str]]) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(body or {}).encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        issuer.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = Thread(target=http.serve_forever)
        thread.start()
        yield issuer
        http.shutdown()
        thread.join()
