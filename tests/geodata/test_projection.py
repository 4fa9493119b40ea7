import numpy as np
import pyproj
import pytest
import shapely

from geodata.crs import Crs, wgs84_to_bd09, wgs84_to_gcj02
from geodata.errors import CrsError
from geodata.projection import System, settle, to_wgs84
from tests.geodata.files import SQUARE

HUANGPU = np.array([SQUARE, None, shapely.Polygon()], dtype=object)
CM_PER_DEGREE = 1e-7


def system(code: str) -> System:
    return settle(code, None)


def shifted(shapes: np.ndarray, way: object) -> np.ndarray:
    return np.asarray(shapely.transform(shapes, way, interleaved=False))


def into(shapes: np.ndarray, code: str) -> np.ndarray:
    return shifted(shapes, pyproj.Transformer.from_crs(4326, code, always_xy=True).transform)


def refusal(shapes: np.ndarray, code: str) -> CrsError:
    with pytest.raises(CrsError) as caught:
        to_wgs84(shapes, system(code))
    assert caught.value.zh
    return caught.value


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("wgs84", 4326),
        ("WGS84", 4326),
        ("cgcs2000", 4490),
        ("EPSG:4490", 4490),
        ("4549", 4549),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 120E", 4549),
        ("OGC:CRS84", 4326),
        ("EPSG:4979", 4326),
        ("EPSG:4326+5773", 4326),
    ],
)
def test_a_system_may_be_declared_by_many_names(declared: str, code: int) -> None:
    assert settle(declared, None).crs.equals(pyproj.CRS(code), ignore_axis_order=True)


@pytest.mark.parametrize(("declared", "shift"), [("gcj02", Crs.GCJ02), ("BD09", Crs.BD09)])
def test_shifted_systems_are_declared_by_name(declared: str, shift: Crs) -> None:
    assert settle(declared, None).shift is shift
    assert str(settle(declared, None)) == shift.value


@pytest.mark.parametrize("declared", ["", "Shanghai 2000", "EPSG:99999", "EPSG:", "火星"])
def test_an_unknown_name_is_refused(declared: str) -> None:
    with pytest.raises(CrsError, match="EPSG:4549") as caught:
        settle(declared, None)
    assert caught.value.code == "unknown_crs"


@pytest.mark.parametrize("declared", ["EPSG:5773", "EPSG:4978"])
def test_heights_and_centres_of_the_earth_place_no_area(declared: str) -> None:
    with pytest.raises(CrsError) as caught:
        settle(declared, None)
    assert caught.value.code == "unfit_crs"


def test_nothing_said_and_nothing_read_is_refused() -> None:
    with pytest.raises(CrsError, match="--crs") as caught:
        settle(None, None)
    assert caught.value.code == "no_crs"


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        ("EPSG:4549", pyproj.CRS(4549)),
        ("EPSG:4549", pyproj.CRS(pyproj.CRS(4549).to_wkt("WKT1_ESRI"))),
        ("cgcs2000", pyproj.CRS(pyproj.CRS(4490).to_wkt("WKT1_ESRI"))),
        ("wgs84", pyproj.CRS("OGC:CRS84")),
        ("gcj02", pyproj.CRS(4326)),
        ("gcj02", pyproj.CRS(4490)),
        ("bd09", pyproj.CRS("OGC:CRS84")),
    ],
)
def test_said_and_read_may_agree_in_other_words(declared: str, read: pyproj.CRS) -> None:
    assert settle(declared, read) == settle(declared, None)


@pytest.mark.parametrize(
    ("declared", "read"),
    [("wgs84", 4490), ("cgcs2000", 4326), ("EPSG:4549", 4548), ("gcj02", 4549), ("bd09", 3857)],
)
def test_said_and_read_that_differ_are_both_named(declared: str, read: int) -> None:
    with pytest.raises(CrsError, match=f"EPSG:{read}") as caught:
        settle(declared, pyproj.CRS(read))
    assert caught.value.code == "crs_contradicted"
    assert str(settle(declared, None)) in caught.value.en
    assert str(settle(declared, None)) in caught.value.zh


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4549", "EPSG:4528", "EPSG:32651", "EPSG:3857"])
def test_projected_shapes_come_back_to_their_place(code: str) -> None:
    back = to_wgs84(into(HUANGPU, code), system(code))
    assert shapely.equals_exact(back[0], SQUARE, CM_PER_DEGREE)
    assert back[1] is None
    assert back[2].is_empty


def test_cgcs2000_is_taken_as_wgs84_to_the_last_digit() -> None:
    places = np.random.default_rng(4490).uniform((73.7, 17.0), (134.7, 53.0), size=(1000, 2))
    points = shapely.points(places)
    assert shapely.equals_identical(to_wgs84(points, system("cgcs2000")), points).all()


