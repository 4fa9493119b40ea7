"""Zones so far from the city that their coordinates must be wrong. Pure."""

import geopandas

from geodata.findings import Severity
from geodata.parts import Shapes
from gridsvc.assets.ground import metres_outside
from gridsvc.planning.findings import Check

FAR_M = 100_000
"""No city answers for ground that far outside of its administrative areas."""


def far_from_city(zones: geopandas.GeoDataFrame, ground: Shapes) -> list[Check]:
    """Find zones that lie nowhere near any administrative area."""
    outside = metres_outside(zones.geometry.to_numpy(), ground).tolist()
    named = zip(zones["code"], zones["name"], outside, strict=True)
    return [_far(code, name, metres / 1000) for code, name, metres in named if metres > FAR_M]


def _far(code: str, name: str, km: float) -> Check:
    return Check(
        code="far_from_city",
        severity=Severity.ERROR,
        areas=(code,),
        en=f"{code} {name} lies about {km:,.0f} km outside of the city; check its coordinates, "
        "their order and their system.",
        zh=f"{name}（{code}）距城市约 {km:,.0f} 公里；请检查其坐标、经纬度顺序和坐标系。",
    )
