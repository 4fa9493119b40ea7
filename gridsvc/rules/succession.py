"""Which versions end and which begin when rows are put in from a time on. Pure.

Nothing in force is edited: a row whose content changes ends, and another begins. A row whose
content stays is left alone. What begins holds until the next version that is planned already.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay

V = TypeVar("V", Rule, BorderPolicy, SpecialDay)
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Succession(Generic[V]):
    """What becomes of the versions: each row as it was, and as it is afterwards."""

    at: datetime
    before: tuple[V, ...]
    after: tuple[V, ...]
    ended: tuple[V, ...]
    """With the time at which they end now."""
    begun: tuple[V, ...]
    kept: tuple[V, ...]
    """What was given and is in force already."""

    def codes(self, *, kept: bool) -> set[str]:
        """Give the codes of what begins, and of what was kept if wanted."""
        begun = {one.code for one in self.begun}
        return begun | {one.code for one in self.kept} if kept else begun


def succeed(
    stored: Sequence[V],
    given: Mapping[K, V],
    *,
    at: datetime,
    key: Callable[[V], K],
    leaves_out: Callable[[V], bool],
) -> Succession[V]:
    """Put rows in from a time on.

    `given` are the rows by what makes them one and the same through time, `key`. Versions that hold
    then, or are planned for later, and that are not given end if `leaves_out` says so.
    """
    lasting = [one for one in stored if _lasts(one, at)]
    held = {key(one): one for one in lasting if one.in_force(at)}
    changed = {name: one for name, one in given.items() if not _same(held.get(name), one)}
    ended: list[V] = [
        replace(one, valid_to=max(at, one.valid_from))
        for one in lasting
        if (one.in_force(at) if key(one) in changed else key(one) not in given and leaves_out(one))
    ]
    begun: list[V] = [
        replace(one, valid_from=at, valid_to=_until(name, held, lasting, at=at, key=key))
        for name, one in changed.items()
    ]
    endings: dict[UUID, V] = {one.id: one for one in ended}
    standing: list[V] = [endings.get(one.id, one) for one in stored]
    return Succession(
        at=at,
        before=tuple(stored),
        after=tuple(standing + begun),
        ended=tuple(ended),
        begun=tuple(begun),
        kept=tuple(held[name] for name in given if name not in changed),
    )


def _lasts(one: V, at: datetime) -> bool:
    """Whether a version holds at a time or later; one that was withdrawn never does."""
    return one.valid_to is None or one.valid_to > max(at, one.valid_from)


def _same(stored: V | None, given: V) -> bool:
    if stored is None:
        return False
    validity = {name: getattr(stored, name) for name in ("id", "valid_from", "valid_to")}
    return replace(given, **validity) == stored


def _until(
    name: K,
    held: Mapping[K, V],
    lasting: Iterable[V],
    *,
    at: datetime,
    key: Callable[[V], K],
) -> datetime | None:
    """Find when the next version that is planned already begins, or the one now in force ends."""
    if name in held:
        return held[name].valid_to
    planned = [one.valid_from for one in lasting if key(one) == name and one.valid_from > at]
    return min(planned, default=None)


def turning_points(rows: Iterable[V], *, since: datetime) -> set[datetime]:
    """List the moments from a time on at which something begins or ends."""
    times = {time for one in rows for time in (one.valid_from, one.valid_to)}
    return {time for time in times if time is not None and time > since}
