from dataclasses import replace

import geopandas
import pytest
import shapely

from geodata.errors import ColumnError
from maps.page import Page
from maps.whistle import WhistleData, render_whistle
from maps.words import Language
from tests.maps.reading import read

ENGLISH = Page(title="W1", language=Language.EN)
GROUND = shapely.box(104.0, 30.6, 104.002, 30.602)


def frame(columns: list[str], *rows: tuple[object, ...]) -> geopandas.GeoDataFrame:
    names = [*columns, "geometry"]
    return geopandas.GeoDataFrame(
        [dict(zip(names, row, strict=True)) for row in rows],
        columns=names,
        geometry="geometry",
        crs="EPSG:4326",
    )


@pytest.fixture
def data() -> WhistleData:
    zone = ("L1", "一区", "enforcement", "Law 1", 0.5, shapely.box(104.0, 30.6, 104.001, 30.7))
    came = ("Law 1", "unsure", "11-22 09:10", shapely.Point(104.001, 30.601))
    return WhistleData(
        reference="W202611220001",
        matter="跨区违法建设",
        place="边界路18号",
        ground=GROUND,
        zones=frame(["code", "name", "layer", "organisation", "share"], zone),
        arrivals=frame(["name", "presence", "at"], came),
    )


def test_zones_and_arrivals_are_drawn_and_listed(data: WhistleData) -> None:
    reading = read(render_whistle(data, ENGLISH))
    assert set(reading.data["sets"]) == {"ground", "zones", "arrivals"}
    assert "一区 Law 1 50%" in reading.text
    assert "Law 1 Not sure 11-22 09:10" in reading.text
    west, south, east, north = reading.data["focus"]
    assert shapely.box(west, south, east, north).contains(GROUND)
    assert shapely.box(west, south, east, north).area < 20 * GROUND.area


def test_a_point_to_which_nobody_has_come_is_drawn_alone(data: WhistleData) -> None:
    lonely = replace(
        data,
        ground=shapely.Point(104, 30.6),
        zones=data.zones.iloc[:0],
        arrivals=data.arrivals.iloc[:0],
    )
    reading = read(render_whistle(lonely, ENGLISH))
    assert set(reading.data["sets"]) == {"ground"}


def test_what_people_write_stays_text(data: WhistleData) -> None:
    hostile = "{{ 7*7 }}<script>alert(1)</script>"
    page = render_whistle(replace(data, matter=hostile, place=hostile, reference=hostile), ENGLISH)
    assert "<script>alert(1)" not in page
    assert "{{ 7*7 }}" in read(page).text


def test_a_missing_column_is_named(data: WhistleData) -> None:
    with pytest.raises(ColumnError) as refused:
        render_whistle(replace(data, arrivals=data.arrivals.drop(columns="presence")), ENGLISH)
    assert refused.value.detail["missing"] == ["presence"]
