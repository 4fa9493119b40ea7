"""The categories as pages: the schemes with their versions, one of them, and a table to load."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission, may
from gridsvc.catalogue import reading
from gridsvc.catalogue.entry import Entry, Filing
from gridsvc.catalogue.numbering import NUMBERINGS
from gridsvc.catalogue.reading import Version
from gridsvc.http.deps import Now, ReadDb
from gridsvc.planning.desk import Desk, seat

router = APIRouter(include_in_schema=False)


AtCategories = Annotated[Desk, Depends(seat(Permission.AREAS_READ))]
"""Whoever may know what can be reported, at a page."""


@router.get("/categories")
async def categories_page(desk: AtCategories, db: ReadDb, now: Now) -> HTMLResponse:
    """List the versions of every scheme, and take a table from who may load one."""
    found = await reading.versions(db)
    return desk.page(
        "categories.html",
        versions=[_version(one, desk, now) for one in found],
        codes=sorted({one.code for one in found}),
        numberings=[(one.name, _said(one.zh, one.en, desk)) for one in NUMBERINGS.values()],
        may_manage=may(desk.who, Permission.MAP_ACTIVATE),
    )


@router.get("/categories/{code}/{number}")
async def scheme_page(
    *,
    code: str,
    number: Annotated[int, Path(ge=1, le=2**31)],
    desk: AtCategories,
    db: ReadDb,
    now: Now,
) -> HTMLResponse:
    """Show one version of a scheme: its classes with their filing conditions."""
    version, entries = await reading.version(db, code, number)
    return desk.page(
        "scheme.html", version=_version(version, desk, now), majors=_majors(entries, desk)
    )


def _said(zh: str | None, en: str | None, desk: Desk) -> str:
    """Give the words of the page's language, or the Chinese where there are no others."""
    return zh or "" if desk.language == "zh" else en or zh or ""


def _version(one: Version, desk: Desk, now: datetime) -> dict[str, Any]:
    numbering = NUMBERINGS.get(one.numbering or "")
    name, mark = _state(one, now)
    return {
        "code": one.code,
        "version": one.version,
        "name": _said(one.name, one.name_en, desk),
        "state": desk.word(f"state_{name}"),
        "mark": mark,
        "since": desk.clock.civil(one.valid_from),
        "until": desk.clock.civil(one.valid_to),
        "categories": f"{one.categories:,}",
        "conditions": f"{one.conditions:,}",
        "numbering": _said(numbering.zh, numbering.en, desk) if numbering else "",
    }


def _state(one: Version, now: datetime) -> tuple[str, str]:
    """Tell whether a version holds, and the mark that a draft in the same state has."""
    if one.valid_from > now:
        return "to_come", "scheduled"
    if one.valid_to is not None and one.valid_to <= now:
        return "past", "discarded"
    return "in_force", "activated"


def _majors(entries: Sequence[Entry], desk: Desk) -> list[dict[str, Any]]:
    ordered = sorted(entries, key=lambda entry: (entry.major_code, entry.code))
    majors = []
    for code, group in groupby(ordered, key=lambda entry: entry.major_code):
        listed = list(group)
        name = _said(listed[0].major_name, listed[0].major_name_en, desk)
        rows = [row for entry in listed for row in _rows(entry, desk)]
        majors.append({"code": code, "name": name, "rows": rows})
    return majors


def _rows(entry: Entry, desk: Desk) -> list[dict[str, str]]:
    """Write a row for each condition; the class stands in its first."""
    name = f"{entry.code} {_said(entry.name, entry.name_en, desk)}"
    if not entry.conditions:
        limit = _said(entry.limit.zh, entry.limit.en, desk)
        empty = dict.fromkeys(("code", "text", "closing", "lead", "supervisor"), "")
        return [{**empty, "category": name, "limit": limit}]
    rows = [_row(filing, desk) for filing in entry.conditions]
    return [{**row, "category": "" if place else name} for place, row in enumerate(rows)]


def _row(filing: Filing, desk: Desk) -> dict[str, str]:
    return {
        "code": filing.code,
        "text": _said(filing.text, filing.text_en, desk),
        "limit": _said(filing.limit.zh, filing.limit.en, desk),
        "closing": _said(filing.closing, filing.closing_en, desk),
        "lead": filing.lead or "",
        "supervisor": filing.supervisor or "",
    }
