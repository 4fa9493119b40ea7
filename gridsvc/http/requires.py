"""Who may call an endpoint, as types for its signature: `who: CanReport` is the whole policy."""

import hmac
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from itsdangerous import BadSignature, TimestampSigner

from gridsvc.auth import repository
from gridsvc.auth.integrations import note_use
from gridsvc.auth.policy import Permission, demand
from gridsvc.auth.principal import Principal
from gridsvc.auth.service import secret_hash
from gridsvc.errors import NotAllowed, NotAuthenticated
from gridsvc.http.content import is_form
from gridsvc.http.language import CALLERS
from gridsvc.http.noting import CALLER
from gridsvc.http.process import address_of, moment_of
from gridsvc.http.state import State, state_of

BEARER = "HTTPBearer"
COOKIE = "gridsvc_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
_ADMITTED = "admitted"
"""Where a request keeps who may go on with it: nobody who was refused, unlike `CALLER`."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Presented:
    """A secret as it came with the request."""

    secret: str
    kind: str


def signer(state: State, kind: str = "session") -> TimestampSigner:
    """Make the signer of the cookies of sessions, or of screens on a wall."""
    return TimestampSigner(state.signing_key, salt=f"gridsvc.{kind}")


def csrf_token(state: State, secret: str) -> str:
    """Derive the token that a page of this session must send back with every change."""
    return hmac.new(state.signing_key.encode(), b"csrf:" + secret.encode(), "sha256").hexdigest()


def same(ours: str, given: str) -> bool:
    """Compare in a time that tells nothing; bytes, as what is given may be any text."""
    return hmac.compare_digest(ours.encode(), given.encode())


async def presented(request: Request) -> Presented | None:
    """Read the secret from the Authorization header or from the signed cookie."""
    scheme, secret = get_authorization_scheme_param(request.headers.get("Authorization"))
    if secret and scheme.lower() == "bearer":
        return Presented(secret, "bearer")
    cookie = request.cookies.get(COOKIE)
    return _signed(state_of(request), cookie) if cookie else None


def _signed(state: State, cookie: str) -> Presented | None:
    """Read a cookie that was signed for a session or for a screen on a wall."""
    lives = {"session": state.settings.session_hours, "wall": state.settings.wall_days * 24}
    for kind, hours in lives.items():
        with suppress(BadSignature):
            secret = signer(state, kind).unsign(cookie, max_age=hours * 3600)
            return Presented(secret.decode(), kind)
    return None


async def caller_of(request: Request) -> Principal | None:
    """Find who is calling, once for a request; None for nobody."""
    if not hasattr(request.state, _ADMITTED):
        given = await presented(request)
        setattr(request.state, _ADMITTED, await _admitted(request, given) if given else None)
    found: Principal | None = getattr(request.state, _ADMITTED)
    return found


async def _admitted(request: Request, given: Presented) -> Principal | None:
    """Let in whose secret it is, if this call may come from them as it came."""
    state, address, now = state_of(request), address_of(request), moment_of(request)
    known = await _known(state, given, address, now=now)
    if known is None:
        return None
    state.accounts.spend(known.account_id, now=now)
    setattr(request.state, CALLERS, known.language)
    setattr(request.state, CALLER, known)
    if known.integration is not None and not known.integration.may_come_from(address):
        raise _elsewhere(address)
    if given.kind != "bearer" and request.method not in SAFE_METHODS:
        if given.kind == "wall":
            raise _only_looks()
        check_csrf(state, given.secret, await _page_token(request))
    return known


async def _known(
    state: State, given: Presented, address: str | None, *, now: datetime
) -> Principal | None:
    """Find whose secret it is: seen within the last second, or written in the database."""
    digest = secret_hash(given.secret)
    known = state.callers.find(given.kind, digest, now=now)
    if known is not None:
        return known
    async with state.database.sessions() as db:
        known = await repository.principal_by_secret(db, digest, kind=given.kind, now=now)
    if known is None:
        return None
    if known.integration is not None and known.integration.may_come_from(address):
        await note_use(state.database, known, address=address, now=now)
    state.callers.keep(given.kind, digest, known, now=now)
    return known


def _only_looks() -> NotAllowed:
    return NotAllowed(
        "wall_only_looks",
        en="A screen on a wall only looks; sign in elsewhere to change something.",
        zh="大屏会话仅供查看；如需操作，请在其他设备上登录。",
    )


async def _page_token(request: Request) -> str:
    """Read the page's token: its scripts send it as a header, its forms as a field."""
    sent = request.headers.get(CSRF_HEADER)
    if sent is not None or not is_form(request):
        return sent or ""
    # Kept by the request: who reads the form afterwards finds it read.
    return str((await request.form()).get(CSRF_FIELD, ""))


