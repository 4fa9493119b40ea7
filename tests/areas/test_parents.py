"""To which area each one belongs: as named, by code, by place, or to none and why."""

from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given

from geodata.codes import Level, level_of, lies_under, parse
from geodata.findings import Fault
from gridsvc.areas.parents import ParentBy, parents_by_code, parents_by_place
from tests.areas.desk import DISTRICTS, ESTATES, GRIDS, STREETS, Desk, faults, two_streets
from tests.factories import cell, frame

LOADED = {Level.DISTRICT, Level.STREET, Level.COMMUNITY}


class TestParents:
    async def test_an_unknown_parent_is_an_error(self, desk: Desk) -> None:
        areas = two_streets().assign(parent=["D1", "D9"])
        assert {it.code for it in (await desk.look(areas, STREETS)).blocking} == {
            Fault.UNKNOWN_PARENT
        }

    async def test_by_place_it_is_the_one_that_holds_most(self, desk: Desk) -> None:
        areas = frame(
            ("G1", "一", None, cell(0, 0, 2, 2)),
            ("G2", "二", None, cell(2, 0, 2, 2)),
        )
        seen = await desk.look(areas, GRIDS, parent_by=ParentBy.PLACE)
        assert seen.frame["parent"].to_list() == ["C1", "C2"]
        assert faults(seen) == set()

    async def test_by_place_a_neighbour_is_no_parent(self, desk: Desk) -> None:
        """It touches the city along a border, and lies beside it."""
        areas = frame(("E1", "城外小区", None, cell(-1, 0)), ("E2", "小区", None, cell(0, 0)))
        seen = await desk.look(areas, ESTATES, parent_by=ParentBy.PLACE)
        assert seen.frame["parent"].to_list() == [None, "C1"]
        (finding,) = seen.findings
        assert finding.code is Fault.MISSING_PARENT
        assert finding.en.startswith("E1 城外小区 lies outside every community in force")
        assert finding.zh.startswith("城外小区（E1）全部或大部分位于现行各社区之外")

    async def test_by_code_it_is_the_one_that_the_code_begins_with(self, desk: Desk) -> None:
        await desk.load(frame(("310101", "黄浦区", None, cell(0, 0, 4, 2))), DISTRICTS)
        areas = frame(
            ("310101002", "南京东路街道", None, cell(0, 0, 2, 2)),
            ("310104003", "天平路街道", None, cell(2, 0)),
            ("S9", "街道", None, cell(2, 1)),
        )
        seen = await desk.look(areas, STREETS)
        assert seen.frame["parent"].to_list() == ["310101", None, None]
        missing = {it.areas[0]: it.en for it in seen.findings if it.code is Fault.MISSING_PARENT}
        assert "belongs to 310104 by its code, and no district in force" in missing["310104003"]
        assert "does not say to which district it belongs" in missing["S9"]

    async def test_where_a_level_is_missing_the_next_one_above_is_taken(self, desk: Desk) -> None:
        """Of a time at which only the district was on the map."""
        long_ago, before = datetime(2020, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
        await desk.load(frame(("D1", "区", None, cell(0, 0, 4, 2))), DISTRICTS, valid_from=long_ago)
        estate = frame(("E1", "小区", None, cell(0, 0)))
        options = {"parent_by": ParentBy.PLACE, "valid_from": before}
        assert (await desk.look(estate, ESTATES, **options)).frame["parent"].to_list() == ["D1"]
        named = estate.assign(parent=["C9"])
        seen = await desk.look(named, ESTATES, **options)
        assert (seen.frame["parent"].to_list(), seen.findings) == (["C9"], [])

    async def test_with_nothing_above_nothing_is_asked(self, desk: Desk) -> None:
        estate = frame(("E1", "小区", None, cell(0, 0)))
        since = datetime(2019, 1, 1, tzinfo=UTC)
        seen = await desk.look(estate, ESTATES, valid_from=since)
        assert (seen.frame["parent"].to_list(), seen.findings) == ([None], [])


@given(column=st.floats(-2, 8), width=st.floats(0.1, 4))
def test_most_of_an_area_lies_in_its_parent_or_outside_all(column: float, width: float) -> None:
    """Two parents side by side, and an area laid over them from somewhere to somewhere."""
    parents = frame(("P1", "甲", None, cell(0, 0, 3)), ("P2", "乙", None, cell(3, 0, 3)))
    area = frame(("A", "丙", None, cell(column, 0, width)))
    (found,) = parents_by_place(area, parents)
    end = column + width
    shares: dict[str | None, float] = {
        "P1": max(0.0, min(end, 3) - max(column, 0)),
        "P2": max(0.0, min(end, 6) - max(column, 3)),
    }
    shares[None] = width - sum(shares.values())
    assert shares[found] >= max(shares.values()) - 1e-6


DIGITS = st.text("0123456789", min_size=0, max_size=14)
CODES = st.builds(
    "{}{}".format, st.sampled_from(["31", "3101", "310101", "310101013", "99"]), DIGITS
)
CODES |= CODES.map(lambda code: code[:6].ljust(12, "0"))


@given(code=CODES, above=st.lists(CODES, min_size=1, max_size=4, unique=True))
def test_a_parent_by_code_is_one_that_the_code_lies_under(code: str, above: list[str]) -> None:
    parents = frame(*((parent, "", None, cell(0, 0)) for parent in above))
    (found,) = parents_by_code(frame((code, "", None, cell(0, 0))), parents)
    official = {parent for parent in above if level_of(parent) in LOADED}
    under = {parent for parent in official if lies_under(code, parent)}
    if found is not None and parse(code) is not None:
        assert found in under
    assert (found is not None) or not under


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("310101013001", "310101013"),
        ("310101013001", "310101013000"),
        ("310101013001001", "310101013001"),
        ("03050231010101300107", "310101013001"),
        ("990101013001", "990101013"),
        ("310101601001", None),
        ("甲街道", None),
        ("31010", None),
    ],
)
def test_a_code_names_its_parent_in_whatever_length(code: str, parent: str | None) -> None:
    parents = frame(
        *((it, "", None, cell(0, 0)) for it in ([parent] if parent else ["310101013", "310104"]))
    )
    assert parents_by_code(frame((code, "", None, cell(0, 0))), parents) == [parent]
