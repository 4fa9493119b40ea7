from datetime import timedelta

import pytest
from shapely import LineString, Point
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.register import put_house_ranges, put_names
from gridsvc.addresses.score import THRESHOLD, Match
from gridsvc.errors import Conflict, Invalid
from tests.addresses.conftest import match
from tests.factories import BEGAN, at, cell

NOW = BEGAN + timedelta(days=30)


async def first(db: AsyncSession, text: str) -> Match:
    found = await match(db, text, at=NOW)
    assert found, text
    return found[0]


class TestNames:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("真光小区", "E1"),
            ("中心区甲街道真光小区3栋502室", "E1"),
            ("住在 真 光 小 区 对面", "E1"),
            ("长风菜市场", "M1"),
            ("长风菜市场门口有垃圾", "M1"),
            ("中山北路", "R1"),
            ("北大街近真北路", "R1"),
            ("甲街道", "S1"),
            ("第21网格", "G21"),
        ],
    )
    async def test_what_is_written_out_is_sure(
        self, named: AsyncSession, text: str, code: str
    ) -> None:
        found = await first(named, text)
        assert (found.code, found.sure) == (code, True)

    async def test_without_its_kind_word_it_is_sure_yet_less(self, named: AsyncSession) -> None:
        found = await first(named, "真光3栋")
        assert found.code == "E1"
        assert THRESHOLD <= found.score < 1

    @pytest.mark.parametrize("text", ["真光路", "中山比路", "国际花园", "明月花园"])
    async def test_what_is_like_it_is_never_sure(self, named: AsyncSession, text: str) -> None:
        assert not any(found.sure for found in await match(named, text, at=NOW))

    @pytest.mark.parametrize("text", ["", "   ", "！？", "502室", "桃浦新村", "x" * 5_000])
    async def test_nothing_known_is_nothing(self, named: AsyncSession, text: str) -> None:
        assert await match(named, text, at=NOW) == []

    async def test_a_name_of_two_places_is_told_with_both(self, named: AsyncSession) -> None:
        found = await match(named, "明月花园", at=NOW)
        assert [(it.code, it.score, it.why.rivals) for it in found] == [
            ("E2", 0.5, 2),
            ("E3", 0.5, 2),
        ]

    async def test_the_same_text_gives_the_same_list(self, named: AsyncSession) -> None:
        text = "甲街道中山北路28号明月花园"
        assert await match(named, text, at=NOW) == await match(named, text, at=NOW)


class TestTogether:
    async def test_a_street_tells_two_of_one_name_apart(self, named: AsyncSession) -> None:
        found = await match(named, "乙街道明月花园", at=NOW)
        assert (found[0].code, found[0].score) == ("E3", 1.0)
        assert all(not it.sure for it in found if it.code == "E2")

    async def test_agreement_raises_what_is_misspelt(self, named: AsyncSession) -> None:
        alone = await first(named, "长风路中山比路")
        together = next(
            it for it in await match(named, "甲街道中山比路", at=NOW) if it.code == "R1"
        )
        assert together.score > alone.score
        assert together.why.support == 1

    async def test_names_that_contradict_each_other_are_not_sure(self, named: AsyncSession) -> None:
        found = await match(named, "真光小区国际公寓", at=NOW)
        assert {it.code for it in found} == {"E1", "E4"}
        assert not any(it.sure for it in found)

    async def test_the_smaller_goes_before_what_it_lies_in(self, named: AsyncSession) -> None:
        found = await match(named, "中心区甲街道甲社区真光小区", at=NOW)
        assert found[0].code == "E1"
        assert [it.radius_m for it in found] == sorted(it.radius_m for it in found)

    async def test_a_road_is_narrowed_to_the_street_that_is_named(
        self, named: AsyncSession
    ) -> None:
        whole, narrowed = await first(named, "中山北路"), await first(named, "乙街道中山北路")
        assert narrowed.radius_m == pytest.approx(whole.radius_m / 2, rel=0.01)
        assert (narrowed.lon, narrowed.lat) == pytest.approx(at(3, 0.5))


class TestHouseNumbers:
    async def test_a_number_is_found_along_the_road(self, named: AsyncSession) -> None:
        found = await first(named, "中山北路一百零二号")
        assert (found.lon, found.lat) == pytest.approx(at(1, 0.5), abs=1e-6)
        assert found.radius_m <= 50
        assert found.why.number_known

    async def test_a_number_may_lie_in_an_area(self, named: AsyncSession) -> None:
        found = await first(named, "中山北路550弄3号")
        assert cell(3, 1).covers(Point(found.lon, found.lat))

    async def test_a_number_that_the_road_has_not_is_less_sure(self, named: AsyncSession) -> None:
        found = await first(named, "中山北路9999号")
        assert (found.code, found.score, found.why.number_known) == ("R1", 0.8, False)

    async def test_a_number_narrows_two_of_one_name(self, named: AsyncSession) -> None:
        found = await match(named, "中山北路28号真光小区", at=NOW)
        assert {it.code for it in found if it.sure} == {"R1", "E1"}
        assert all(it.score == 1 for it in found if it.sure)


class TestTime:
    async def test_a_name_is_found_while_it_holds(self, named: AsyncSession) -> None:
        later = NOW + timedelta(days=1)
        new = {
            "kind": "road",
            "code": "R1",
            "name": "解放路",
            "geometry": LineString([at(0, 0), at(1, 0)]),
        }
        await put_names(named, [new], valid_from=later, replace=True)
        assert [it.name for it in await match(named, "解放路", at=later)] == ["解放路"]
        assert await match(named, "解放路", at=NOW) == []
        assert await match(named, "中山北路", at=later) == []
        assert [it.code for it in await match(named, "长风菜市场", at=later)] == ["M1"]

    async def test_before_the_map_there_is_nothing(self, named: AsyncSession) -> None:
        assert await match(named, "甲街道中山北路", at=BEGAN - timedelta(seconds=1)) == []


class TestRefusals:
    async def test_a_name_twice(self, named: AsyncSession) -> None:
        again = {"kind": "road", "code": "R1", "name": "中山北路", "geometry": Point(at(0, 0))}
        with pytest.raises(Conflict) as refusal:
            await put_names(named, [again], valid_from=NOW)
        assert refusal.value.code == "name_taken"

    async def test_replacing_what_has_not_yet_held(self, named: AsyncSession) -> None:
        row = {"kind": "road", "code": "R2", "name": "新路", "geometry": Point(at(0, 0))}
        with pytest.raises(Conflict) as refusal:
            await put_names(named, [row], valid_from=BEGAN, replace=True)
        assert refusal.value.code == "names_exist"

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            ({"road": "R9", "first": 1, "last": 9}, "unknown_road"),
            ({"road": "R1", "first": 9, "last": 1}, "numbers_reversed"),
            ({"road": "R1", "first": 0, "last": 1}, "numbers_reversed"),
            (
                {"road": "R1", "first": 701, "last": 702, "level": "grid", "area": "-"},
                "unknown_area",
            ),
            ({"road": "R1", "first": 701, "last": 702}, "unknown_area"),
        ],
    )
    async def test_a_row_that_cannot_be(
        self, named: AsyncSession, row: dict[str, object], code: str
    ) -> None:
        with pytest.raises(Invalid) as refusal:
            await put_house_ranges(named, [row], valid_from=NOW)
        assert (refusal.value.code, refusal.value.detail["row"]) == (code, 1)
