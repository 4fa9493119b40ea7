"""Whom a whistle calls: whether they may be, why they are, and by when each must come. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridsvc.calendars.book import Book
from gridsvc.errors import Invalid
from gridsvc.routing.facts import Organisation
from gridsvc.whistles.asked import Blown
from gridsvc.whistles.limits import DUE, Limits
from gridsvc.whistles.proposing import Proposal
from gridsvc.whistles.surveying import Survey


@dataclass(frozen=True, slots=True)
class Call:
    """One organisation to be called, with why, and its reminders by name."""

    organisation: Organisation
    zones: Sequence[Mapping[str, Any]]
    reason: str | None
    calendar: str
    rings: Mapping[str, datetime]

    @property
    def due(self) -> datetime:
        """By when it must have reported in."""
        return self.rings[DUE]

    @property
    def detail(self) -> dict[str, Any]:
        """As the first event tells it."""
        return {
            "organisation": self.organisation.code,
            "zones": list(self.zones),
            "reason": self.reason,
            "due": self.due.isoformat(),
            "calendar": self.calendar,
        }


def calls_of(
    blown: Blown, found: Survey, book: Book, limits: Limits, *, now: datetime
) -> Sequence[Call]:
    """Make the calls of a whistle, or say whom it cannot call like this."""
    proposed = {it.organisation.code: it for it in found.proposals}
    chosen = {it.code: it.reason for it in blown.calls}
    if len(chosen) < len(blown.calls):
        raise _refused("called_twice", en="An organisation is called twice", zh="同一单位重复吹哨")
    _require_why(proposed, chosen)
    return [
        Call(
            organisation=body,
            zones=_zones(proposed.get(body.code)),
            reason=chosen[body.code],
            calendar=by.name,
            rings=limits.rings(blown.kind, by.calendar, now=now),
        )
        for body in _bodies(found, chosen)
        for by in [book.in_force(now, organisation=body.id, areas=found.ground.areas)]
    ]


def _zones(proposal: Proposal | None) -> list[dict[str, Any]]:
    return [] if proposal is None else [reason.detail for reason in proposal.reasons]


def _require_why(proposed: Mapping[str, Proposal], chosen: Mapping[str, str | None]) -> None:
    for code, reason in chosen.items():
        if code not in proposed and not (reason and reason.strip()):
            raise _refused(
                "reason_required",
                en=f'"{code}" is not proposed: say why it is called',
                zh=f"“{code}”不在建议名单中：请说明吹哨理由",
            )


def _bodies(found: Survey, chosen: Mapping[str, str | None]) -> Iterator[Organisation]:
    known = {it.code: it for it in found.edition.organisations.values()}
    for code in chosen:
        if code not in known:
            raise _refused(
                "unknown_organisation",
                en=f'There is no organisation "{code}"',
                zh=f"没有编码为“{code}”的单位",
            )
        if known[code].id == found.appointment.organisation_id:
            raise _refused(
                "own_organisation",
                en="A street does not call itself",
                zh="不能向本单位吹哨",
            )
        yield known[code]


def _refused(code: str, *, en: str, zh: str) -> Invalid:
    return Invalid(code, en=f"{en}.", zh=f"{zh}。", field="calls")


def ids(calls: Sequence[Call]) -> list[UUID]:
    """List the organisations that are called."""
    return [call.organisation.id for call in calls]
