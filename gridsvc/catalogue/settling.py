"""Rows of a table become a scheme's categories, as the version before makes them complete. Pure.

A table of nine columns has neither codes of conditions nor English: a condition that is worded as
before keeps its code, a new one takes the next number, and what a table has no column for stays.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from gridsvc.catalogue.entry import Entry, Filing, shortest
from gridsvc.catalogue.stated import Fault, Stated

Before = Mapping[str, Entry]
"""The categories of the version before, by code."""


def contradictions(rows: Sequence[Stated]) -> Iterator[Fault]:
    """Find rows that say otherwise than an earlier one, or the same again."""
    for group in _grouped(rows, "major_code"):
        yield from _unlike(group, "kind", attrgetter("kind"))
        yield from _unlike(group, "major_name", _cell("major_name"))
    for group in _grouped(rows, "code"):
        yield from _unlike(group, "major_code", attrgetter("major_code"))
        yield from _unlike(group, "name", _cell("name"))
        yield from _repeated(group)


def _grouped(rows: Iterable[Stated], by: str) -> list[list[Stated]]:
    get = attrgetter(by)
    return [list(group) for _, group in groupby(sorted(rows, key=get), key=get)]


def _cell(column: str) -> Callable[[Stated], str | None]:
    return lambda row: row.said(column)


def _unlike(
    group: Sequence[Stated], column: str, read: Callable[[Stated], str | None]
) -> Iterator[Fault]:
    """Find rows of one class that are not as its first row is."""
    first = group[0]
    for row in group[1:]:
        ours, theirs = read(row), read(first)
        if ours != theirs:
            yield row.fault(
                column,
                zh=f"为“{ours}”，而第 {first.row} 行同一代码为“{theirs}”",
                en=f'is "{ours}", while row {first.row} with the same code has "{theirs}"',
            )


def _repeated(group: Sequence[Stated]) -> Iterator[Fault]:
    for column in ("text", "condition"):
        first: dict[str, int] = {}
        for row in group:
            said = row.said(column)
            if said is None and column == "text" and len(group) > 1:
                yield row.fault(column, zh="为空", en="is empty")
            elif said is not None and first.setdefault(said, row.row) != row.row:
                yield row.fault(
                    column,
                    zh=f"与第 {first[said]} 行重复",
                    en=f"repeats row {first[said]}",
                )


def settled(rows: Sequence[Stated], before: Before) -> list[Entry]:
    """Make the categories, in the order of their codes."""
    return [_entry(group, before.get(group[0].code)) for group in _grouped(rows, "code")]


def _entry(group: Sequence[Stated], before: Entry | None) -> Entry:
    first = group[0]
    conditions = _conditions(group, before.conditions if before else ())
    entry = Entry(
        code=first.code,
        name=first.said("name") or "",
        name_en=first.said("name_en"),
        major_code=first.major_code,
        major_name=first.said("major_name") or "",
        major_name_en=first.said("major_name_en"),
        kind=first.kind,
        limit=shortest(conditions).limit if conditions else first.limit,
        conditions=conditions,
    )
    if before is None:
        return entry
    kept = {
        name: getattr(before, name)
        for name, of in (("name_en", "name"), ("major_name_en", "major_name"))
        if name not in first.cells and getattr(before, of) == getattr(entry, of)
    }
    return replace(entry, **kept)


def _conditions(group: Sequence[Stated], before: Sequence[Filing]) -> tuple[Filing, ...]:
    given = {row.said("condition") or "" for row in group}
    worded = {one.text: one for one in before if one.code not in given}
    known = {one.code: one for one in before}
    numbers = _free({*known, *given})
    found = []
    for row in group:
        text, code = row.said("text"), row.said("condition")
        if text is not None:
            same = known.get(code) if code else worded.get(text)
            code = code or (same.code if same else next(numbers))
            found.append(_filing(row, code, same))
    return tuple(found)


def _free(taken: set[str]) -> Iterator[str]:
    """Count on from the highest number that is taken."""
    highest = max((int(code) for code in taken if code.isdecimal()), default=0)
    while True:
        highest += 1
        yield str(highest)


def _filing(row: Stated, code: str, before: Filing | None) -> Filing:
    filing = Filing(
        code=code,
        text=row.said("text") or "",
        text_en=row.said("text_en"),
        limit=row.limit,
        closing=row.said("closing"),
        closing_en=row.said("closing_en"),
        lead=row.said("lead"),
        supervisor=row.said("supervisor"),
    )
    if before is None:
        return filing
    kept = {name: getattr(before, name) for name in _absent(row, before)}
    return replace(filing, **kept)


def _absent(row: Stated, before: Filing) -> Iterator[str]:
    """Name what the table has no column for; a translation stays while its original does."""
    yield from {"closing", "lead", "supervisor"} - row.cells.keys()
    for name, of in (("text_en", "text"), ("closing_en", "closing")):
        same = of not in row.cells or row.said(of) == getattr(before, of)
        if name not in row.cells and same:
            yield name
