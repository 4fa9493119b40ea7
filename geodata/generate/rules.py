"""Rules, border policies and special days of an example city: a handful, one of each sort."""

from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.generate.ground import Shapes
from geodata.generate.plan import Counts
from geodata.generate.terrain import DECIMALS, PLANE

FIREWORK_BAN: Final = "firework_ban"
_BAN_DAYS: Final = (
    *("2025-01-28", "2025-01-29", "2025-02-02", "2025-02-12"),
    *("2026-02-16", "2026-02-17", "2026-02-21", "2026-03-03"),
    *("2027-02-05", "2027-02-06", "2027-02-10", "2027-02-20"),
)
"""New Year's Eve and New Year, the fifth day, and the Lantern Festival, by the lunar calendar."""

_RULES: Final = (
    {
        "code": "BAN-DAYS",
        "title": "禁放日烟花爆竹：禁放区优先，城管中队协办",
        "title_en": "Fireworks on days of the ban: ban zones first, squads help",
        "category": "E0507",
        "special_days": FIREWORK_BAN,
        "layers": "firework_ban;district",
        "co_layers": "city_management",
    },
    {
        "code": "NIGHT-NOISE",
        "title": "夜间施工扰民归城管中队",
        "title_en": "Construction noise at night is the squads'",
        "category": "E0301",
        "hours": "22:00-06:00",
        "layers": "city_management;district",
    },
    {
        "code": "HEATING-SEASON",
        "title": "供暖季供热不足先由供热公司处置",
        "title_en": "In the heating season the heating company goes first",
        "category": "E0701",
        "season": "11-15..03-15",
        "layers": "heating;street",
    },
    {
        "code": "MANAGED-ESTATES",
        "title": "商品房小区楼道堆物由居（村）委会督促物业清理",
        "title_en": "In estates with a property manager the committee sees to stairways",
        "category": "E0704",
        "estate_types": "commodity",
        "layers": "community;street",
    },
)
_BESIDE_M: Final = 15.0
"""Half of a wide street."""
_PARK_M: Final = 90.0
"""Radius of a park astride a border."""
_DAY_COLUMNS: Final = ["list", "title", "title_en", "day"]
_RULE_COLUMNS: Final = [
    *("code", "title", "title_en", "category", "hours", "season", "special_days"),
    *("estate_types", "layers", "co_layers"),
]
_BORDER_COLUMNS: Final = [
    *("code", "title", "title_en", "kind", "layer", "areas", "within_m", "shape"),
]


def special_days() -> pd.DataFrame:
    """List the days on which fireworks are banned everywhere.

    Returns
    -------
    DataFrame
        `list` (code), `title`, `title_en`, `day` (ISO 8601).
    """
    title, title_en = "烟花爆竹禁放日", "Days of the firework ban"
    rows = [(FIREWORK_BAN, title, title_en, day) for day in _BAN_DAYS]
    return pd.DataFrame(rows, columns=_DAY_COLUMNS)


def rules() -> pd.DataFrame:
    """List who goes first where day, hour, season or the sort of estate decide.

    Returns
    -------
    DataFrame
        `code`, `title`, `title_en`, `category`, `hours`, `season`, `special_days`, `estate_types`,
        `layers`, `co_layers`; lists with `;` between.
    """
    return pd.DataFrame(list(_RULES), columns=_RULE_COLUMNS)


def borders(streets: geopandas.GeoDataFrame) -> pd.DataFrame:
    """Declare whose the road on the longest border of two streets is, and a park on the next.

    Parameters
    ----------
    streets : GeoDataFrame
        AreaFrame with the extra `name_en`.

    Returns
    -------
    DataFrame
        `code`, `title`, `title_en`, `kind`, `layer`, `areas`, `within_m` (float64), `shape` (WKT,
        EPSG:4326, lon before lat); lists with `;` between.
    """
    shapes = np.asarray(shapely.transform(streets.geometry.to_numpy(), PLANE.to_metres))
    one, other = _neighbours(shapes)
    lines = shapely.intersection(shapes[one], shapes[other])
    longest = np.argsort(-shapely.length(lines), kind="stable")
    road, park = longest[0], longest[min(1, len(longest) - 1)]
    north = shapely.get_y(shapely.centroid(shapes))
    pair = sorted((one[road], other[road]), key=lambda street: -north[street])
    ground = shapely.union(shapes[one[park]], shapes[other[park]])
    rows = [
        _road(streets.iloc[pair]),
        _park(streets.iloc[[one[park], other[park]]], _around(lines[park], ground)),
    ]
    return pd.DataFrame(rows, columns=_BORDER_COLUMNS)


def _neighbours(shapes: Shapes) -> tuple[Counts, Counts]:
    """List the pairs of shapes that have a common border, each once and in order."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.unique(np.stack([one, other])[:, one < other], axis=1)
    return pairs[0], pairs[1]


def _around(border: shapely.Geometry, ground: shapely.Geometry) -> shapely.Geometry:
    """Draw a park on a border; not half-way, where everything else in a small city lies."""
    longest = max(shapely.get_parts(shapely.line_merge(border)), key=shapely.length)
    middle = shapely.line_interpolate_point(longest, 0.25, normalized=True)
    return shapely.intersection(shapely.buffer(middle, _PARK_M, quad_segs=8), ground)


def _road(streets: geopandas.GeoDataFrame) -> dict[str, object]:
    (name, other), (name_en, other_en) = streets["name"], streets["name_en"]
    return {
        "code": "BORDER-ROAD",
        "title": f"{name}与{other}交界道路归北侧{name}",
        "title_en": f"The road between {name_en} and {other_en} is {name_en}'s, on its north",
        "kind": "side",
        "layer": "street",
        "areas": ";".join(streets["code"]),
        "within_m": _BESIDE_M,
    }


def _park(streets: geopandas.GeoDataFrame, park: shapely.Geometry) -> dict[str, object]:
    (name, other), (name_en, other_en) = streets["name"], streets["name_en"]
    drawn = shapely.transform(park, PLANE.to_degrees)
    return {
        "code": "BORDER-PARK",
        "title": f"{name}与{other}交界处的公园归{name}",
        "title_en": f"The park between {name_en} and {other_en} is {name_en}'s",
        "kind": "exception",
        "layer": "street",
        "areas": ";".join(streets["code"]),
        "within_m": 0.0,
        "shape": shapely.to_wkt(drawn, rounding_precision=DECIMALS),
    }
