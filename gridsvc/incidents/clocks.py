"""The clocks of a case, read off its events: that of the handling, and those of the stages. Pure.

The handling's clock runs from the report on. Who gets the case from a dispatcher first, or after
others, has the whole limit; who gets it back goes on where it stood.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Protocol

from gridsvc.clock.account import Account, Move
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.stages import StageRule, Step, stage_accounts
from gridsvc.incidents.lifecycle import OPEN, UNHANDLED, Action, Process, Status

_WITH_OWNER: Final = frozenset({Status.DISPATCHED, Status.HANDLING})
_GOES_ON: Final = UNHANDLED | {Status.SUSPENDED}
_CHOOSING: Final = frozenset({Action.ARBITRATE, Action.DISPATCH})


class Happening(Protocol):
    """An event, as far as clocks look at it."""

    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def to_status(self) -> str: ...
    @property
    def detail(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Coming:
    """An event that is about to be written."""

    at: datetime
    action: str
    to_status: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Passage:
    """A case stood in a status from one moment to another; they follow each other without a gap."""

    begins: datetime
    ends: datetime
    status: Status


def handling_account(events: Sequence[Happening], limit: Limit, calendar: Calendar) -> Account:
    """Write the account of the handling's clock."""
    writing = _Writing(Account.open(limit, calendar, at=events[0].at), limit)
    writing.had_owner = events[0].to_status in _WITH_OWNER
    for number, event in enumerate(events[1:], start=2):
        lasts = any(later.to_status in _GOES_ON for later in events[number:])
        writing.follow(event, lasts=lasts)
    return writing.account


class _Writing:
    """An account that is being written, event by event."""

    def __init__(self, account: Account, limit: Limit) -> None:
        self.account, self.limit = account, limit
        self.had_owner = False
        self.for_others = False
        """Whether a correction took it from who had it, and nobody was given it since."""

    def follow(self, event: Happening, *, lasts: bool) -> None:
        """Add what an event does to the clock; `lasts` if the case goes on later."""
        with_owner = event.to_status in _WITH_OWNER
        if self._is_given_anew(event):
            self.account = self.account.restart(event.at, event.action)
        elif with_owner and not self.account.runs:
            self.account = self.account.resume(event.at, event.action)
        elif event.to_status not in _GOES_ON and not lasts:
            self._stop(event)
        elif self.account.runs and (event.to_status not in _GOES_ON or self._is_taken(event)):
            self.account = self.account.pause(event.at, event.to_status)
        if event.action == Action.APPROVE_EXTENSION:
            self.account = self.account.extend(event.at, self._extension(event), event.action)
        if event.action == Action.AMEND and "lead" in event.detail:
            self.for_others = True
        elif with_owner:
            self.for_others = False
        self.had_owner = self.had_owner or with_owner

    def _is_given_anew(self, event: Happening) -> bool:
        """Tell whether a person gives it to others than had it, or the first time."""
        named = event.detail.get("lead")
        other = named is not None and named != event.detail.get("previous_lead")
        return event.action in _CHOOSING and (other or self.for_others or not self.had_owner)

    def _extension(self, event: Happening) -> Limit:
        """Tell how much was added; under a corrected limit of the other sort, that limit."""
        added = extension_of(event.detail)
        return added if added.unit.is_working == self.limit.unit.is_working else self.limit

    def _is_taken(self, event: Happening) -> bool:
        """Tell whether it is in no owner's hands any more, having been."""
        return self.had_owner and event.to_status not in _WITH_OWNER

    def _stop(self, event: Happening) -> None:
        if self.account.turns[-1].move is not Move.STOP:
            self.account = self.account.stop(event.at, event.action)


def extension_of(detail: Mapping[str, Any]) -> Limit:
    """Read by how much an event made the limit longer."""
    told = detail["extended_by"]
    return Limit(told["value"], Unit(told["unit"]))


def is_turned(account: Account) -> bool:
    """Tell whether anything but its start and its end has happened to a clock."""
    return any(turn.move is not Move.STOP for turn in account.turns[1:])


def stage_clocks(
    events: Sequence[Happening], process: Process, calendar: Calendar
) -> Mapping[str, Account]:
    """Write the accounts of the stages' own clocks, of those that a case has been in."""
    rules = {
        code: StageRule(clock.limit, clock.resumes)
        for code, clock in process.clocks.items()
        if clock.limit is not None
    }
    steps = tuple(Step(it.at, clock_of(process, it.to_status) or "") for it in events)
    return stage_accounts(steps, rules, calendar)


def clock_of(process: Process, status: str) -> str | None:
    """Name the clock that runs in a status."""
    standing = process.statuses.get(Status(status))
    return standing.clock if standing else None


def passages(events: Iterable[Happening], until: datetime) -> tuple[Passage, ...]:
    """Tell where a case stood from its report until a moment, or until it ended."""
    known = [event for event in events if event.at <= until]
    found = [
        Passage(event.at, following.at, Status(event.to_status))
        for event, following in pairwise(known)
    ]
    last = known[-1]
    if last.to_status in OPEN:
        found.append(Passage(last.at, until, Status(last.to_status)))
    return tuple(it for it in found if it.begins < it.ends)
