"""Signing in with an identity provider: OpenID Connect, authorisation code with PKCE.

The provider's word is a signed token. It counts if the signature is by one of its keys and of an
asymmetric kind, and if it was made by the issuer that we asked, for us, for this very sign-in,
and lately. Parameters, claims and their checks are Authlib's, signatures joserfc's.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from gridsvc.auth.identity import Person
from gridsvc.errors import NotAuthenticated, ProviderAway

log = logging.getLogger("gridsvc.signin")

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Of signatures; neither `none` nor any for which the client's secret would be the key."""
SCOPE = "openid profile"
LEEWAY_S = 60
TIMEOUT_S = 10.0
MULTIPLE = frozenset({"mfa", "otp", "hwk", "sc", "fpt", "face"})
"""Methods (RFC 8176) by which a provider says that it took more than a password."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a browser keeps of a sign-in until it comes back."""

    state: str
    nonce: str
    verifier: str


def begin() -> Begun:
    """Make the random values of a sign-in."""
    return Begun(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(slots=True, kw_only=True)
class Provider:
    """One provider. What it says of itself is asked once, its keys anew when one is unknown."""

    code: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    labels: Mapping[str, str]
    make_accounts: bool
    _metadata: Mapping[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None

    async def address(self, begun: Begun, *, redirect_uri: str) -> str:
        """Give the address at which the provider asks a person who they are."""
        metadata = await self._told()
        made: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            self.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=SCOPE,
            state=begun.state,
            nonce=begun.nonce,
            code_challenge=create_s256_code_challenge(begun.verifier),
            code_challenge_method="S256",
        )
        return made

    async def person(self, code: str, begun: Begun, *, redirect_uri: str, now: datetime) -> Person:
        """Exchange the code that a browser brought for the provider's word on who it is."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": begun.verifier,
        }
        endpoint = (await self._told())["token_endpoint"]
        auth = httpx.BasicAuth(self.client_id, self.client_secret)
        answer = await self._asked("POST", endpoint, data=form, auth=auth)
        claims = await self._checked(answer, begun.nonce, now=now)
        methods = claims.get("amr") or []
        return Person(
            issuer=self.issuer,
            subject=claims["sub"],
            login=str(claims.get("preferred_username") or ""),
            multiple=not MULTIPLE.isdisjoint(map(str, methods)),
        )

    async def _checked(
        self, answer: Mapping[str, Any], nonce: str, *, now: datetime
    ) -> CodeIDToken:
        try:
            token = await self._decoded(str(answer.get("id_token", "")))
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "sub": {"essential": True},
                },
                {
                    "nonce": nonce,
                    "client_id": self.client_id,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise _untrue() from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise _untrue()
        return claims

    async def _decoded(self, text: str) -> jwt.Token:
        for last in (False, True):
            try:
                return jwt.decode(text, await self._key_set(anew=last), algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                if last:
                    raise
        raise AssertionError("the second try returns or raises")

    async def _key_set(self, *, anew: bool) -> KeySet:
        if self._keys is None or anew:
            told = await self._asked("GET", (await self._told())["jwks_uri"])
            self._keys = KeySet.import_key_set({"keys": told["keys"]})
        return self._keys

    async def _told(self) -> Mapping[str, Any]:
        """Ask the provider for its addresses, once."""
        if not self._metadata:
            path = "/.well-known/openid-configuration"
            told = await self._asked("GET", self.issuer.rstrip("/") + path)
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if told.get("issuer") != self.issuer or not all(told.get(name) for name in wanted):
                raise self._away()
            self._metadata = told
        return self._metadata

    async def _asked(self, method: str, address: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
                answer = await client.request(method, address, **more)
            if 400 <= answer.status_code < 500 and method == "POST":
                # Its word says which of us is at fault: a code used twice, or a wrong secret.
                log.warning("%s refused: %s %.200r", self.code, answer.status_code, answer.text)
                raise _untrue()
            told = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._away() from error
        if not isinstance(told, dict):
            raise self._away()
        return told

    def _away(self) -> ProviderAway:
        zh, en = self.labels["zh"], self.labels["en"]
        return ProviderAway(
            en=f'"{en}" does not answer as it should at this moment. Try again soon, or sign in'
            " with a login and a password.",
            zh=f"“{zh}”暂时无法使用，请稍后重试，或使用账号和密码登录。",
        )


def _untrue() -> NotAuthenticated:
    return NotAuthenticated(
        "provider_refused",
        en="The provider did not confirm this sign-in, or did so already: begin again.",
        zh="身份提供方未确认本次登录，或该登录已经使用过，请重新开始。",
    )
