from dataclasses import replace

import pytest
import shapely

from geodata.errors import ColumnError
from maps.incident import render_incident
from maps.page import Page
from maps.words import Language
from tests.maps.frames import District
from tests.maps.reading import read

ENGLISH = Page(title="HP-1", language=Language.EN)


def test_candidates_are_listed_with_their_distance_and_share(district: District) -> None:
    text = read(render_incident(district.incident(), ENGLISH)).text
    assert "001责任片区 · lead 城管中队 3.2 m inside 61%" in text
    assert "002责任片区 城管中队 3.2 m outside 39%" in text
    assert "Accuracy ±18 m" in text


def test_the_disc_has_the_radius_of_the_accuracy(district: District) -> None:
    data = district.incident()
    reading = read(render_incident(data, ENGLISH))
    west, south, *_ = reading.data["bounds"]
    east, north, radius = reading.data["sets"]["disc"]["spots"][0]
    assert (west + east / 1e6, south + north / 1e6) == pytest.approx((data.lon, data.lat), abs=5e-5)
    assert 16 < radius <= 18


def test_the_map_opens_around_the_place(district: District) -> None:
    data = district.incident()
    west, south, east, north = read(render_incident(data, ENGLISH)).data["focus"]
    assert shapely.box(west, south, east, north).contains(shapely.Point(data.lon, data.lat))
    assert (north - south) * 111_000 == pytest.approx(300, abs=3)


def test_zones_keep_every_vertex(district: District) -> None:
    data = district.incident()
    rings = read(render_incident(data, ENGLISH)).data["sets"]["candidates"]["rings"]
    corners = shapely.get_num_coordinates(data.candidates.geometry.iloc[0])
    assert sum(len(ring) // 2 + 1 for ring in rings[0]) == corners


@pytest.mark.parametrize("accuracy", [None, 0.0])
def test_without_an_accuracy_there_is_no_disc(district: District, accuracy: float | None) -> None:
    reading = read(render_incident(replace(district.incident(), accuracy_m=accuracy), ENGLISH))
    assert "disc" not in reading.data["sets"]
    assert "Accuracy not known" in reading.text


def test_a_place_that_no_zone_is_near_is_shown_alone(district: District) -> None:
    data = district.incident()
    lonely = replace(data, candidates=data.candidates.iloc[:0])
    reading = read(render_incident(lonely, ENGLISH))
    assert set(reading.data["sets"]) == {"place", "disc"}
    assert "Candidate zones 0" in reading.text


def test_a_missing_column_is_named(district: District) -> None:
    data = district.incident()
    with pytest.raises(ColumnError) as refused:
        render_incident(replace(data, candidates=data.candidates.drop(columns="share")), ENGLISH)
    assert refused.value.detail["missing"] == ["share"]
