"""What a replay found as it is stored and answered: one JSON for both. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gridsvc.bulk.comparison import CELL, Comparison, Lead
from gridsvc.lab.file import Found
from gridsvc.lab.model import Replay
from gridsvc.routing.facts import Outcome

SQUARES = 5_000
"""How many squares are kept, those with the most changes first."""

Names = Mapping[str, tuple[str, str | None]]
"""Name and English name of organisations by code."""


def result_of(found: Comparison, names: Names) -> dict[str, Any]:
    """Write down what a replay found."""
    return {
        "total": found.total,
        "changed": found.changed,
        "changed_share": _share(found.changed, found.total),
        "skipped": found.skipped,
        "matrix": [
            {"before": _named(before, names), "after": _named(after, names), "count": count}
            for (before, after), count in sorted(
                found.confusion.items(), key=lambda item: (-item[1], str(item[0]))
            )
        ],
        "organisations": [
            {"organisation": _named(lead, names), "before": before, "after": after}
            for lead, before, after in found.workload()
        ],
        "outcomes": {outcome.value: _outcome(found, outcome) for outcome in Outcome},
        "where": _where(found),
    }


def result_of_file(found: Found, names: Names) -> dict[str, Any]:
    """Write down what a replay of a file found, and which rows could not be read."""
    return {
        **result_of(found.comparison, names),
        "bad": {"total": found.bad.total(), "first": [asdict(row) for row in found.listed]},
    }


def _named(lead: Lead, names: Names) -> dict[str, Any] | None:
    if lead is None:
        return None
    name, name_en = names.get(lead, (lead, None))
    return {"code": lead, "name": name, "name_en": name_en}


def _outcome(found: Comparison, outcome: Outcome) -> dict[str, Any]:
    before, after = found.share(outcome)
    return {
        "before": found.before[outcome],
        "after": found.after[outcome],
        "before_share": round(before, 6),
        "after_share": round(after, 6),
    }


def _where(found: Comparison) -> dict[str, Any]:
    most = sorted(found.where.items(), key=lambda item: (-item[1], item[0]))
    squares = [
        {"lon": lon, "lat": lat, "changed": changed, "total": found.around[lon, lat]}
        for (lon, lat), changed in most[:SQUARES]
    ]
    return {"degrees": CELL, "squares": squares, "left_out": max(0, len(most) - SQUARES)}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


def as_replay(run: Replay) -> dict[str, Any]:
    """Show a replay and how far it has come, without what it found."""
    return {
        "id": str(run.id),
        "draft": str(run.draft_id),
        "from": run.since,
        "to": run.until,
        "file": run.file,
        "state": run.state,
        "asked_at": run.asked_at,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "total": run.total,
        "seen": run.seen,
        "failure": run.failure,
    }


def with_result(run: Replay) -> dict[str, Any]:
    """Show a replay with what it found; nothing before it is done."""
    return {**as_replay(run), "result": run.result}
