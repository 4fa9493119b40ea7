"""The whole of a made-up city, from one seed."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas
import pandas as pd
import shapely

from geodata.frames import as_text
from geodata.generate import names
from geodata.generate.administrative import administer
from geodata.generate.catalogue import SCHEME, CategoryScheme, categories
from geodata.generate.components import install
from geodata.generate.duties import assign
from geodata.generate.estates import build
from geodata.generate.filings import conditions
from geodata.generate.ground import divide
from geodata.generate.organisations import organise
from geodata.generate.plan import PLANS, Scale
from geodata.generate.population import populate
from geodata.generate.roads import lay_roads
from geodata.generate.rules import borders, rules, special_days
from geodata.generate.workers import employ
from geodata.generate.zones import LAYERS, LayerSpec, lay


@dataclass(frozen=True, slots=True)
class City:
    """A city with everything that an incident can meet.

    Areas are AreaFrames in EPSG:4326 with the extra column `name_en`; codes in the other tables
    refer to their `code`. Text in all tables is `str`, missing text None, dtype object.
    """

    scale: Scale
    seed: int
    name: str
    name_en: str
    levels: Mapping[str, geopandas.GeoDataFrame]
    """`district`, `street`, `community`, `grid`, `sub_estate`; extras `population`,
    `households`, and of sub-estates `estate_type`, `estate_type_zh`."""
    layers: Mapping[str, LayerSpec]
    """The zone layers by name."""
    zones: Mapping[str, geopandas.GeoDataFrame]
    """The zones of each layer."""
    river: shapely.LineString
    roads: geopandas.GeoDataFrame
    """`code name name_en community` and a line; house numbers as `geodata.generate.roads` says."""
    components: geopandas.GeoDataFrame
    """`code name category owner maintainer state` and a point, line or polygon."""
    scheme: CategoryScheme
    categories: pd.DataFrame
    """`code name name_en major major_name major_name_en kind limit_value limit_unit`."""
    conditions: pd.DataFrame
    """`category code text text_en limit_value limit_unit closing closing_en lead supervisor`."""
    organisations: pd.DataFrame
    """`code name name_en kind parent`."""
    responsibilities: pd.DataFrame
    """`organisation layer area category role priority`."""
    workers: pd.DataFrame
    """`code organisation`."""
    assignments: pd.DataFrame
    """`worker grid`."""
    special_days: pd.DataFrame
    """`list title title_en day`."""
    rules: pd.DataFrame
    """`code title title_en category`, when they hold, and which layers they ask."""
    borders: pd.DataFrame
    """`code title title_en kind layer areas within_m shape`."""


def generate(scale: Scale = Scale.DISTRICT, *, seed: int = 7) -> City:
    """Make a city that does not exist.

    The same scale and seed give the same city, to the last digit of a coordinate. Districts,
    streets, communities and grids each tile the city exactly; codes have the form of real ones
    under the prefecture 3799, which does not exist.

    Parameters
    ----------
    scale : Scale
        How much of a city.
    seed : int
        Which one, not negative.

    Returns
    -------
    City
        Areas, zones, organisations, responsibilities, categories, workers.

    Raises
    ------
    GeometryError
        `ground_folds`: the seed draws borders that cross; take another.
    """
    plan = PLANS[scale]
    ground = divide(plan, seed)
    administration = administer(ground, seed)
    estates = build(administration, plan.sub_estates, seed=seed)
    levels = populate(administration, estates, total=plan.population, seed=seed)
    zones = lay(levels, administration.party_area, river=ground.river, seed=seed)
    workers, assignments = employ(levels["grid"], seed)
    name, name_en = names.CITY
    return City(
        scale=scale,
        seed=seed,
        name=name,
        name_en=name_en,
        levels=levels,
        layers=LAYERS,
        zones=zones,
        river=ground.river,
        roads=lay_roads(levels["community"], levels["grid"], seed=seed),
        components=install(levels, zones, seed=seed),
        scheme=SCHEME,
        categories=_plain(categories()),
        conditions=_plain(conditions()),
        organisations=_plain(organise(levels, zones)),
        responsibilities=_plain(assign(levels, zones)),
        workers=_plain(workers),
        assignments=_plain(assignments),
        special_days=_plain(special_days()),
        rules=_plain(rules()),
        borders=_plain(borders(levels["street"])),
    )


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Text as `str` and None in columns of dtype object, as in an AreaFrame."""
    texts = table.select_dtypes(exclude="number").columns
    return table.assign(**{str(column): as_text(table[column]) for column in texts})
