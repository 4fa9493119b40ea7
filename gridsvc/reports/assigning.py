"""Places past cases on a map: for what each would count if that map had always held."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely

from geodata.index import AreaIndex
from gridsvc.bulk.chart import Chart
from gridsvc.bulk.engine import Engine
from gridsvc.bulk.names import Name
from gridsvc.bulk.points import NONE, Ints, Points
from gridsvc.reports.units import Kind, Unit

Place = Callable[[Points], tuple[Ints, Sequence[str]]]
"""Gives each point the number of its code, NONE where it has none, and the codes."""


def placing(chart: Chart, unit: Unit) -> Callable[[str], Place]:
    """Make what places the points of a scheme; what they all have in common is made once."""
    if unit.level is not None:
        by_ground = _by_ground(chart, unit.level)
        return lambda _: by_ground
    if unit.kind is Kind.ORGANISATION:
        return lambda scheme: _by_lead(Engine(chart, scheme=scheme))
    return lambda scheme: _by_zone(Engine(chart, scheme=scheme), unit.layer)


def _by_lead(engine: Engine) -> Place:
    def by_lead(points: Points) -> tuple[Ints, Sequence[str]]:
        lead = engine.decide(points).lead
        return lead, [name[0] for name in _names(engine)]

    return by_lead


def _by_zone(engine: Engine, layer: str) -> Place:
    def by_zone(points: Points) -> tuple[Ints, Sequence[str]]:
        zone = engine.decide(points).zone
        names = _names(engine)
        # The last is for the number of no zone.
        ours = np.array([name[:-1] == (layer,) for name in names] + [False])
        return np.where(ours[zone], zone, NONE), [name[-1] for name in names]

    return by_zone


def _names(engine: Engine) -> Sequence[Name]:
    return [engine.names[number] for number in range(len(engine.names))]


def _by_ground(chart: Chart, level: str) -> Place:
    """Assign points to the areas of a level; on a border the lowest code counts."""
    sheets = [
        chart.sheets[release.id]
        for release in chart.edition.releases
        if release.layer.level == level
    ]
    areas = sorted(
        (area.code, shape)
        for sheet in sheets
        for area, shape in zip(sheet.areas, sheet.shapes, strict=True)
    )
    index = AreaIndex(shapely.from_wkb([shape for _, shape in areas]))

    def by_ground(points: Points) -> tuple[Ints, Sequence[str]]:
        owner = index.owner(points.lon, points.lat).astype(np.int64)
        return owner, [code for code, _ in areas]

    return by_ground
