"""Charts made of boxes in memory, and files of points on them."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import shapely

from gridsvc.bulk.chart import Chart, Sheet
from gridsvc.bulk.engine import Engine
from gridsvc.catalogue.lookup import catalogue_of
from tests.routing.maps import Box, Map, category, layer, responsible

ZONE = ZoneInfo("Asia/Shanghai")
CATALOGUE = catalogue_of(
    [category("0201"), category("0202"), category("0301"), category("0101", kind="component")]
)


def chart_of(city: Map) -> Chart:
    """A chart of a map of boxes."""
    view = city.view()
    edition = replace(city.edition(), catalogue=CATALOGUE)
    sheets = {
        release.id: Sheet(
            [area for area in view.areas if area.layer == release.layer],
            [shapely.to_wkb(box.shape) for box in city.boxes if box.layer == release.layer],
        )
        for release in view.releases
    }
    return Chart(edition, sheets, ZONE, near_limit_m=500)


def cleaners_chart() -> Chart:
    """West of column 1 it is w's, east of it e's, beyond column 2 the street's on duty."""
    streets, cleaning = layer("street", "street"), layer("cleaning")
    return chart_of(
        Map(
            [Box(streets, "S", 0, 0, 3, 1), Box(cleaning, "W", 0, 0), Box(cleaning, "E", 1, 0)],
            [
                responsible("w", "cleaning", "W", category_code="02"),
                responsible("e", "cleaning", "E", category_code="02"),
                responsible("s", "street", "S", role="duty"),
            ],
        )
    )


def two_cleaners() -> Engine:
    """An engine of that chart."""
    return Engine(cleaners_chart())
