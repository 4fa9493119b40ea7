"""What a web process holds for its whole life: made once by `gridsvc.app`, read by the edges."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import Request

from gridsvc.auth.entrance import Entrance
from gridsvc.auth.gate import PasswordGate
from gridsvc.auth.keys import box_of
from gridsvc.auth.passwords import password_rules
from gridsvc.auth.principal import Principal
from gridsvc.auth.second_factor import PURPOSE
from gridsvc.auth.secret_box import SecretBox
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.http.allowance import Allowance
from gridsvc.settings import Settings

REMEMBERED = timedelta(seconds=1)
"""How long a caller is known without asking the database: a revoked one is out within a second."""


HEAVY_AT_ONCE = 2
"""Calls that keep a core busy for seconds and run at the same time; the others wait."""


def _heavy() -> asyncio.Semaphore:
    return asyncio.Semaphore(HEAVY_AT_ONCE)


@dataclass(slots=True)
class KnownCallers:
    """Callers seen within the last second, by the kind and the hash of their secret."""

    limit: int = 10_000
    _known: dict[tuple[str, bytes], tuple[datetime, Principal]] = field(default_factory=dict)

    def find(self, kind: str, secret_hash: bytes, *, now: datetime) -> Principal | None:
        """Recall a caller who was looked up less than a second ago."""
        until, principal = self._known.get((kind, secret_hash), (now, None))
        return principal if now < until else None

    def keep(self, kind: str, secret_hash: bytes, principal: Principal, *, now: datetime) -> None:
        """Remember a caller for a second."""
        if len(self._known) >= self.limit:
            self._known.clear()
        self._known[kind, secret_hash] = (now + REMEMBERED, principal)

    def forget(self, credential_id: UUID) -> None:
        """Drop a caller who has just signed out."""
        self._known = {
            key: known
            for key, known in self._known.items()
            if known[1].credential_id != credential_id
        }


@dataclass(frozen=True, slots=True)
class State:
    """The parts that requests share."""

    settings: Settings
    database: Database
    signing_key: str
    accounts: Allowance
    addresses: Allowance
    clock: Callable[[], datetime] = utc_now
    callers: KnownCallers = field(default_factory=KnownCallers)
    passwords: PasswordGate = field(default_factory=PasswordGate)
    heavy: asyncio.Semaphore = field(default_factory=_heavy)

    @property
    def entrance(self) -> Entrance:
        """The way in."""
        return Entrance(
            self.database, self.passwords, password_rules(self.settings), self.box(PURPOSE)
        )

    def box(self, purpose: str) -> SecretBox:
        """Make the secret box of a purpose."""
        return box_of(purpose, self.settings, signing_key=self.signing_key)


def state_of(request: Request) -> State:
    """Find the parts of the process that serves a request."""
    state: State = request.app.state.gridsvc
    return state
