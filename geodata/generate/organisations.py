"""Who could own an incident: centres of the city and its parts, departments, contractors."""

from collections.abc import Mapping
from typing import Final

import geopandas
import pandas as pd

from geodata.generate import names
from geodata.generate.administrative import PREFECTURE

CITY: Final = f"ORG-{PREFECTURE}"
RIVERSIDE: Final = "ORG-RV"
BUSINESS: Final = "ORG-BD"
EMERGENCY: Final = "ORG-EM"
CLEANERS: Final = ("CLEAN1", "CLEAN2")
"""A district's two cleaning contractors take its sanitation zones in turn."""
_DEPARTMENTS: Final = {
    "UM": ("城市管理局", "Urban Management Bureau"),
    "PU": ("公用事业服务中心", "Public Utilities Centre"),
    "TR": ("交通运输局", "Transport Bureau"),
    "PK": ("园林绿化局", "Parks Bureau"),
    "WA": ("水务局", "Water Bureau"),
    "HC": ("住房和城乡建设局", "Housing and Construction Bureau"),
    "EM": ("应急管理局", "Emergency Management Bureau"),
    "EE": ("生态环境局", "Ecology and Environment Bureau"),
    "HO": ("供热管理办公室", "Heating Office"),
}
_COLUMNS: Final = ["code", "name", "name_en", "kind", "parent"]


def of(codes: pd.Series, suffix: str = "") -> pd.Series:
    """Code of the organisation of each area, or of one that belongs to it."""
    return "ORG-" + codes + (f"-{suffix}" if suffix else "")


def organise(
    levels: Mapping[str, geopandas.GeoDataFrame], zones: Mapping[str, geopandas.GeoDataFrame]
) -> pd.DataFrame:
    """Found the organisations of a city.

    Parameters
    ----------
    levels, zones : mapping of str to GeoDataFrame
        The areas that need somebody.

    Returns
    -------
    DataFrame
        `code`, `name`, `name_en`, `kind` (`city`, `district`, `street`, `community`, `department`
        or `contractor`), `parent` (code, None for the city). A parent stands above its children.
    """
    district, street, community = (levels[level] for level in ("district", "street", "community"))
    village = community["name"].str.endswith("村")
    centre = ("城市运行管理中心", " Operations Centre")
    blocks = [
        _citywide(),
        _centres(district, "district", centre).assign(parent=CITY),
        *(
            _centres(district, "department", (zh, f" {en}"), suffix=suffix)
            for suffix, (zh, en) in _DEPARTMENTS.items()
        ),
        *(
            _centres(
                district, "contractor", (f"环卫第{n}公司", f" Cleaning Company {n}"), suffix=suffix
            )
            for n, suffix in enumerate(CLEANERS, start=1)
        ),
        _centres(street, "street", ("网格化管理中心", " Grid Management Centre")),
        _centres(community[~village], "community", ("居民委员会", " Residents' Committee")),
        _centres(community[village], "community", ("村民委员会", " Villagers' Committee")),
        _of_zones(zones["city_management"], "department", ("执法中队", " Squad"), above="-UM"),
        _of_zones(zones["heating"], "contractor", ("供热公司", " Heating Company")),
        _of_zones(zones["water_supply"], "contractor", ("供水公司", " Water Company")),
    ]
    return pd.concat(blocks, ignore_index=True)[_COLUMNS]


def _citywide() -> pd.DataFrame:
    chinese, english = names.CITY
    river, river_en = names.RIVER
    rows = [
        (CITY, f"{chinese}城市运行管理中心", f"{english} Operations Centre", "city", None),
        (
            RIVERSIDE,
            f"{river}滨江联盟办公室",
            f"{river_en}side Alliance Office",
            "department",
            CITY,
        ),
        (BUSINESS, f"{river}商务区管理委员会", "Business District Committee", "department", CITY),
        (EMERGENCY, f"{chinese}应急管理局", f"{english} Emergency Bureau", "department", CITY),
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _centres(
    areas: geopandas.GeoDataFrame, kind: str, title: tuple[str, str], *, suffix: str = ""
) -> pd.DataFrame:
    """One organisation for each area: its centre, below the one of the area above, or a part."""
    above = of(areas["code"]) if suffix else of(areas["parent"])
    return _rows(areas, of(areas["code"], suffix), kind=kind, title=title, parent=above)


def _of_zones(
    zones: geopandas.GeoDataFrame, kind: str, title: tuple[str, str], *, above: str = ""
) -> pd.DataFrame:
    """One organisation for each zone, below the district's centre or one of its departments."""
    district = zones["code"].str.extract(r"-(\d{6})", expand=False)
    return _rows(zones, of(zones["code"]), kind=kind, title=title, parent=of(district) + above)


def _rows(
    areas: geopandas.GeoDataFrame,
    codes: pd.Series,
    *,
    kind: str,
    title: tuple[str, str],
    parent: pd.Series,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": codes,
            "name": areas["name"] + title[0],
            "name_en": areas["name_en"] + title[1],
            "kind": kind,
            "parent": parent,
        }
    )
