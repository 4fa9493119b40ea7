"""Somebody who watches: what their stream says, applied to a board that was empty."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from gridsvc.auth.model import Account
from gridsvc.auth.principal import Principal
from gridsvc.auth.repository import principal_of
from gridsvc.auth.service import add_credential, secret_hash
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.db.session import Database
from gridsvc.live.position import Position
from gridsvc.live.viewers import Viewer
from tests.factories import make_account


@dataclass(slots=True)
class Board:
    """What a stream said so far."""

    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    figures: dict[str, int] = field(default_factory=dict)
    end: str | None = None
    last: str | None = None

    def apply(self, told: Iterable[bytes]) -> None:
        """Do with events what a page does."""
        for name, data, position in events(told):
            self.last = position or self.last
            match name:
                case "board":
                    self.cases = {case["id"]: case for case in data["cases"]}
                case "changes":
                    self.cases |= {case["id"]: case for case in data["cases"]}
                    self.gone |= set(data["gone"])
                    for gone in data["gone"]:
                        self.cases.pop(gone, None)
                case "figures":
                    self.figures = data
                case "end":
                    self.end = data["reason"]

    def position(self) -> Position | None:
        """Where it would go on after its line was cut."""
        return Position.read(self.last, now=utc_now())


def events(told: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any], str | None]]:
    """Read events as they are sent: name, data, id."""
    for block in b"".join(told).decode().split("\n\n"):
        said = dict(line.split(": ", 1) for line in block.splitlines())
        if "event" in said:
            yield said["event"], json.loads(said["data"]), said.get("id")


async def appointed(database: Database, login: str, role: str, **to: Any) -> Account:
    """Make an account with an appointment."""
    async with database.transaction() as db:
        return await make_account(db, login, role, **to)


async def principal(database: Database, account: Account) -> Principal:
    """Read what an account may now."""
    async with database.sessions() as db:
        return await principal_of(db, account, credential_id=new_id(), now=utc_now())


async def viewer(database: Database, account: Account, life: Any) -> Viewer:
    """Open a stream with a token of its own."""
    async with database.transaction() as db:
        secret = await add_credential(
            db, account.id, kind="bearer", name="test", life=life, now=utc_now()
        )
    return Viewer(await principal(database, account), "bearer", secret_hash(secret), None)
