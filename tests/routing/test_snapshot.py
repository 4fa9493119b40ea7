"""What the compiled map finds at a point, compared with a plain model of boxes."""

from datetime import timedelta
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.routing.facts import Claim, Facts
from gridsvc.routing.finding import facts_deep_inside
from tests.factories import at, cell
from tests.routing.maps import BEGAN, NOON, Box, Map, asked, category, layer, responsible

GRIDS = layer("grid", "grid")
STREETS = layer("street", "street")
CLEANING = layer("cleaning")
POWER = layer("power")

HALVES = st.integers(0, 8).map(lambda number: number / 2)
BOXES = st.builds(
    Box,
    st.sampled_from([GRIDS, STREETS, CLEANING, POWER]),
    st.sampled_from("ABCDE"),
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(1, 2),
    st.integers(1, 2),
)
CITIES = st.lists(BOXES, min_size=1, max_size=8, unique_by=lambda box: (box.layer.name, box.code))
CLAIMS = st.builds(
    responsible,
    st.sampled_from("xyz"),
    st.sampled_from(["grid", "street", "cleaning", "power"]),
    st.sampled_from([None, "A", "B", "C"]),
    category_code=st.sampled_from([None, "0201", "02", "0301", "03"]),
    role=st.sampled_from(["lead", "co_handler", "duty"]),
)


@given(CITIES, HALVES, HALVES)
def test_the_chain_holds_the_lowest_code_of_each_level(
    boxes: list[Box], column: float, row: float
) -> None:
    chain = Map(boxes).facts(column, row).chain
    expected = []
    for level in ("street", "grid"):
        covering = sorted(
            box.code for box in boxes if box.layer.level == level and box.covers(column, row)
        )
        if covering:
            expected.append((level, covering[0], len(covering) > 1))
    assert [(place.level, place.code, place.tied) for place in chain] == expected


@given(CITIES, st.lists(CLAIMS, max_size=8), HALVES, HALVES)
def test_candidates_are_those_who_answer_for_a_covering_area_in_the_category(
    boxes: list[Box], claims: list[Claim], column: float, row: float
) -> None:
    found = Map(boxes, claims).facts(column, row)
    covering = [box for box in boxes if box.covers(column, row)]
    expected = {
        role: sorted(
            (claim.id, box.id)
            for claim in claims
            for box in covering
            if claim.role == role
            and claim.layer == box.layer.name
            and claim.area_code in {None, box.code}
            and claim.category_code in {None, "02", "0201"}
        )
        for role in ("lead", "co_handler", "duty")
    }
    assert {
        "lead": sorted((c.claim.id, c.place.area.id) for c in found.candidates),
        "co_handler": sorted((c.claim.id, c.place.area.id) for c in found.co_handlers),
        "duty": sorted((c.claim.id, c.place.area.id) for c in found.duties),
    } == expected


@given(CITIES, st.lists(CLAIMS, max_size=6), HALVES, HALVES, st.sampled_from([0.0, 30.0]))
def test_what_has_nothing_to_do_with_it_changes_nothing(
    boxes: list[Box], claims: list[Claim], column: float, row: float, radius: float
) -> None:
    """Areas far away and responsibilities for other things, areas and times do not bear on it."""
    far = [Box(found, "FAR", 40, 40) for found in (GRIDS, STREETS, CLEANING, POWER)]
    others = [
        responsible("far", "cleaning", "FAR"),
        responsible("other", "cleaning", None, category_code="0301"),
        responsible("scheme", "cleaning", None, category_code="0201", scheme="another"),
        responsible("past", "cleaning", None, valid_to=NOON),
        responsible("future", "cleaning", None, valid_from=NOON + timedelta(seconds=1)),
        responsible("layer", "heating", None),
    ]
    small, large = Map(boxes, claims), Map([*far, *boxes], [*others, *claims])
    asked = {"accuracy_m": radius}
    assert with_same_nearest(small, column, row, **asked) == with_same_nearest(
        large, column, row, **asked
    )


def with_same_nearest(city: Map, column: float, row: float, accuracy_m: float) -> Facts:
    found = city.facts(column, row, accuracy_m=accuracy_m)
    return Facts(
        kind=found.kind,
        located=found.located,
        chain=found.chain,
        candidates=sorted(found.candidates, key=lambda c: (c.claim.id, c.place.area.id)),
        co_handlers=sorted(found.co_handlers, key=lambda c: (c.claim.id, c.place.area.id)),
        duties=sorted(found.duties, key=lambda c: (c.claim.id, c.place.area.id)),
        nearest=None,
    )


class TestTime:
    """Validity is half-open: the first moment belongs to it, the last does not."""

    CITY = Map([Box(CLEANING, "A", 0, 0)])

    @pytest.mark.parametrize(
        ("at", "holds"),
        [
            (BEGAN - timedelta(microseconds=1), False),
            (BEGAN, True),
            (NOON - timedelta(microseconds=1), True),
            (NOON, False),
        ],
    )
    def test_a_responsibility_holds_from_its_first_moment_to_before_its_last(
        self, at: object, holds: bool
    ) -> None:
        claim = responsible("x", "cleaning", "A", valid_from=BEGAN, valid_to=NOON)
        found = Map(self.CITY.boxes, [claim]).facts(0.5, 0.5, at=at)
        assert bool(found.candidates) is holds


