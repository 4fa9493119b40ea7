"""The areas of one layer as arrays, with the words for them; what is wrong is for the checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.findings import Fault, Finding, Severity
from geodata.frames import CODE, NAME, PARENT, check_areas
from geodata.measure import Flags
from geodata.overlay import Mosaic
from geodata.parts import Rows, Shapes

_SHOWN: Final = 4
_POLYGONAL: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, eq=False)
class Layer:
    """The columns of a frame of areas, read once for all checks.

    Missing text is "" here. `usable` tells which shapes can be laid over others: valid polygons
    with something in them, inside the range of degrees.
    """

    codes: list[str]
    names: list[str]
    parents: list[str]
    shapes: Shapes

    @classmethod
    def of(cls, frame: geopandas.GeoDataFrame) -> "Layer":
        """Read a frame which has the columns of an AreaFrame; its shapes may be anything."""
        # Whether a shape is an area is a finding here, so only the table beside it is asked for.
        check_areas(frame.set_geometry(geopandas.GeoSeries([None] * len(frame), crs=frame.crs)))
        codes, names, parents = (_texts(frame[column]) for column in (CODE, NAME, PARENT))
        return cls(codes=codes, names=names, parents=parents, shapes=frame.geometry.to_numpy())

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def polygonal(self) -> Flags:
        """Which shapes are polygons or multi-polygons with something in them."""
        kinds = np.isin(shapely.get_type_id(self.shapes), _POLYGONAL)
        flags: Flags = kinds & ~shapely.is_empty(self.shapes)
        return flags

    @cached_property
    def in_range(self) -> Flags:
        """Which shapes have all longitudes within 180 and all latitudes within 90 degrees."""
        with np.errstate(invalid="ignore"):  # the bounds of nothing are NaN
            flags: Flags = (np.abs(shapely.bounds(self.shapes)) <= (180, 90, 180, 90)).all(axis=1)
        return flags

    @cached_property
    def usable(self) -> Flags:
        """Which shapes can be laid over others."""
        flags: Flags = self.polygonal & self.in_range & shapely.is_valid(self.shapes)
        return flags

    @cached_property
    def placed(self) -> Rows:
        """The rows of the usable shapes, ascending."""
        return np.flatnonzero(self.usable)

    @cached_property
    def mosaic(self) -> Mosaic:
        """The usable shapes beside one another, in the order of `placed`."""
        return Mosaic(self.shapes[self.placed])

    @cached_property
    def rows(self) -> dict[str, int]:
        """The first row of each code."""
        return {code: row for row, code in reversed(list(enumerate(self.codes))) if code}

    def en(self, row: int) -> str:
        """Call an area by code and name in English: 310101013 外滩街道."""
        code = self.codes[row] or f"row {row + 1}"
        return f"{code} {self.names[row]}".strip()

    def zh(self, row: int) -> str:
        """Call an area by name and code in Chinese: 外滩街道（310101013）."""
        code = self.codes[row] or f"第 {row + 1} 行"
        return f"{self.names[row]}（{code}）" if self.names[row] else code

    def list_en(self, rows: Iterable[int]) -> str:
        """Call several areas in English, the first four by name."""
        named = list(rows)
        words = ", ".join(map(self.en, named[:_SHOWN]))
        return f"{words} and {len(named) - _SHOWN} more" if len(named) > _SHOWN else words

    def list_zh(self, rows: Iterable[int]) -> str:
        """Call several areas in Chinese, the first four by name."""
        named = list(rows)
        words = "、".join(map(self.zh, named[:_SHOWN]))
        return f"{words} 等 {len(named)} 个区域" if len(named) > _SHOWN else words

    def point(self, row: int) -> BaseGeometry | None:
        """Return a point inside an area, or None where its shape has no inside."""
        return shapely.point_on_surface(self.shapes[row]) if self.usable[row] else None

    def finding(
        self,
        code: Fault,
        rows: Iterable[int],
        *,
        severity: Severity,
        place: BaseGeometry | None,
        en: str,
        zh: str,
        area_m2: float | None = None,
    ) -> Finding:
        """Write down a finding about some rows of this layer."""
        concerned = tuple(int(row) for row in rows)
        return Finding(
            code=code,
            severity=severity,
            areas=tuple(self.codes[row] for row in concerned),
            rows=concerned,
            place=place,
            area_m2=area_m2,
            en=en,
            zh=zh,
        )


def _texts(values: Iterable[str | None]) -> list[str]:
    return [(value or "").strip() for value in values]
