"""A workload as JSON and as rows for spreadsheets: the same numbers, two forms. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from gridsvc.bulk.points import Floats, Ints
from gridsvc.http.sheet import sheet
from gridsvc.incidents.search import Filters
from gridsvc.reports.counting import By, Way
from gridsvc.reports.parts import Classes, Steps
from gridsvc.reports.tally import Table
from gridsvc.reports.workload import Workload

PEOPLE = ("population", "workers", "area_km2")
COUNTED = ("filed", "open", "overdue", "closed", "median_handling_minutes")
CSV_COLUMNS = ("unit", "code", "name", "from", "to", "as_of", "category", *COUNTED, *PEOPLE)
DIGITS = 4
"""Of what is no whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything that was read of what was asked."""

    whole: Workload
    filters: Filters
    way: Way
    now: datetime
    steps: Steps | None
    classes: Classes | None
    second: Workload | None
    against: Filters | None


def as_json(told: Told) -> dict[str, Any]:
    """Write it as `figure_schemas.WorkloadOut` documents it."""
    whole, way = told.whole, told.way
    return {
        "unit": whole.unit.layer,
        "counted": way.by,
        "map_of": way.at if way.by is By.REASSIGNED else None,
        **_period(told.filters),
        "as_of": told.now,
        "category": told.filters.category,
        "codes": whole.places.codes,
        "names": whole.places.names,
        **_numbers(whole),
        **_people(whole.places.people),
        "steps": [*_steps(told)] if told.steps else None,
        "categories": [*_classes(told)] if told.classes else None,
        "against": _second(told),
    }


def _people(people: pd.DataFrame) -> dict[str, Any]:
    """Write how many live and work there, which are whole numbers, and the ground."""
    return {
        **{name: _whole(people[name].to_numpy()) for name in ("population", "workers")},
        "area_km2": _listed(people["area_km2"].to_numpy()),
    }


def _whole(column: Floats) -> list[int | None]:
    known = ~np.isnan(column)
    whole = np.full(len(column), None, dtype=object)
    whole[known] = column[known].astype(np.int64).tolist()
    listed: list[int | None] = whole.tolist()
    return listed


def _period(filters: Filters) -> dict[str, datetime | None]:
    return {"from": filters.since, "to": filters.until}


def _numbers(load: Workload) -> dict[str, Any]:
    """Write the numbers of all places, of all cases once, and of those that lie in none."""
    table = load.by_place().over(len(load.places.codes))
    return {
        "total": _single(load.total()),
        "elsewhere": _single(load.elsewhere()),
        **_columns(table),
    }


def _columns(table: Table) -> dict[str, list[float]]:
    return {name: _listed(column) for name, column in table.columns().items()}


def _listed(column: Ints | Floats) -> list[float]:
    """List numbers as they are told; what is not known stays NaN, which JSON writes as null."""
    listed: list[float] = np.round(column, DIGITS).tolist()
    return listed


def _single(table: Table) -> dict[str, float]:
    return {name: column[0] for name, column in _columns(table.over(1)).items()}


def _steps(told: Told) -> Iterator[dict[str, Any]]:
    if told.steps is None:
        return
    edges = told.steps.edges
    tables = told.whole.by_part(told.steps.numbers(told.whole.counted), len(edges) - 1)
    for (begins, ends), table in zip(pairwise(edges), tables, strict=True):
        yield {"from": begins, "to": ends, **_part(table)}


def _classes(told: Told) -> Iterator[dict[str, Any]]:
    if told.classes is None:
        return
    classes = told.classes
    tables = told.whole.by_part(classes.numbers(told.whole.counted), len(classes.codes))
    for code, name, table in zip(classes.codes, classes.names, tables, strict=True):
        yield {"code": code, "name": name, **_part(table)}


def _part(table: Table) -> dict[str, Any]:
    return {"places": table.keys.tolist(), **_columns(table)}


def _second(told: Told) -> dict[str, Any] | None:
    if told.second is None or told.against is None:
        return None
    return {**_period(told.against), **_numbers(told.second)}


def as_csv(told: Told) -> str:
    """Write a row for each place and for what lies elsewhere; then those of each part."""
    return sheet(CSV_COLUMNS, _rows(told))


def _rows(told: Told) -> Iterator[Mapping[str, Any]]:
    written = as_json(told)
    every = range(len(written["codes"]))
    yield from _rows_of(written, written, every)
    yield _row(written, {**written, **written["elsewhere"]}, None)
    if (second := written["against"]) is not None:
        yield from _rows_of(written, second, every)
        yield _row(written, {**second, **second["elsewhere"]}, None)
    for step in written["steps"] or ():
        yield from _rows_of(written, step, step["places"])
    for one in written["categories"] or ():
        part = {**one, "from": written["from"], "to": written["to"], "category": one["code"]}
        yield from _rows_of(written, part, one["places"])


def _rows_of(
    written: Mapping[str, Any], part: Mapping[str, Any], places: Iterable[int]
) -> Iterator[Mapping[str, Any]]:
    for number, place in enumerate(places):
        one = {name: part[name][number] for name in COUNTED}
        yield _row(written, {**part, **one}, place)


def _row(written: Mapping[str, Any], part: Mapping[str, Any], place: int | None) -> dict[str, Any]:
    of_place = {"code": "codes", "name": "names", **dict(zip(PEOPLE, PEOPLE, strict=True))}
    return {
        "unit": written["unit"],
        "as_of": written["as_of"].isoformat(),
        "category": part.get("category", written["category"]),
        **{end: it.isoformat() if (it := part[end]) else None for end in ("from", "to")},
        **{name: None if isnan(it := part[name]) else it for name in COUNTED},
        **{name: None if place is None else written[it][place] for name, it in of_place.items()},
    }
