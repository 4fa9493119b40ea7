"""Loading areas: read, repaired as asked, checked, compared, published; whole or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from shapely import Polygon

from geodata.crs import Crs, shift_geometry
from geodata.findings import Fault
from geodata.read import Columns
from geodata.repair import Fix
from gridsvc.areas.loading import Load, carry_out, inspect
from gridsvc.areas.model import Area, Layer, Release
from gridsvc.errors import Conflict, Invalid
from tests.areas.desk import HEATING, LATER, STREETS, Desk, faults, two_streets
from tests.factories import BEGAN, at, cell, frame


class TestInspection:
    async def test_it_writes_nothing_and_tells_the_difference(self, desk: Desk) -> None:
        before = [await desk.count(table) for table in (Layer, Release, Area)]
        seen = await desk.look(two_streets(), STREETS)
        assert seen.findings == []
        assert [moved.code for moved in seen.difference.moved] == ["S1", "S2"]
        assert "S1 甲街道 gained 0.00 m² and lost" in seen.difference.sentences[0].en
        assert [await desk.count(table) for table in (Layer, Release, Area)] == before

    async def test_the_difference_is_to_the_map_of_that_time(self, desk: Desk) -> None:
        await desk.load(two_streets(), STREETS, valid_from=datetime(2026, 6, 1, tzinfo=UTC))
        early = await desk.look(two_streets(), STREETS)
        late = await desk.look(two_streets(), STREETS, valid_from=datetime(2026, 7, 1, tzinfo=UTC))
        assert (len(early.difference.moved), len(late.difference.moved)) == (2, 0)

    async def test_a_file_of_gcj02_that_says_otherwise_is_suspected(self, desk: Desk) -> None:
        streets = two_streets()
        moved = shift_geometry(streets.geometry.to_numpy(), Crs.WGS84, target=Crs.GCJ02)
        shifted = streets.set_geometry(moved, crs=streets.crs)
        seen = await desk.look(shifted, STREETS)
        suspicion = next(it for it in seen.findings if it.code is Fault.SUSPECTED_SHIFT)
        assert "load it again with --crs gcj02" in suspicion.en
        mended = await desk.look(shifted, STREETS, crs="gcj02")
        assert mended.findings == []

    async def test_an_empty_file_is_refused(self, desk: Desk) -> None:
        with pytest.raises(Invalid, match="holds no areas"):
            await desk.look(two_streets().iloc[:0], STREETS)

    async def test_a_column_of_the_files_own_is_named(self, desk: Desk) -> None:
        areas = two_streets().rename(columns={"code": "编码", "name": "名称", "parent": "上级"})
        columns = Columns(code="编码", name="名称", parent="上级")
        await desk.load(areas, STREETS, columns=columns)
        assert await desk.areas("street", Area.code, Area.parent_code, release=2) == [
            ("S1", "D1"),
            ("S2", "D1"),
        ]


class TestRepair:
    BOW_TIE = Polygon([at(0, 0), at(1, 1), at(1, 0), at(0, 1)])

    async def test_nothing_is_repaired_unasked(self, desk: Desk) -> None:
        zones = frame(("H1", "甲", None, self.BOW_TIE))
        seen = await desk.look(zones, HEATING, fixes=frozenset({Fix.ORIENT}))
        assert seen.changes == []
        assert faults(seen) == {"invalid_ring"}
        with pytest.raises(Invalid, match="1 error kept it from loading; the first: The polygon"):
            await carry_out(desk.db, seen)
        assert await desk.areas("heating", Area.code) == []

    async def test_what_is_asked_for_is_done_told_and_kept(self, desk: Desk) -> None:
        zones = frame(("H1", "甲", None, self.BOW_TIE))
        seen = await desk.look(zones, HEATING, fixes=frozenset({Fix.MAKE_VALID}))
        assert ["its invalid polygon was made valid" in change.en for change in seen.changes] == [
            True
        ]
        release = await carry_out(desk.db, seen)
        assert release.findings["repaired"] == ["make_valid"]
        assert await desk.areas("heating", Area.code) == [("H1",)]


class TestErrors:
    OVERLAPPING = frame(("H1", "甲", None, cell(0, 0, 2)), ("H2", "乙", None, cell(1, 0, 2)))

    async def test_they_stop_the_load_and_are_named(self, desk: Desk) -> None:
        with pytest.raises(Invalid) as stopped:
            await desk.load(self.OVERLAPPING, HEATING)
        assert stopped.value.code == "findings"
        assert "H1 甲 and H2 乙 both cover" in stopped.value.en
        assert "存在 1 个错误，未载入" in stopped.value.zh

    async def test_accepted_ones_do_not_and_are_written_down(self, desk: Desk) -> None:
        release = await desk.load(self.OVERLAPPING, HEATING, accepted=frozenset({Fault.OVERLAP}))
        assert release.findings["accepted"] == ["overlap"]
        assert release.findings["counts"]["overlap"] == 1

    async def test_an_error_of_form_cannot_be_accepted(self, desk: Desk) -> None:
        with pytest.raises(Invalid) as refused:
            await desk.look(
                self.OVERLAPPING, HEATING, accepted=frozenset({Fault.INVALID_RING, Fault.OVERLAP})
            )
        assert refused.value.code == "not_acceptable_finding"
        assert refused.value.en.startswith("invalid_ring cannot be accepted; only")

    async def test_a_layer_that_allows_overlap_has_none(self, desk: Desk) -> None:
        release = await desk.load(self.OVERLAPPING, replace(HEATING, overlap_allowed=True))
        assert release.area_count == 2

    async def test_areas_without_a_code_or_with_the_same(self, desk: Desk) -> None:
        zones = frame(
            ("H1", "甲", None, cell(0, 0)),
            ("H1", "乙", None, cell(1, 0)),
        )
        assert {it.code for it in (await desk.look(zones, HEATING)).blocking} == {
            Fault.DUPLICATE_CODE
        }
        zones["code"] = ["H1", None]
        assert {it.code for it in (await desk.look(zones, HEATING)).blocking} == {
            Fault.MISSING_CODE
        }


class TestReleases:
    async def test_a_second_ends_the_first_and_keeps_its_rows(self, desk: Desk) -> None:
        release = await desk.load(two_streets(), STREETS)
        assert release.number == 2
        assert await desk.validity("street") == {1: (BEGAN, LATER), 2: (LATER, None)}
        columns = (Area.code, Area.valid_from, Area.valid_to)
        assert await desk.areas("street", *columns) == [
            ("S1", BEGAN, LATER),
            ("S2", BEGAN, LATER),
        ]
        assert await desk.areas("street", *columns, release=2) == [
            ("S1", LATER, None),
            ("S2", LATER, None),
        ]

    @pytest.mark.parametrize("order", list(permutations((2, 3, 4))))
    async def test_in_whatever_order_they_come_one_follows_the_other(
        self, desk: Desk, order: tuple[int, ...]
    ) -> None:
        for month in order:
            since = datetime(2026, month, 1, tzinfo=UTC)
            await desk.load(two_streets(), STREETS, valid_from=since)
        found = await desk.validity("street")
        starts = [BEGAN, *(datetime(2026, month, 1, tzinfo=UTC) for month in (2, 3, 4))]
        spans = list(zip(starts, [*starts[1:], None], strict=True))
        assert [found[1], *(found[2 + order.index(month)] for month in (2, 3, 4))] == spans

    async def test_one_before_all_ends_where_the_first_begins(self, desk: Desk) -> None:
        since = datetime(2020, 1, 1, tzinfo=UTC)
        await desk.load(two_streets(), STREETS, valid_from=since)
        assert (await desk.validity("street"))[2] == (since, BEGAN)

    async def test_two_cannot_begin_at_one_time(self, desk: Desk) -> None:
        with pytest.raises(Conflict) as taken:
            await desk.look(two_streets(), STREETS, valid_from=BEGAN)
        assert taken.value.code == "release_exists"
        assert "choose another time with --valid-from" in taken.value.en

    async def test_a_layer_stays_what_it_was_declared(self, desk: Desk) -> None:
        with pytest.raises(Conflict) as otherwise:
            await desk.look(two_streets(), replace(STREETS, tiles=False, basis="owner"))
        assert otherwise.value.code == "layer_declared_otherwise"
        assert "basis: 'territory', not 'owner', tiles: True, not False" in otherwise.value.en

    async def test_a_shapefiles_digest_is_of_all_its_parts(
        self, desk: Desk, tmp_path: Path
    ) -> None:
        digests = set()
        for month, name in ((2, "甲"), (3, "乙")):
            file = tmp_path / "zones.shp"
            frame(("H1", name, None, cell(0, 0))).to_file(file, encoding="UTF-8")
            since = datetime(2026, month, 1, tzinfo=UTC)
            load = Load(path=file, spec=HEATING, valid_from=since)
            release = await carry_out(desk.db, await inspect(desk.db, load))
            digests.add(release.findings["file_digest"])
        assert len(digests) == 2