def _elsewhere(address: str | None) -> NotAllowed:
    return NotAllowed(
        "address_not_allowed",
        en=f"This account may not be used from {address}.",
        zh=f"该账号不允许从 {address} 使用。",
    )


def check_csrf(state: State, secret: str, token: str) -> None:
    """Refuse a change that a browser sends for somebody else's page."""
    if not same(csrf_token(state, secret), token):
        raise NotAllowed(
            "csrf",
            en=f"A change from a browser must carry the page's token in {CSRF_HEADER}.",
            zh=f"浏览器发起的修改必须在 {CSRF_HEADER} 中带上页面令牌。",
        )


class FindCaller(SecurityBase):
    """Finds who is calling, None for nobody.

    Every call passes here or below, and each dependency costs it some: none has one of its own.
    FastAPI's would take one for the header and one for the cookie.
    """

    model = HTTPBearer(description="A token made by POST /v1/tokens.")
    scheme_name = BEARER

    async def __call__(self, request: Request) -> Principal | None:
        """Find them."""
        return await caller_of(request)


class RequireCaller(FindCaller):
    """Finds who is calling, and refuses nobody."""

    async def __call__(self, request: Request) -> Principal:
        """Find them, or refuse."""
        caller = await caller_of(request)
        if caller is None:
            raise NotAuthenticated(
                en="Sign in first: send a bearer token, or use the login page.",
                zh="请先登录：携带 Bearer 令牌，或使用登录页面。",
            )
        return caller


class Requires(RequireCaller):
    """Finds who is calling, and demands one of some permissions of them."""

    def __init__(self, *permissions: Permission) -> None:
        self.permissions = permissions

    async def __call__(self, request: Request) -> Principal:
        """Find them, or refuse."""
        caller = await super().__call__(request)
        demand(caller, *self.permissions)
        return caller


MaybeCaller = Annotated[Principal | None, Depends(FindCaller())]
Caller = Annotated[Principal, Depends(RequireCaller())]
PresentedSecret = Annotated[Presented | None, Depends(presented)]


def _needs(*permissions: Permission) -> object:
    return Depends(Requires(*permissions))


ACTIONS = (
    Permission.INCIDENTS_APPROVE,
    Permission.INCIDENTS_ARBITRATE,
    Permission.INCIDENTS_CHECK,
    Permission.INCIDENTS_DISPATCH,
    Permission.INCIDENTS_EVALUATE,
    Permission.INCIDENTS_FILE,
    Permission.INCIDENTS_HANDLE,
    Permission.INCIDENTS_WITHDRAW,
)
"""What an action on an incident may need; the table of transitions says which needs which."""

CanAct = Annotated[Principal, _needs(*ACTIONS)]

ATTACHING = (
    Permission.INCIDENTS_CHECK,
    Permission.INCIDENTS_DISPATCH,
    Permission.INCIDENTS_HANDLE,
    Permission.INCIDENTS_REPORT,
)
"""Who works on an incident in any way may add files to it."""

CanAttach = Annotated[Principal, _needs(*ATTACHING)]
CanInspect = Annotated[Principal, _needs(Permission.ATTACHMENTS_INSPECT)]

CanActivate = Annotated[Principal, _needs(Permission.MAP_ACTIVATE)]
CanAnswer = Annotated[Principal, _needs(Permission.INCIDENTS_ANSWER)]
CanAsk = Annotated[Principal, _needs(Permission.ROUTING_ASK)]
CanAnswerWhistles = Annotated[Principal, _needs(Permission.INCIDENTS_HANDLE)]
CanAudit = Annotated[Principal, _needs(Permission.AUDIT_READ)]
CanCall = Annotated[Principal, _needs(Permission.WHISTLES_CALL)]
CanManageAccounts = Annotated[Principal, _needs(Permission.ACCOUNTS_MANAGE)]
CanManageWebhooks = Annotated[Principal, _needs(Permission.WEBHOOKS_MANAGE)]
CanPlan = Annotated[Principal, _needs(Permission.MAP_PLAN)]
CanReadAreas = Annotated[Principal, _needs(Permission.AREAS_READ)]
CanReadIncidents = Annotated[Principal, _needs(Permission.INCIDENTS_READ)]
CanReadIndicators = Annotated[Principal, _needs(Permission.INDICATORS_READ)]
CanReadNotices = Annotated[Principal, _needs(Permission.NOTICES_READ)]
CanReveal = Annotated[Principal, _needs(Permission.REPORTERS_REVEAL)]
CanReport = Annotated[Principal, _needs(Permission.INCIDENTS_REPORT)]
CanViewMaps = Annotated[Principal, _needs(Permission.MAPS_VIEW)]