class TestSpecificity:
    @pytest.mark.parametrize(
        ("code", "specificity"), [("0201", 0), ("02", 1), (None, 2), ("03", None), ("020", None)]
    )
    def test_how_exactly_a_responsibility_names_the_category(
        self, code: str | None, specificity: int | None
    ) -> None:
        claim = responsible("x", "cleaning", "A", category_code=code)
        found = Map([Box(CLEANING, "A", 0, 0)], [claim]).facts(0.5, 0.5, category=category("0201"))
        assert [c.specificity for c in found.candidates] == (
            [] if specificity is None else [specificity]
        )


class TestNearest:
    CITY = Map([Box(STREETS, "W", 0, 0), Box(STREETS, "E", 2, 0), Box(GRIDS, "G", 0, 0)])

    def test_a_point_in_no_area_is_told_the_nearest_one(self) -> None:
        found = self.CITY.facts(1.9, 0.5)
        assert found.nearest is not None
        assert found.nearest.code == "E"
        assert found.nearest.inside_m == pytest.approx(-95.8, abs=0.2)

    def test_a_point_in_an_area_is_not(self) -> None:
        assert self.CITY.facts(0.5, 0.5).nearest is None

    def test_a_map_without_areas_has_none(self) -> None:
        found = Map([]).facts(0.5, 0.5)
        assert (found.nearest, found.chain) == (None, ())


class TestAccuracy:
    """A cell is 958 m wide here; the borders between them are at whole numbers."""

    CITY = Map(
        [Box(CLEANING, "W", 0, 0), Box(CLEANING, "E", 1, 0)],
        [responsible("w", "cleaning", "W"), responsible("e", "cleaning", "E")],
    )

    def test_a_zone_within_the_radius_is_a_candidate_with_its_share_of_the_disc(self) -> None:
        found = {
            c.place.code: c.place for c in self.CITY.facts(0.99, 0.5, accuracy_m=30).candidates
        }
        assert found["W"].covers
        assert not found["E"].covers
        assert found["E"].inside_m == pytest.approx(-9.58, abs=0.02)
        assert found["W"].share + found["E"].share == pytest.approx(1)
        assert found["W"].share > 0.5

    def test_one_beyond_it_is_not(self) -> None:
        found = self.CITY.facts(0.9, 0.5, accuracy_m=30).candidates
        assert [c.place.code for c in found] == ["W"]

    def test_an_exact_point_on_the_border_is_half_in_each(self) -> None:
        found = self.CITY.facts(1, 0.5).candidates
        assert [(c.place.code, c.place.share) for c in found] == [("W", 0.5), ("E", 0.5)]


def test_on_a_border_the_chain_is_one_path_of_the_tree() -> None:
    """The grid with the lowest code, and above it what it belongs to, not the lowest of each."""
    communities = layer("community", "community")
    boxes = [
        Box(STREETS, "S1", 0, 0),
        Box(STREETS, "S2", 1, 0),
        Box(communities, "Z", 0, 0, parent="S1"),
        Box(communities, "X", 1, 0, parent="S2"),
    ]
    chain = Map(boxes, []).facts(1, 0.5).chain
    assert [(place.code, place.tied) for place in chain] == [("S2", True), ("X", True)]


@given(CITIES, st.lists(CLAIMS, max_size=8), HALVES, HALVES)
def test_what_is_found_deep_inside_some_areas_is_what_is_found_at_each_point_there(
    boxes: list[Box], claims: list[Claim], column: float, row: float
) -> None:
    column, row = column + 0.25, row + 0.25  # on no border
    city = Map(boxes, claims)
    view, question = city.view(), asked(column, row)
    inside = view.index.covers(*at(column, row))
    deep = facts_deep_inside(inside, question, edition=city.edition(), view=view)
    found = city.facts(column, row)
    assert [c.claim.id for c in deep.candidates] == [c.claim.id for c in found.candidates]
    assert [place.area.id for place in deep.chain] == [place.area.id for place in found.chain]
    assert deep.nearest == found.nearest


def test_of_a_wide_ground_only_what_crosses_its_border_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = Map([Box(STREETS, f"S{west}", west, 0) for west in range(4)])
    view, cut = city.view(), list[int]()
    intersection = shapely.intersection

    def counted(shapes: Any, ground: Any) -> Any:
        cut.append(len(shapes))
        return intersection(shapes, ground)

    monkeypatch.setattr(shapely, "intersection", counted)
    lon, lat = at(1.5, 0.5)
    parts = view.parts_of(cell(0.5, -1, 2.5, 3), lon=lon, lat=lat)
    assert {place.code: place.share for place in parts} == pytest.approx(
        {"S0": 0.5 / 7.5, "S1": 1 / 7.5, "S2": 1 / 7.5}
    )
    assert sum(cut) == 2  # the fourth only touches it
