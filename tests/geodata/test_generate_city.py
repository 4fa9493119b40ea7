"""What fills a generated city: estates, people, zones, owners; and that a seed decides it all."""

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.generate import ESTATE_TYPES, Scale, generate
from tests.geodata.cities import city, fingerprint

LAYERS = (
    "party_building",
    "city_management",
    "sanitation",
    "water_supply",
    "heating",
    "riverside",
    "business_district",
    "firework_ban",
)


def whole(scale: Scale = Scale.DISTRICT) -> shapely.Polygon:
    return shapely.union_all(city(scale).levels["district"].geometry.to_numpy())


class TestSeed:
    def test_the_same_seed_gives_the_same_bytes(self) -> None:
        assert fingerprint(generate(Scale.STREET)) == fingerprint(city())

    def test_another_process_with_other_hashes_makes_the_same_city(self) -> None:
        program = "from tests.geodata.cities import city, fingerprint; print(fingerprint(city()))"
        answer = subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, "PYTHONHASHSEED": "12345"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.strip() == fingerprint(city())

    def test_another_seed_gives_another_city(self) -> None:
        assert fingerprint(generate(Scale.STREET, seed=8)) != fingerprint(city())

    def test_a_negative_seed_is_refused(self) -> None:
        with pytest.raises(ValueError, match="non-negative"):
            generate(Scale.STREET, seed=-1)


class TestEstates:
    @given(seed=st.integers(0, 2**32))
    @settings(max_examples=6)
    def test_each_lies_in_its_community_and_none_on_another(self, seed: int) -> None:
        levels = generate(Scale.STREET, seed=seed).levels
        estates = levels["sub_estate"]
        shapes = estates.geometry.to_numpy()
        home = levels["community"].set_index("code")["geometry"][estates["parent"]].to_numpy()
        assert shapely.covers(home, shapes).all()
        assert shapely.is_valid(shapes).all()
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        assert np.array_equal(first, second)

    def test_a_few_stand_astride_two_grids(self) -> None:
        levels = city(Scale.DISTRICT).levels
        grids = shapely.STRtree(levels["grid"].geometry.to_numpy())
        touched, _ = grids.query(levels["sub_estate"].geometry.to_numpy(), predicate="intersects")
        on_two = (np.bincount(touched) > 1).sum()
        assert 1 <= on_two <= 20

    def test_all_five_types_occur_with_their_names(self) -> None:
        estates = city(Scale.DISTRICT).levels["sub_estate"]
        assert set(estates["estate_type"]) == set(ESTATE_TYPES)
        for kind, name in zip(estates["estate_type"], estates["estate_type_zh"], strict=True):
            assert ESTATE_TYPES[kind][0] == name

    def test_about_one_in_a_hundred_has_ten_thousand_people(self) -> None:
        people = city(Scale.DISTRICT).levels["sub_estate"]["population"]
        assert 0.008 < (people > 10_000).mean() < 0.014
        assert people.min() > 0


class TestPopulation:
    def test_an_area_has_the_people_of_its_children(self) -> None:
        levels = city(Scale.DISTRICT).levels
        for above, below in (
            ("district", "street"),
            ("street", "community"),
            ("community", "grid"),
        ):
            sums = levels[below].groupby("parent")[["population", "households"]].sum()
            areas = levels[above].set_index("code")[["population", "households"]]
            pd.testing.assert_frame_equal(areas, sums, check_names=False, check_index_type=False)
        assert levels["district"]["population"].sum() == 690_000

    def test_estates_hold_no_more_than_their_community(self) -> None:
        levels = city(Scale.DISTRICT).levels
        housed = levels["sub_estate"].groupby("parent")["population"].sum()
        community = levels["community"].set_index("code")["population"]
        assert (housed <= community[housed.index]).all()


class TestZones:
    def test_every_layer_has_zones_with_a_code_of_their_own(self) -> None:
        made = city(Scale.DISTRICT)
        assert tuple(made.layers) == tuple(made.zones) == LAYERS
        for name, spec in made.layers.items():
            assert spec.name == name
            assert made.zones[name]["code"].is_unique
            assert made.zones[name].geometry.is_valid.all()

    @pytest.mark.parametrize("layer", ["party_building", "city_management", "water_supply"])
    def test_zones_of_a_tiling_layer_tile_the_city(self, layer: str) -> None:
        made = city(Scale.DISTRICT)
        zones = made.zones[layer].geometry.to_numpy()
        assert made.layers[layer].tiles
        assert shapely.coverage_is_valid(zones)
        assert shapely.equals(shapely.coverage_union_all(zones), whole())

    def test_one_community_is_forgotten_by_the_cleaners(self) -> None:
        made = city(Scale.DISTRICT)
        gap = whole() - shapely.coverage_union_all(made.zones["sanitation"].geometry.to_numpy())
        communities = made.levels["community"].geometry.to_numpy()
        assert made.layers["sanitation"].tiles
        assert shapely.equals(communities, gap).sum() == 1

    @pytest.mark.parametrize("layer", LAYERS)
    def test_only_layers_that_say_so_overlap(self, layer: str) -> None:
        made = city(Scale.DISTRICT)
        shared = max(
            (
                first.intersection(second).area
                for first, second in combinations(made.zones[layer].geometry, 2)
            ),
            default=0.0,
        )
        assert shared == 0.0 or made.layers[layer].overlap_allowed

    @pytest.mark.parametrize("layer", ["heating", "firework_ban"])
    def test_some_zones_do_overlap(self, layer: str) -> None:
        zones = city(Scale.DISTRICT).zones[layer].geometry
        assert any(first.overlaps(second) for first, second in combinations(zones, 2))

    def test_a_party_building_area_is_some_communities_of_one_street(self) -> None:
        made = city(Scale.DISTRICT)
        middle = made.levels["community"].copy()
        middle["geometry"] = middle.representative_point()
        joined = middle.sjoin(made.zones["party_building"][["code", "geometry"]], rsuffix="zone")
        assert len(joined) == len(middle)
        assert (joined.groupby("code_zone")["parent"].nunique() == 1).all()

    def test_squads_work_across_streets(self) -> None:
        made = city(Scale.DISTRICT)
        streets = made.levels["street"].geometry.to_numpy()
        inside = [
            shapely.covers(streets, zone).any() for zone in made.zones["city_management"].geometry
        ]
        assert not all(inside)

    def test_the_riverside_reaches_every_street_on_the_river(self) -> None:
        made = city(Scale.DISTRICT)
        streets = made.levels["street"].geometry.to_numpy()
        on_river = streets[shapely.length(shapely.intersection(streets, made.river)) > 0]
        strip = made.zones["riverside"].geometry[0]
        assert len(on_river) >= 4
        assert shapely.area(shapely.intersection(on_river, strip)).all()
        assert shapely.covers(shapely.buffer(whole(), 1e-7), strip)