def test_a_city_may_have_a_meridian_of_its_own() -> None:
    local = pyproj.CRS(pyproj.CRS(4549).to_wkt("WKT1_ESRI").replace("120.0", "121.4671519444"))
    there = shifted(HUANGPU, pyproj.Transformer.from_crs(4490, local, always_xy=True).transform)
    back = to_wgs84(there, settle(None, local))
    assert shapely.equals_exact(back[0], SQUARE, CM_PER_DEGREE)


@pytest.mark.parametrize(("name", "way"), [("gcj02", wgs84_to_gcj02), ("bd09", wgs84_to_bd09)])
def test_shifted_shapes_come_back_to_their_place(name: str, way: object) -> None:
    back = to_wgs84(shifted(HUANGPU, way), system(name))
    assert shapely.equals_exact(back[0], SQUARE, CM_PER_DEGREE)


def test_heights_are_dropped_and_nothing_else_is_touched() -> None:
    bow_tie = shapely.Polygon([(0, 0, 5), (1, 1, 5), (1, 0, 5), (0, 1, 5)])
    flat = to_wgs84(np.array([bow_tie], dtype=object), system("wgs84"))
    assert shapely.equals_identical(flat[0], shapely.force_2d(bow_tie))


def test_no_shapes_need_no_place() -> None:
    assert to_wgs84(HUANGPU[1:], system("EPSG:4549")).tolist() == HUANGPU[1:].tolist()


def swapped(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda x, y: (y, x), interleaved=False)


@pytest.mark.parametrize("code", ["wgs84", "cgcs2000", "gcj02", "EPSG:4549", "EPSG:32651"])
def test_swapped_axes_are_told(code: str) -> None:
    there = HUANGPU if code == "gcj02" else into(HUANGPU, system(code).crs.to_string())
    error = refusal(np.array([swapped(there[0])], dtype=object), code)
    assert error.code == "swapped_axes"
    assert "swapped" in error.en


def test_swapped_axes_that_a_globe_cannot_tell_are_told_by_the_area_of_use() -> None:
    urumqi = np.array([shapely.box(43.80, 87.60, 43.81, 87.61)], dtype=object)  # lat, lon
    assert refusal(urumqi, "cgcs2000").code == "swapped_axes"


@pytest.mark.parametrize(
    ("bounds", "code", "seen"),
    [
        ((500.0, 120.0, 501.0, 121.0), "wgs84", "500, 120"),
        ((354000.0, 3455000.0, 355000.0, 3456000.0), "wgs84", "354000, 3455000"),
        ((121.47, 31.22, 121.48, 31.23), "EPSG:4549", "121.47, 31.22"),
        ((40354000.0, 3455000.0, 40355000.0, 3456000.0), "EPSG:4549", "40354000"),
        ((2.2, 48.8, 2.3, 48.9), "cgcs2000", "2.2, 48.8"),
        ((2.2, 48.8, 2.3, 48.9), "gcj02", "2.2, 48.8"),
        ((0.0, 0.0, 0.0, -1.7976931348623157e308), "wgs84", "-1.79769313e\\+308"),
        ((0.0, 0.0, 1.0, float("inf")), "wgs84", "inf"),
        ((0.0, 0.0, 1.0, float("nan")), "wgs84", "nan"),
        ((0.0, 0.0, 1.0, float("nan")), "EPSG:4549", "nan"),
    ],
)
def test_coordinates_outside_of_their_system_are_refused_as_seen(
    bounds: tuple[float, float, float, float], code: str, seen: str
) -> None:
    west, south, east, north = bounds
    with np.errstate(invalid="ignore"):
        line = np.array([shapely.LineString([(west, south), (east, north)])], dtype=object)
    with pytest.raises(CrsError, match=seen) as caught:
        to_wgs84(line, system(code))
    assert caught.value.code == "out_of_range"


def test_an_area_of_use_may_go_over_the_antimeridian() -> None:
    manhattan = np.array([shapely.box(-74.0, 40.7, -73.9, 40.8)], dtype=object)
    moved = to_wgs84(manhattan, system("EPSG:4269"))
    assert moved[0].bounds == pytest.approx(manhattan[0].bounds, abs=1e-4)
    assert refusal(HUANGPU, "EPSG:4269").code == "out_of_range"


@pytest.mark.parametrize("code", ["EPSG:4610", "EPSG:2385", "EPSG:4214", "EPSG:2437"])
def test_old_chinese_systems_are_refused_rather_than_moved_by_a_guess(code: str) -> None:
    error = refusal(into(HUANGPU, code), code)
    assert error.code == "no_transformation"
    assert "CGCS2000" in error.zh


def test_another_planet_is_refused() -> None:
    moon = pyproj.CRS("ESRI:104903")
    with pytest.raises(CrsError) as caught:
        to_wgs84(HUANGPU, settle(None, moon))
    assert caught.value.code == "no_transformation"
