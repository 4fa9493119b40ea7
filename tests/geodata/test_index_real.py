"""Real reports with the area that a city recorded for them.

What disagrees lies on borders, where a city's own snapping decides; the shares that must be reached
are those of plain point-in-polygon on the same files.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray

from geodata.index import AreaIndex

pytestmark = pytest.mark.real_data


class City:
    """Labelled areas, and reports with the label that was published for each."""

    def __init__(self, areas: Path, label: str, *, reports: Path, column: str) -> None:
        features = json.loads(areas.read_text(encoding="utf-8"))["features"]
        self.labels = [str(feature["properties"][label]) for feature in features]
        self.shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
        table = pd.read_csv(reports, dtype={column: str}).dropna(subset=["lon", "lat", column])
        table = table[table[column].isin(self.labels)]
        self.lon: NDArray[np.float64] = table["lon"].to_numpy()
        self.lat: NDArray[np.float64] = table["lat"].to_numpy()
        self.published = table[column].tolist()

    def agreement(self, find: Callable[[float, float], Iterable[int]]) -> float:
        """Share of reports whose published label is among the areas that are found for them."""
        places = zip(self.lon.tolist(), self.lat.tolist(), strict=True)
        found = [{self.labels[position] for position in find(*place)} for place in places]
        return round(
            float(np.mean([a in b for a, b in zip(self.published, found, strict=True)])), 5
        )


@pytest.fixture(scope="module", params=["dc_311", "nyc_311"])
def city(request: pytest.FixtureRequest, shared_data: Path) -> City:
    folder = shared_data / request.param
    if request.param == "dc_311":
        reports = folder / "dc_311_requests_5000.csv"
        return City(folder / "wards_2012.geojson", "ward", reports=reports, column="ward_label")
    reports = folder / "nyc_311_animal_requests_2025q1.csv"
    areas = folder / "community_districts_2013.geojson"
    return City(areas, "borocd", reports=reports, column="borocd_label")


def test_real_reports_lie_where_the_city_says_as_often_as_they_can(city: City) -> None:
    index = AreaIndex(city.shapes)
    exact, within_a_metre = {8: (0.99879, 1.0), 71: (0.99327, 0.99817)}[len(city.labels)]
    assert city.agreement(index.covers) >= exact
    near = city.agreement(lambda lon, lat: [area.position for area in index.near(lon, lat, 1.0)])
    assert near >= within_a_metre


def test_real_points_and_vertices_are_covered_as_shapely_says(city: City) -> None:
    vertices = shapely.get_coordinates(city.shapes)[::97]
    lon, lat = np.append(city.lon, vertices[:, 0]), np.append(city.lat, vertices[:, 1])
    points, areas = AreaIndex(city.shapes).covers_many(lon, lat)
    expected = shapely.STRtree(city.shapes).query(shapely.points(lon, lat), predicate="intersects")
    expected = expected[:, np.lexsort((expected[1], expected[0]))]
    np.testing.assert_array_equal(np.stack([points, areas]), expected)
