"""What a version of a scheme changes: categories and conditions, field by field. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gridsvc.catalogue.entry import Entry, Filing
from gridsvc.clock.limit import Limit

OF_CATEGORY = ("name", "name_en", "major_code", "major_name", "major_name_en", "kind", "limit")
OF_CONDITION = ("text", "text_en", "limit", "closing", "closing_en", "lead", "supervisor")


class Sort(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Values:
    """A field before and after."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A category, or one of its conditions, that is added, changed or ended."""

    sort: Sort
    category: str
    category_name: str
    condition: str | None = None
    text: str | None = None
    fields: tuple[Values, ...] = ()


def difference(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Change, ...]:
    """Compare two versions; what is the same is not named."""
    ours = {entry.code: entry for entry in before}
    theirs = {entry.code: entry for entry in after}
    return tuple(
        change
        for code in sorted(ours | theirs)
        for change in _of_category(ours.get(code), theirs.get(code))
    )


def _of_category(before: Entry | None, after: Entry | None) -> Iterator[Change]:
    entry = after or before
    assert entry is not None  # noqa: S101 - the code is of one of the two
    named = Change(sort=Sort.CHANGED, category=entry.code, category_name=entry.name)
    if before is None or after is None:
        yield replace(named, sort=Sort.ADDED if after else Sort.ENDED)
        return
    fields = _fields(before, after, OF_CATEGORY)
    if fields:
        yield replace(named, fields=fields)
    ours = {one.code: one for one in before.conditions}
    theirs = {one.code: one for one in after.conditions}
    for code in ours | theirs:
        yield from _of_condition(ours.get(code), theirs.get(code), named)
    common = [code for code in ours if code in theirs]
    if common != [code for code in theirs if code in ours]:
        orders = [", ".join(codes) for codes in (ours, theirs)]
        yield replace(named, fields=(Values("order", *orders),))


def _of_condition(before: Filing | None, after: Filing | None, named: Change) -> Iterator[Change]:
    filing = after or before
    assert filing is not None  # noqa: S101 - the code is of one of the two
    which = replace(named, condition=filing.code, text=filing.text)
    if before is None or after is None:
        yield replace(which, sort=Sort.ADDED if after else Sort.ENDED)
    elif fields := _fields(before, after, OF_CONDITION):
        yield replace(which, fields=fields)


def _fields(before: object, after: object, names: Sequence[str]) -> tuple[Values, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(
        Values(name, _text(ours), _text(theirs)) for name, ours, theirs in pairs if ours != theirs
    )


def _text(value: Limit | str | None) -> str | None:
    return value.zh if isinstance(value, Limit) else value
