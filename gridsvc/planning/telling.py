"""Differences and consequences as the API shows them. Pure."""

from typing import Any

from geodata.compare import Moved as MovedLand
from geodata.compare import Relabelled
from gridsvc.planning.consequences import Changes, Moved, Workload
from gridsvc.planning.difference import Land, LayerDiff, RowsDiff
from gridsvc.planning.reading import as_geojson
from gridsvc.routing.facts import Organisation


def diff_body(found: LayerDiff | RowsDiff) -> dict[str, Any]:
    """Write a difference; a draft of a layer has areas and land, one of a table has rows."""
    if isinstance(found, RowsDiff):
        return {"rows": {"added": found.added, "removed": found.removed}, "areas": None}
    areas = found.areas
    return {
        "rows": None,
        "areas": {
            "summary": {"en": areas.summary.en, "zh": areas.summary.zh},
            "added": list(areas.added),
            "removed": list(areas.removed),
            "renamed": [_relabelled(one) for one in areas.renamed],
            "reparented": [_relabelled(one) for one in areas.reparented],
            "moved": [_moved_land(one) for one in areas.moved],
            "revalued": list(found.revalued),
            "sentences": [{"en": one.en, "zh": one.zh} for one in areas.sentences],
            "uncovered": [_land(one) for one in found.uncovered],
            "doubly_covered": [_land(one) for one in found.doubled],
            "workers": [{"worker": worker, "grid": grid} for worker, grid in found.workers],
        },
    }


def _relabelled(one: Relabelled) -> dict[str, str]:
    return {"code": one.code, "old": one.old, "new": one.new}


def _moved_land(one: MovedLand) -> dict[str, Any]:
    return {
        "code": one.code,
        "gained_m2": one.gained_m2,
        "lost_m2": one.lost_m2,
        "place": as_geojson(one.place),
    }


def _land(one: Land) -> dict[str, Any]:
    return {"areas": list(one.areas), "area_m2": one.area_m2, "place": as_geojson(one.place)}


def cases_body(found: Changes) -> dict[str, Any]:
    """Write which open cases would change owner."""
    return {
        "total": found.total,
        "seen": found.seen,
        "changed": found.changed,
        "kept_by_person": found.kept_by_person,
        "without_owner": found.without_owner,
        "cases": [_moved_case(one) for one in found.listed],
    }


def _moved_case(one: Moved) -> dict[str, Any]:
    return {
        "id": str(one.case.id),
        "reference": one.case.reference,
        "category": one.case.matter.category,
        "status": one.case.status,
        "due_at": one.case.due_at,
        "overdue": one.overdue,
        "lead": _organisation(one.before),
        "new_lead": _organisation(one.after),
        "outcome": one.outcome,
    }


def _organisation(one: Organisation | None) -> dict[str, Any] | None:
    return None if one is None else {"code": one.code, "name": one.name, "name_en": one.name_en}


def workload_body(found: Workload) -> dict[str, Any]:
    """Write who would have how much to do."""
    return {
        "total": found.total,
        "seen": found.seen,
        "organisations": [
            {
                "organisation": _organisation(one.organisation),
                "before": one.before,
                "after": one.after,
            }
            for one in found.listed
        ],
    }
