"""The page of a replay: squares in classes by the share that changes, and its tables."""

import geopandas
import pytest
import shapely

from geodata.frames import as_areas
from maps.page import Page
from maps.replay import ReplayData, render_replay, squares_of
from maps.words import Language
from tests.maps.reading import read

ROWS = [(104.0, 30.6, 9, 10), (104.005, 30.6, 1, 10), (104.0, 30.605, 1, 40)]


def zones(code: str, west: float) -> geopandas.GeoDataFrame:
    area = {"code": [code], "name": [f"<i>{code}</i>"], "parent": [None], "organisation": ["甲"]}
    shape = shapely.box(west, 30.6, west + 0.01, 30.61)
    return as_areas(geopandas.GeoDataFrame(area, geometry=[shape], crs="EPSG:4326"))


def page_of(rows: list[tuple[float, float, int, int]], language: Language) -> str:
    data = ReplayData(
        figures=[("replayed", "60"), ("replay_changed", "11")],
        matrix=[("<b>甲</b>", "乙", 11)],
        load=[("<b>甲</b>", 60, 49), ("乙", 0, 11)],
        squares=squares_of(rows, 0.005),
        zones_before=zones("Z1", 104.0),
        zones_after=zones("Z2", 104.01),
    )
    return render_replay(data, Page(title="草案", language=language))


@pytest.mark.parametrize(
    ("language", "head"), [(Language.ZH, "由谁转给谁"), (Language.EN, "Who loses what to whom")]
)
def test_it_shows_shares_and_tables(language: Language, head: str) -> None:
    page = page_of(ROWS, language)
    assert head in page
    assert all(share in page for share in ("90.0 %", "10.0 %", "2.5 %"))
    assert "9 / 10" in page
    assert "<b>甲" not in page


def test_where_nothing_changes_there_is_still_a_page() -> None:
    assert "Who loses what to whom" in page_of([], Language.EN)


def test_a_square_is_named_by_its_middle() -> None:
    assert "104.0025, 30.6025" in page_of(ROWS[:1], Language.EN)


def test_the_zones_of_who_loses_and_who_gains_lie_below_the_squares() -> None:
    layers = read(page_of(ROWS, Language.EN)).data["layers"]
    assert [layer["set"] for layer in layers[:2]] == ["areas:zones_before", "areas:zones_after"]
    assert {layer["set"] for layer in layers[2:]} == {"squares"}
    page = page_of(ROWS, Language.EN)
    assert "In force, of who loses" in page
    assert "In the draft, of who gains" in page
