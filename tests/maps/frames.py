"""Small frames for the map tests: a district of wiggly cells that share their borders exactly."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import geopandas
import numpy as np
import shapely

from geodata.coverage import doubly_covered, uncovered
from maps.coverage import CoverageData
from maps.incident import IncidentData
from maps.layers import AreaLayer
from maps.page import Choice
from maps.workload import WorkloadData

WEST: Final = 121.46
SOUTH: Final = 31.20
CELL: Final = 0.004
_BENDS: Final = 5

HOSTILE: Final = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    '"><img src=x onerror="window.hacked=1">',
    "' onmouseover='window.hacked=1",
    "`${window.hacked=1}`",
    "{{ 7 * 7 }}{% set hacked = 1 %}{# #}",
    "<!-- --><!--<script>",
    "&lt;b&gt; & &#60;",
    "one\u2028two\u2029three\nfour\\",
    "\u202etfel morf\u2066 \u200f\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "null\x00bell\x07half\ud800",
    "长" * 250 + "x" * 250,
    "javascript:window.hacked=1",
    "]]>--></title></textarea></style>",
)
"""Names that have broken a page somewhere; every one must come out as text."""


def frame_of(
    codes: Sequence[str],
    shapes: Sequence[shapely.Geometry],
    *,
    names: Sequence[str] | None = None,
    parents: Sequence[str | None] | None = None,
    **extras: Sequence[object],
) -> geopandas.GeoDataFrame:
    columns = {
        "code": list(codes),
        "name": list(codes if names is None else names),
        "parent": [None] * len(codes) if parents is None else list(parents),
    }
    frame = geopandas.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4326")
    for name, values in extras.items():
        frame[name] = list(values)
    return frame


def cells(wide: int, high: int) -> list[shapely.Polygon]:
    """Cells row by row from the south-west; neighbours share each vertex of their border."""
    rng = np.random.default_rng(7)
    corners = np.stack(np.meshgrid(np.arange(wide + 1), np.arange(high + 1)), axis=-1).astype(float)
    corners += rng.uniform(-0.15, 0.15, corners.shape)
    across = rng.uniform(-0.05, 0.05, (high + 1, wide, _BENDS))
    upward = rng.uniform(-0.05, 0.05, (high, wide + 1, _BENDS))

    def edge(start: np.ndarray, end: np.ndarray, bends: np.ndarray) -> np.ndarray:
        along = np.linspace(0, 1, _BENDS + 2)[:, None]
        side = np.array([start[1] - end[1], end[0] - start[0]])
        offsets = np.concatenate(([0], bends, [0]))[:, None]
        line: np.ndarray = start + (end - start) * along + side * offsets
        return line[:-1]

    def reverse(start: np.ndarray, end: np.ndarray, bends: np.ndarray) -> np.ndarray:
        return np.vstack([end, edge(start, end, bends)[:0:-1]])

    made = []
    for y in range(high):
        for x in range(wide):
            a, b, c, d = corners[y, x], corners[y, x + 1], corners[y + 1, x + 1], corners[y + 1, x]
            ring = np.vstack(
                [
                    edge(a, b, across[y, x]),
                    edge(b, c, upward[y, x + 1]),
                    reverse(d, c, across[y + 1, x]),
                    reverse(a, d, upward[y, x]),
                ]
            )
            made.append(shapely.Polygon(np.round(ring * CELL + [WEST, SOUTH], 6)))
    return made


def merged(
    grid: geopandas.GeoDataFrame, wide: int, *, across: int, up: int, prefix: str, title: str
) -> geopandas.GeoDataFrame:
    """Join cells into blocks of `across` x `up`."""
    index = np.arange(len(grid))
    block = (index // wide // up) * 1000 + (index % wide) // across
    numbers, places = np.unique(block, return_inverse=True)
    shapes = [shapely.union_all(grid.geometry.to_numpy()[places == n]) for n in range(len(numbers))]
    codes = [f"{prefix}{n + 1:03}" for n in range(len(numbers))]
    return frame_of(codes, shapes, names=[f"{code[-3:]}{title}" for code in codes])


class District:
    """A district with all its levels and three zone layers, one with a gap and overlaps."""

    def __init__(self, wide: int = 6, high: int = 5) -> None:
        shapes = cells(wide, high)
        count = len(shapes)
        self.grid = frame_of(
            [f"310199001{n + 1:06}" for n in range(count)],
            shapes,
            names=[f"第{n + 1}网格" for n in range(count)],
            workers=[None if n == 3 else (0, 1, 2, 1, 5, 1, 1)[n % 7] for n in range(count)],
            population=[None if n == 4 else 800 + 37 * (n % 31) for n in range(count)],
        )
        self.community = merged(self.grid, wide, across=2, up=2, prefix="3101990010", title="社区")
        self.street = merged(self.grid, wide, across=wide // 2, up=2, prefix="310199", title="街道")
        whole = shapely.union_all(shapes)
        self.district = frame_of(["310199"], [whole], names=["示范区"])
        inside = self.grid.representative_point()
        self.grid["parent"] = [
            self.community["code"][self.community.covers(point)].iloc[0] for point in inside
        ]
        self.estate = self._estates(shapes)
        self.city = self._zones(wide)
        self.river = frame_of(
            ["R1"],
            [whole.intersection(shapely.box(WEST, SOUTH, WEST + wide * CELL, SOUTH + 1.2 * CELL))],
            names=["滨江联盟"],
        )

    def _estates(self, shapes: Sequence[shapely.Polygon]) -> geopandas.GeoDataFrame:
        centres = [shape.centroid for shape in shapes]
        boxes = [
            shapely.box(c.x + dx, c.y - 0.0005, c.x + dx + 0.0007, c.y + 0.0006)
            for c in centres
            for dx in (-0.0009, 0.0002)
        ]
        names = [f"{'和平幸福安康'[n % 6]}苑{n + 1}号小区" for n in range(len(boxes))]
        return frame_of([f"E{n + 1:05}" for n in range(len(boxes))], boxes, names=names)

    def _zones(self, wide: int) -> geopandas.GeoDataFrame:
        zones = merged(self.grid, wide, across=3, up=2, prefix="Z", title="责任片区")
        shapes = zones.geometry.to_numpy().copy()
        hole = shapely.Point(shapes[0].centroid).buffer(0.0006)
        shapes[0] = shapes[0].difference(hole)
        for taker, giver in ((1, 0), (3, 2)):
            strip = shapes[giver].intersection(shapes[taker].buffer(0.0004))
            shapes[taker] = shapes[taker].union(strip)
        return frame_of(
            zones["code"], shapes, names=zones["name"], organisation=["城管中队"] * len(zones)
        )

    def coverage(self) -> CoverageData:
        gaps = uncovered(self.street, self.city).assign(layer="city")
        twice = doubly_covered(self.city).assign(layer="city")
        return CoverageData(
            at=date(2026, 3, 1),
            administrative=(
                AreaLayer(key="district", name="区", frame=self.district),
                AreaLayer(key="street", name="街道", frame=self.street),
                AreaLayer(key="community", name="社区", frame=self.community),
                AreaLayer(key="grid", name="网格", frame=self.grid),
                AreaLayer(key="sub_estate", name="小区", frame=self.estate),
            ),
            zones=(
                AreaLayer(key="city", name="城市管理责任区", frame=self.city),
                AreaLayer(key="river", name="滨江联盟", frame=self.river),
            ),
            uncovered=gaps,
            partial=frozenset({"river"}),
            overlaps=twice.assign(declared=[n % 2 == 1 for n in range(len(twice))]),
        )

    def workload(self) -> WorkloadData:
        n = np.arange(len(self.grid))
        filed = (n * 7919) % 23
        opened = filed // 3
        counted = self.grid.assign(
            filed=filed, open=opened, overdue=opened // 3, closed=filed - opened
        )
        return WorkloadData(
            areas=AreaLayer(key="grid", name="网格", frame=counted),
            units=(
                Choice(value="grid", label="网格"),
                Choice(value="street", label="街道"),
                Choice(value="zone:city", label="城市管理责任区"),
            ),
            since=date(2026, 1, 1),
            until=date(2026, 3, 1),
            categories=(Choice(value="0101", label="井盖"), Choice(value="0203", label="暴露垃圾")),
            outlines=(
                AreaLayer(key="district", name="区", frame=self.district),
                AreaLayer(key="street", name="街道", frame=self.street),
            ),
            unplaced=4,
        )

    def incident(self) -> IncidentData:
        near = self.city.iloc[:2]
        x, y = near.geometry.iloc[0].exterior.coords[10][:2]
        candidates = near[["code", "name", "organisation", "geometry"]].assign(
            layer="城市管理责任区", inside_m=[3.2, -3.2], share=[0.61, 0.39], chosen=[True, False]
        )
        return IncidentData(
            reference="HP-2026-000123",
            explanation="距边界3.2米，另有一个单位可能主责。",
            lon=x,
            lat=y,
            accuracy_m=18.0,
            candidates=candidates,
            places=geopandas.GeoDataFrame(
                columns=[
                    *("kind", "name", "organisation", "sure", "radius_m", "chosen"),
                    "geometry",
                ],
                geometry="geometry",
                crs="EPSG:4326",
            ),
        )
