"""A layer beside its place is suspected, with the distance; one in its place never is."""

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from geodata.crs import Crs, shift_geometry
from geodata.findings import Fault, Finding, Severity
from geodata.frames import as_areas
from geodata.generate import Scale
from geodata.shift import MISTAKES, Mistake
from geodata.validate import validate
from tests.geodata.cities import city


def mistaken(frame: geopandas.GeoDataFrame, mistake: Mistake) -> geopandas.GeoDataFrame:
    """The layer as it comes out of reading its numbers in the wrong system."""
    numbers = shift_geometry(frame.geometry.to_numpy(), Crs.WGS84, target=mistake.really)
    return moved(frame, shift_geometry(numbers, mistake.read_as))


def moved(frame: geopandas.GeoDataFrame, shapes: object) -> geopandas.GeoDataFrame:
    return frame.set_geometry(geopandas.GeoSeries(shapes, index=frame.index, crs="EPSG:4326"))


def suspicions(
    frame: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame
) -> list[tuple[Severity, Finding]]:
    found = validate(frame, parents=parents)
    return [(it.severity, it) for it in found if it.code is Fault.SUSPECTED_SHIFT]


LEVELS = (("grid", "community"), ("community", "street"), ("street", "district"))


class TestGenerated:
    @pytest.mark.parametrize(("level", "above"), LEVELS)
    def test_a_layer_in_its_place_is_not_suspected(self, level: str, above: str) -> None:
        levels = city(Scale.STREET).levels
        assert suspicions(levels[level], levels[above]) == []

    @pytest.mark.parametrize("mistake", MISTAKES)
    @pytest.mark.parametrize(("level", "above"), LEVELS)
    def test_each_mistake_is_named(self, level: str, above: str, mistake: Mistake) -> None:
        levels = city(Scale.STREET).levels
        [(severity, finding)] = suspicions(mistaken(levels[level], mistake), levels[above])
        assert severity is Severity.WARNING
        assert f"--crs {mistake.really}" in finding.en
        assert f"--crs {mistake.really}" in finding.zh
        assert len(finding.areas) == len(levels[level])

    @pytest.mark.parametrize(("east", "north"), [(0.0, 0.005), (0.0, -0.004), (-0.003, 0.003)])
    def test_another_offset_is_not_blamed_on_a_system(self, east: float, north: float) -> None:
        levels = city(Scale.STREET).levels
        streets = levels["street"]
        shapes = shapely.transform(
            streets.geometry.to_numpy(), lambda xy: xy + np.array([east, north])
        )
        assert suspicions(moved(streets, shapes), levels["district"]) == []

    def test_abroad_there_is_no_shift_to_suspect(self) -> None:
        parent = area("1", None, shapely.box(2.3, 48.8, 2.4, 48.9))
        child = area("11", "1", shapely.box(2.31, 48.81, 2.41, 48.89))
        assert suspicions(child, parent) == []

    def test_layers_without_anything_to_compare(self) -> None:
        parent = area("1", None, shapely.box(104, 30, 104.1, 30.1))
        assert suspicions(area("11", "2", shapely.box(104, 30, 104.1, 30.1)), parent) == []
        assert suspicions(parent.iloc[:0], parent) == []


def area(code: str, parent: str | None, shape: shapely.Polygon) -> geopandas.GeoDataFrame:
    columns = {"code": [code], "name": [code], "parent": [parent]}
    return as_areas(geopandas.GeoDataFrame(columns, geometry=[shape], crs="EPSG:4326"))


@pytest.mark.real_data
class TestShanghai:
    @pytest.fixture
    def district(self, shared_data: Path) -> geopandas.GeoDataFrame:
        return read(shared_data / "shanghai/district_huangpu.geojson", parent=None)

    @pytest.fixture
    def streets(self, shared_data: Path) -> geopandas.GeoDataFrame:
        frame = read(shared_data / "shanghai/streets_central.geojson", parent="310101")
        return as_areas(frame[frame["code"].str.startswith("310101")])

    def test_as_published_they_nest(
        self, streets: geopandas.GeoDataFrame, district: geopandas.GeoDataFrame
    ) -> None:
        assert suspicions(streets, district) == []

    def test_of_gcj02_taken_for_wgs84_the_distance_is_told(
        self, streets: geopandas.GeoDataFrame, district: geopandas.GeoDataFrame
    ) -> None:
        [(_, finding)] = suspicions(mistaken(streets, Mistake(Crs.WGS84, Crs.GCJ02)), district)
        assert "seems to lie 481 m south-east of its place" in finding.en
        assert "向东南偏移约 481 米" in finding.zh
        assert "14.1% of the land examined is outside its parents, and 0.0% would be" in finding.en
        assert finding.place is not None
        (west, south), (east, north) = shapely.get_coordinates(finding.place)
        assert (east - west, north - south) == pytest.approx((-0.00455, 0.0020), abs=2e-4)

    def test_the_layer_above_may_be_the_one(
        self, streets: geopandas.GeoDataFrame, district: geopandas.GeoDataFrame
    ) -> None:
        wrong = mistaken(district, Mistake(Crs.WGS84, Crs.GCJ02))
        [(_, finding)] = suspicions(streets, wrong)
        assert "481 m north-west" in finding.en
        assert "the layer above has the opposite mistake" in finding.en


def read(path: Path, *, parent: str | None) -> geopandas.GeoDataFrame:
    frame = geopandas.read_file(path)
    columns = {
        "code": frame["nbs_code"].astype(str),
        "name": frame["name"],
        "parent": np.full(len(frame), parent, dtype=object),
    }
    return as_areas(geopandas.GeoDataFrame(columns, geometry=frame.geometry, crs="EPSG:4326"))


@pytest.mark.real_data
def test_washingtons_commissions_cross_their_wards_unsuspected(shared_data: Path) -> None:
    wards, commissions = (
        geopandas.read_file(shared_data / "dc_311" / name)
        for name in ("wards_2012.geojson", "anc_2013.geojson")
    )
    above = as_areas(wards.rename(columns={"ward": "code"})[["code", "name", "geometry"]])
    below = commissions.rename(columns={"anc": "code"})[["code", "name", "geometry"]]
    below = as_areas(below.assign(parent=below["code"].str[0]))
    assert suspicions(below, above) == []