class TestOwners:
    def test_organisations_form_one_tree_from_the_city_down(self) -> None:
        organisations = city(Scale.DISTRICT).organisations
        seen: set[str] = set()
        for code, parent in zip(organisations["code"], organisations["parent"], strict=True):
            assert parent in seen if seen else parent is None
            assert code not in seen
            seen.add(code)
        kinds = {"city", "district", "street", "community", "department", "contractor"}
        assert set(organisations["kind"]) == kinds

    def test_responsibilities_name_what_exists(self) -> None:
        made = city(Scale.DISTRICT)
        areas = {**made.levels, **made.zones}
        known = {*made.categories["code"], *made.categories["major"], None}
        for layer, rows in made.responsibilities.groupby("layer"):
            assert set(rows["area"].dropna()) <= set(areas[str(layer)]["code"])
            assert set(rows["category"]) <= known
        assert set(made.responsibilities["organisation"]) <= set(made.organisations["code"])
        assert set(made.responsibilities["role"]) == {"lead", "co_handler", "duty"}

    def test_no_two_leads_have_the_same_rank(self) -> None:
        matrix = city(Scale.DISTRICT).responsibilities
        ranked = matrix[matrix["role"] != "co_handler"]
        assert not ranked.duplicated(["layer", "area", "category", "role", "priority"]).any()

    def test_every_community_street_and_district_has_the_duty_at_home(self) -> None:
        made = city(Scale.DISTRICT)
        matrix = made.responsibilities
        duty = matrix[(matrix["role"] == "duty") & matrix["category"].isna()]
        for level in ("district", "street", "community"):
            at_home = duty[duty["layer"] == level]
            assert set(at_home["area"]) == set(made.levels[level]["code"])
            assert (at_home["organisation"] == "ORG-" + at_home["area"]).all()

    def test_every_category_has_a_lead_somewhere(self) -> None:
        made = city(Scale.DISTRICT)
        matrix = made.responsibilities
        led = set(matrix.loc[matrix["role"] == "lead", "category"])
        for row in made.categories.itertuples():
            assert {row.code, row.major} & led


class TestCategories:
    def test_the_scheme_is_an_example_and_says_so(self) -> None:
        made = city()
        assert made.scheme.code == "demo-2026"
        assert "非国家标准" in made.scheme.name

    def test_emergencies_come_after_the_order_in_the_streets(self) -> None:
        majors = city().categories.drop_duplicates("major").set_index("major")["major_name"]
        assert len(majors) == 12
        assert (majors["E04"], majors["E05"]) == ("街面秩序", "突发事件")

    def test_limits_are_of_the_four_units(self) -> None:
        categories = city().categories
        assert categories["code"].is_unique
        assert set(categories["kind"]) == {"component", "event"}
        assert (categories["limit_value"] > 0).all()
        units = {"urgent_hour", "work_hour", "work_day", "natural_day"}
        assert set(categories["limit_unit"]) == units

    def test_every_category_has_conditions_of_which_one_has_its_limit(self) -> None:
        made = city()
        limits = made.categories.set_index("code")[["limit_value", "limit_unit"]]
        given = made.conditions.set_index("category")[["limit_value", "limit_unit"]]
        own = limits.loc[given.index]
        assert set(given.index[(given == own).all(axis=1)]) == set(limits.index)
        assert not made.conditions.duplicated(["category", "text"]).any()
        assert made.conditions.notna().all(axis=None)


class TestWorkers:
    def test_there_are_fewer_workers_than_grids(self) -> None:
        made = city(Scale.DISTRICT)
        per_grid = made.assignments.groupby("grid").size()
        assert len(made.workers) == round(650 * 13_445 / 15_329)
        assert 50 < len(made.levels["grid"]) - len(per_grid) < 150
        assert (per_grid > 1).sum() > 5

    def test_a_worker_belongs_to_the_community_of_the_grid(self) -> None:
        made = city(Scale.DISTRICT)
        organisation = made.workers.set_index("code")["organisation"]
        home = "ORG-" + made.assignments["grid"].str[:12]
        assert (organisation[made.assignments["worker"]].to_numpy() == home.to_numpy()).all()
        assert not made.assignments.duplicated().any()
        assert set(made.assignments["worker"]) == set(made.workers["code"])

    def test_a_worker_is_a_code_and_nothing_else(self) -> None:
        made = city()
        assert made.workers.columns.tolist() == ["code", "organisation"]
        assert made.workers["code"].str.fullmatch(r"W\d{5}").all()
