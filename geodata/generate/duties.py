"""Who answers for what and where: the responsibility matrix of an example city.

Priority 0 is for zones made for one purpose, 1 for whoever is named for a minor class, 2 for the
streets and squads that take whole majors, 3 for the district's departments, 4 for who leads only
where a rule asks their layer. Where nobody leads, the community, the street or the district has the
duty (属地兜底).
"""

from collections.abc import Mapping
from typing import Final

import geopandas
import numpy as np
import pandas as pd

from geodata.generate.organisations import BUSINESS, CLEANERS, EMERGENCY, RIVERSIDE, of

_STREETS_LEAD: Final = ("E01", "E02", "E06", "E07")
_DEPARTMENTS_LEAD: Final = {
    "UM": ("C03", "E0202"),
    "PU": ("C01", "C05"),
    "TR": ("C02", "E0104"),
    "PK": ("C04", "E0505"),
    "WA": ("C0102", "C0103", "C0501", "E0504"),
    "HC": ("E03", "E0706"),
    "EM": ("E05",),
    "EE": ("E0108", "E0603"),
}
_CLEANERS_LEAD: Final = ("C0302", "C0304", "E0101", "E0103", "E0109", "E0110")
_WATERWORKS_LEAD: Final = ("C0101", "C0107", "E0501", "E0702")
_HEATING_LEAD: Final = ("C0104", "E0701")
_BUSINESS_LEAD: Final = ("E02", "E04")
_SQUADS_LEAD_BY_RULE: Final = ("E0301", "E0507")
_COMMUNITIES_LEAD_BY_RULE: Final = ("E0704",)
_MAJOR: Final = len("E01")
_COLUMNS: Final = ["organisation", "layer", "area", "category", "role", "priority"]


def assign(
    levels: Mapping[str, geopandas.GeoDataFrame], zones: Mapping[str, geopandas.GeoDataFrame]
) -> pd.DataFrame:
    """Draw up the responsibility matrix.

    Parameters
    ----------
    levels, zones : mapping of str to GeoDataFrame
        The areas by layer.

    Returns
    -------
    DataFrame
        `organisation` (code), `layer` (a level or a zone layer), `area` (code, None for the whole
        layer), `category` (code, code of a major, None for all), `role` (`lead`, `co_handler`,
        `duty`), `priority` (int64, 0 first). Nowhere do two leads have the same priority.
    """
    blocks = [*_territory(levels), *_owners(zones), *_special(levels, zones)]
    return pd.concat(blocks, ignore_index=True)[_COLUMNS]


def _territory(levels: Mapping[str, geopandas.GeoDataFrame]) -> list[pd.DataFrame]:
    street, district = levels["street"]["code"], levels["district"]["code"]
    return [
        *(
            _rows(of(levels[level]["code"]), level, area=levels[level]["code"], role="duty")
            for level in ("district", "street", "community")
        ),
        *(
            _rows(of(street), "street", area=street, category=major, priority=2)
            for major in _STREETS_LEAD
        ),
        *(
            _rows(
                of(district, department),
                "district",
                area=district,
                category=category,
                priority=3 if len(category) == _MAJOR else 1,
            )
            for department, led in _DEPARTMENTS_LEAD.items()
            for category in led
        ),
    ]


def _owners(zones: Mapping[str, geopandas.GeoDataFrame]) -> list[pd.DataFrame]:
    squad, water, heat = (
        zones[layer]["code"] for layer in ("city_management", "water_supply", "heating")
    )
    cleaned = zones["sanitation"]["code"]
    turn = cleaned.groupby(cleaned.str[3:9]).cumcount() % len(CLEANERS)
    cleaner = of(cleaned.str[3:9]) + "-" + np.array(CLEANERS, dtype=object)[turn]
    return [
        _rows(of(squad), "city_management", area=squad, category="E04", priority=2),
        _rows(of(squad), "city_management", area=squad, category="E02", role="co_handler"),
        *(
            _rows(cleaner, "sanitation", area=cleaned, category=category, priority=1)
            for category in _CLEANERS_LEAD
        ),
        *(
            _rows(of(water), "water_supply", area=water, category=category, priority=1)
            for category in _WATERWORKS_LEAD
        ),
        *(
            _rows(of(heat), "heating", area=heat, category=category, priority=1)
            for category in _HEATING_LEAD
        ),
    ]


def _special(
    levels: Mapping[str, geopandas.GeoDataFrame], zones: Mapping[str, geopandas.GeoDataFrame]
) -> list[pd.DataFrame]:
    district, party = levels["district"]["code"], zones["party_building"]["code"]
    street = of(party.str.extract(r"-(\d{9})-", expand=False))
    return [
        _rows(of(district, "HO"), "district", area=district, category="E0701", role="co_handler"),
        _rows(street, "party_building", area=party, category="E07", role="co_handler"),
        _rows([RIVERSIDE], "riverside", category="E0106"),
        _rows([RIVERSIDE], "riverside", category="E01", role="co_handler"),
        *(_rows([BUSINESS], "business_district", category=category) for category in _BUSINESS_LEAD),
        _rows([EMERGENCY], "firework_ban", category="E0507"),
        *(
            _rows(of(areas), layer, area=areas, category=category, priority=4)
            for layer, areas, led in (
                ("city_management", zones["city_management"]["code"], _SQUADS_LEAD_BY_RULE),
                ("community", levels["community"]["code"], _COMMUNITIES_LEAD_BY_RULE),
            )
            for category in led
        ),
    ]


def _rows(
    organisation: pd.Series | list[str],
    layer: str,
    *,
    area: pd.Series | None = None,
    category: str | None = None,
    role: str = "lead",
    priority: int = 0,
) -> pd.DataFrame:
    frame = pd.DataFrame({"organisation": organisation}, dtype=object)
    return frame.assign(
        layer=layer,
        area=pd.Series([None] * len(frame), dtype=object) if area is None else area,
        category=pd.Series([category] * len(frame), dtype=object),
        role=role,
        priority=priority,
    )
