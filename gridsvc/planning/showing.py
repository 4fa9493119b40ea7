"""What the planner's pages say of a draft: what it changes, what is wrong, whom it concerns."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from geodata.errors import GeodataError
from gridsvc.errors import GridsvcError
from gridsvc.http.language import LanguageCode
from gridsvc.planning import service
from gridsvc.planning.desk import Asking, called
from gridsvc.planning.difference import Land, LayerDiff, RowsDiff
from gridsvc.planning.findings import Check
from gridsvc.routing.service import Router
from gridsvc.settings import Settings
from gridsvc.web.words import WORDS
from maps.words import Language, square

LISTED = 100
DAYS = 90


def said(error: GridsvcError | GeodataError, language: LanguageCode) -> str:
    """Say an error in a language."""
    return error.zh if language == "zh" else error.en


async def checks(db: AsyncSession, draft_id: UUID, asking: Asking) -> dict[str, Any]:
    """Say what the checks find."""
    found = await service.checks(db, draft_id, at=asking.at)
    return {
        "checks": [_check(one, asking.language) for one in found[:LISTED]],
        "more_checks": max(0, len(found) - LISTED),
        "any_open": any(one.acceptable and one.blocks for one in found[:LISTED]),
    }


def _check(one: Check, language: LanguageCode) -> dict[str, Any]:
    return {
        "key": one.key,
        "severity": one.severity.value,
        "text": one.zh if language == "zh" else one.en,
        "open": one.acceptable and one.blocks,
        "reason": one.accepted["reason"] if one.accepted else None,
    }


async def changes(db: AsyncSession, draft_id: UUID, asking: Asking) -> dict[str, Any]:
    """Say what differs from what is in force, or why that cannot be told."""
    try:
        found = await service.diff(db, draft_id, at=asking.at)
    except (GridsvcError, GeodataError) as error:
        return trouble(error, asking.language)
    if isinstance(found, RowsDiff):
        return _of_rows(found, asking.language)
    return _of_layer(found, asking.language)


def trouble(error: GridsvcError | GeodataError, language: LanguageCode) -> dict[str, Any]:
    """Say why it cannot be told what differs."""
    return _changes(trouble=said(error, language))


def _changes(
    *,
    trouble: str | None = None,
    nothing: bool = False,
    summary: str = "",
    lines: Sequence[str] = (),
    land: Sequence[tuple[str, str]] = (),
    drawn: bool = False,
) -> dict[str, Any]:
    return {
        "trouble": trouble,
        "nothing": nothing,
        "summary": summary,
        "lines": lines[:LISTED],
        "more_lines": max(0, len(lines) - LISTED),
        "land": land,
        "drawn": drawn,
    }


def _of_rows(found: RowsDiff, language: LanguageCode) -> dict[str, Any]:
    lines = [f"− {row_text(row, language)}" for row in found.removed]
    lines += [f"+ {row_text(row, language)}" for row in found.added]
    counts = WORDS["rows_changed"][language]
    return _changes(
        nothing=not lines,
        summary=counts.format(added=len(found.added), removed=len(found.removed)),
        lines=lines,
    )


def row_text(row: Mapping[str, Any], language: LanguageCode) -> str:
    """Write a row of a table in one line."""
    return " · ".join(
        f"{column_name(name, language)} {cell_text(name, value, language)}"
        for name, value in row.items()
        if value is not None
    )


def column_name(name: str, language: LanguageCode) -> str:
    """Name a column of a table."""
    return WORDS[f"column_{name}"][language]


def cell_text(name: str, value: object, language: LanguageCode) -> str:
    """Write a cell as people read it."""
    if name in {"role", "kind"}:
        return WORDS.get(f"{name}_{value}", {}).get(language, str(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _of_layer(found: LayerDiff, language: LanguageCode) -> dict[str, Any]:
    sentences = [found.areas.summary, *found.areas.sentences]
    summary, *lines = [one.zh if language == "zh" else one.en for one in sentences]
    if found.revalued:
        lines.append(WORDS["areas_revalued"][language] + ", ".join(found.revalued[:LISTED]))
    return _changes(
        nothing=found.nothing,
        summary=summary,
        lines=lines,
        land=_land(found, language),
        drawn=not found.nothing,
    )


def _land(found: LayerDiff, language: LanguageCode) -> list[tuple[str, str]]:
    """Sum up the land that moves, that nobody would have, and that two would."""
    sums = (
        ("land_moved", found.moved_m2),
        ("land_uncovered", _sum(found.uncovered)),
        ("land_doubled", _sum(found.doubled)),
    )
    return [(WORDS[name][language], square(size, Language(language))) for name, size in sums]


def _sum(land: Sequence[Land]) -> float:
    return sum(one.area_m2 for one in land)


async def cases(
    db: AsyncSession, router: Router, draft_id: UUID | None, asking: Asking
) -> dict[str, Any]:
    """Say which open cases would change owner, or why that cannot be told."""
    try:
        found = await service.cases(
            db, router, draft_id, at=asking.at, who=asking.who, now=asking.now
        )
    except (GridsvcError, GeodataError) as error:
        return {"cases": None, "cases_trouble": said(error, asking.language)}
    rows = [
        {
            "due": asking.clock.civil(one["due_at"]),
            "overdue": one["overdue"],
            "reference": one["reference"],
            "before": called(one["lead"], asking.language),
            "after": called(one["new_lead"], asking.language),
        }
        for one in found["cases"][:LISTED]
    ]
    return {"cases": {**found, "rows": rows}, "cases_trouble": None}


async def workload(
    db: AsyncSession, settings: Settings, draft_id: UUID, asking: Asking
) -> list[dict[str, Any]]:
    """Say who would have had how much to do; nothing where the draft cannot be put in force."""
    try:
        found = await service.workload(
            db, settings, draft_id, at=asking.at, days=DAYS, who=asking.who, now=asking.now
        )
    except (GridsvcError, GeodataError):
        return []  # The cases have said why.
    return [
        {
            "name": called(one["organisation"], asking.language),
            "before": one["before"],
            "after": one["after"],
        }
        for one in found["organisations"][:LISTED]
    ]
