"""Zones of CGCS2000 by number and by meridian, against the registry and against ourselves."""

import geopandas
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import CrsError
from geodata.gauss_krueger import FIRST, LAST, GaussKrueger
from geodata.projection import settle, to_wgs84

ZONES = st.builds(GaussKrueger, st.integers(FIRST, LAST), st.booleans())


@pytest.mark.parametrize(
    ("zone", "epsg"),
    [
        (GaussKrueger.at_meridian(75), 4534),
        (GaussKrueger.at_meridian(114), 4547),
        (GaussKrueger.at_meridian(117), 4548),
        (GaussKrueger.at_meridian(120), 4549),
        (GaussKrueger.at_meridian(129), 4552),
        (GaussKrueger.at_meridian(135), 4554),
        (GaussKrueger(25, True), 4513),
        (GaussKrueger(40, True), 4528),
        (GaussKrueger(45, True), 4533),
    ],
)
def test_codes_of_the_registry(zone: GaussKrueger, epsg: int) -> None:
    assert zone.epsg == epsg


@given(ZONES)
def test_the_registry_knows_each_zone_by_its_meridian(zone: GaussKrueger) -> None:
    projection = pyproj.CRS(zone.epsg).coordinate_operation
    assert projection is not None
    values = {param.name: float(param.value) for param in projection.params}
    assert values["Longitude of natural origin"] == zone.meridian
    assert values["False easting"] == 500_000 + zone.prefixed * zone.zone * 1_000_000


@given(ZONES, st.floats(-1.5, 1.5), st.floats(3.0, 54.0))
def test_there_and_back(zone: GaussKrueger, beside: float, lat: float) -> None:
    lon = zone.meridian + beside
    back = zone.to_degrees(*zone.from_degrees(lon, lat))
    assert back == pytest.approx((lon, lat), abs=1e-10)


def test_arrays_and_points_agree() -> None:
    zone = GaussKrueger.at_meridian(120)
    lon, lat = np.linspace(118.6, 121.4, 7), np.linspace(20, 50, 7)
    east, north = zone.from_degrees(lon, lat)
    assert zone.from_degrees(float(lon[2]), float(lat[2])) == pytest.approx((east[2], north[2]))
    assert np.allclose(zone.to_degrees(east, north), (lon, lat), rtol=0, atol=1e-10)


def test_on_its_meridian_the_easting_is_half_a_million() -> None:
    assert GaussKrueger.at_meridian(120).from_degrees(120.0, 31.0)[0] == pytest.approx(500_000)
    assert GaussKrueger(40, True).from_degrees(120.0, 31.0)[0] == pytest.approx(40_500_000)


@pytest.mark.parametrize(
    ("lon", "zone"),
    [(120.0, 40), (121.49, 40), (121.5, 40), (121.51, 41), (118.5, 39), (118.51, 40)],
)
def test_the_zone_around_a_place(lon: float, zone: int) -> None:
    assert GaussKrueger.around(lon).zone == zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("gk120", GaussKrueger(40, False)),
        ("GK-120", GaussKrueger(40, False)),
        ("gk40", GaussKrueger(40, True)),
        ("gk 25", GaussKrueger(25, True)),
        ("gcj02", None),
        ("EPSG:4549", None),
    ],
)
def test_names(name: str, zone: GaussKrueger | None) -> None:
    assert GaussKrueger.named(name) == zone


@pytest.mark.parametrize("name", ["gk24", "gk46", "gk121", "gk138", "gk72"])
def test_zones_that_are_not(name: str) -> None:
    with pytest.raises(CrsError) as refusal:
        GaussKrueger.named(name)
    assert refusal.value.code == "unknown_zone"


@pytest.mark.parametrize(
    ("zone", "easting", "northing"),
    [
        (GaussKrueger(40, True), 500_000.0, 3_400_000.0),
        (GaussKrueger(40, False), 40_500_000.0, 3_400_000.0),
        (GaussKrueger(40, True), 39_500_000.0, 3_400_000.0),
        (GaussKrueger(40, False), 3_400_000.0, 500_000.0),
        (GaussKrueger(40, False), float("nan"), 3_400_000.0),
        (GaussKrueger(40, False), 500_000.0, -1.0),
    ],
)
def test_metres_of_another_zone_are_refused(
    zone: GaussKrueger, easting: float, northing: float
) -> None:
    with pytest.raises(CrsError) as one:
        zone.to_degrees(easting, northing)
    assert one.value.code == "not_in_zone"
    with pytest.raises(CrsError):
        zone.to_degrees(np.array([500_000.0, easting]), np.array([3e6, northing]))


@pytest.mark.parametrize("name", ["gk120", "gk40"])
def test_a_file_may_be_declared_by_its_zone(name: str) -> None:
    zone = GaussKrueger.named(name)
    assert zone is not None
    square = shapely.box(120.0, 31.0, 120.1, 31.1)
    frame = geopandas.GeoSeries([square], crs=4490).to_crs(zone.epsg)
    back = to_wgs84(frame.to_numpy(), settle(name, None))
    assert shapely.equals_exact(back[0], square, tolerance=1e-9)
