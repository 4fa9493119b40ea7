"""The shapes and codes of the administrative levels: exact tilings, whatever the seed."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import codes
from geodata.frames import check_areas
from geodata.generate import Scale, generate
from geodata.generate.administrative import numbers
from geodata.generate.chance import apportion, stream
from geodata.generate.ground import unite
from geodata.generate.plan import PLANS, grow
from tests.geodata.cities import city

TILING = ("district", "street", "community", "grid")
seeds = st.integers(0, 2**32)


class TestTilings:
    @given(seed=seeds)
    @settings(max_examples=12)
    def test_every_level_tiles_the_one_above_vertex_by_vertex(self, seed: int) -> None:
        levels = generate(Scale.STREET, seed=seed).levels
        for above, below in pairwise(TILING):
            parents, children = levels[above], levels[below]
            family = parents.set_index("code").index.get_indexer(children["parent"])
            united = unite(children.geometry.to_numpy(), family)
            assert shapely.equals_exact(
                shapely.normalize(united), shapely.normalize(parents.geometry.to_numpy())
            ).all()
            assert shapely.coverage_is_valid(children.geometry.to_numpy())

    @pytest.mark.parametrize("level", TILING)
    def test_areas_are_single_valid_polygons(self, level: str) -> None:
        shapes = city(Scale.DISTRICT).levels[level].geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all()
        assert (shapely.get_num_interior_rings(shapes) == 0).all()
        assert shapely.is_ccw(shapely.get_exterior_ring(shapes)).all()

    def test_a_district_has_the_counts_of_its_model(self) -> None:
        made = city(Scale.DISTRICT)
        counts = {level: len(areas) for level, areas in made.levels.items()}
        assert counts == {
            "district": 1,
            "street": 10,
            "community": 185,
            "grid": 650,
            "sub_estate": 870,
        }
        assert len(made.zones["party_building"]) == 33

    def test_coordinates_have_seven_decimals(self) -> None:
        for areas in city().levels.values():
            points = shapely.get_coordinates(areas.geometry.to_numpy())
            assert np.array_equal(points, np.round(points, 7))

    def test_borders_wind(self) -> None:
        grids = city(Scale.DISTRICT).levels["grid"].geometry.to_numpy()
        assert shapely.get_num_coordinates(grids).mean() > 30

    def test_the_centre_is_denser_than_the_rim(self) -> None:
        grids = city(Scale.DISTRICT).levels["grid"].geometry.to_numpy()
        middle = shapely.centroid(shapely.coverage_union_all(grids))
        inward = np.argsort(shapely.distance(shapely.centroid(grids), middle))
        size = shapely.area(grids)[inward]
        assert size[:100].mean() < size[-100:].mean() / 2

    def test_the_river_runs_along_borders_through_the_whole_city(self) -> None:
        made = city(Scale.DISTRICT)
        borders = shapely.boundary(made.levels["grid"].geometry.to_numpy())
        assert shapely.covers(shapely.union_all(borders), made.river)
        outline = shapely.boundary(made.levels["district"].geometry[0])
        ends = shapely.get_point(made.river, [0, -1])
        assert shapely.intersects(outline, ends).all()
        assert made.river.is_simple


class TestCodes:
    @pytest.mark.parametrize("level", TILING)
    def test_codes_are_those_of_their_level_under_no_real_prefecture(self, level: str) -> None:
        for code in city(Scale.DISTRICT).levels[level]["code"]:
            assert codes.level_of(code) == level
            assert code.startswith("3799")

    @pytest.mark.parametrize("level", ["street", "community", "grid", "sub_estate"])
    def test_a_code_begins_with_its_parents(self, level: str) -> None:
        areas = city(Scale.DISTRICT).levels[level]
        assert all(map(str.startswith, areas["code"], areas["parent"]))
        assert areas["code"].is_unique
        assert areas["code"].is_monotonic_increasing

    def test_levels_are_area_frames(self) -> None:
        made = city()
        for areas in (*made.levels.values(), *made.zones.values()):
            check_areas(areas)
            assert areas["name"].notna().all()
            assert areas["name_en"].str.isascii().all()

    def test_grids_of_a_row_are_numbered_from_west_to_east_and_rows_from_the_north(self) -> None:
        places = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.1], [0.1, 0.1], [5.0, 5.0]])
        group = np.array([0, 0, 0, 0, 1])
        assert numbers(places, group).tolist() == [4, 1, 2, 3, 1]

    def test_neighbours_in_one_place_have_different_numbers(self) -> None:
        assert sorted(numbers(np.zeros((3, 2)), np.zeros(3, dtype=np.int64))) == [1, 2, 3]


class TestPlan:
    @pytest.mark.parametrize("scale", Scale)
    def test_a_tree_has_exactly_the_planned_counts(self, scale: Scale) -> None:
        plan = PLANS[scale]
        tree = grow(plan, stream(1, "tree"))
        totals = [plan.districts, plan.streets, plan.party_areas, plan.communities, plan.grids]
        for parent, above, below in zip(tree.levels(), totals, totals[1:], strict=False):
            assert len(parent) == below
            assert np.array_equal(np.unique(parent), np.arange(above))

    def test_a_whole_city_has_the_counts_of_its_model(self) -> None:
        plan = PLANS[Scale.CITY]
        assert (plan.districts, plan.streets) == (23, 261)
        assert (plan.communities, plan.grids, plan.sub_estates) == (4_351, 15_329, 20_000)

    @given(
        weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=30),
        least=st.integers(0, 3),
        spare=st.integers(0, 200),
    )
    def test_nothing_is_lost_in_sharing_out(
        self, weights: list[float], least: int, spare: int
    ) -> None:
        total = least * len(weights) + spare
        shares = apportion(total, weights, least=least)
        assert shares.sum() == total
        assert (shares >= least).all()
        exact = least + spare * np.array(weights) / sum(weights)
        assert (np.abs(shares - exact) < 1 + 1e-9).all()

    def test_each_purpose_has_its_own_chance(self) -> None:
        assert stream(1, "names").random() == stream(1, "names").random()
        assert stream(1, "names").random() != stream(1, "cuts").random()
        assert stream(1, "names").random() != stream(2, "names").random()
