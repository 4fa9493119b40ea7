from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.addresses.parse import (
    HouseNumber,
    Parity,
    PartKind,
    core_of,
    house_number,
    normalised,
    numeral,
    parts,
)

DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A number below ten thousand as it is read aloud."""
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if gap and written else "") + DIGITS[digit] + name
        gap = not digit
    return written.removeprefix("一") if written.startswith("一十") else written


class TestHouseNumber:
    @pytest.mark.parametrize(
        ("text", "number", "sub"),
        [
            ("中山北路128号", 128, None),
            ("中山北路１２８號", 128, None),
            ("中山北路 128 弄 5 号", 128, 5),
            ("一百二十八号", 128, None),
            ("一百二号", 120, None),
            ("一百零二号", 102, None),
            ("一二八号", 128, None),
            ("壹佰贰拾捌号", 128, None),
            ("No. 128", 128, None),
            ("№128", 128, None),
            ("人民路#12", 12, None),
            ("128-1号", 128, 1),
            ("128号-1", 128, 1),
            ("三十二号之2", 32, 2),
            ("128弄", 128, None),
            ("真光小区5号中山路130号", 130, None),
        ],
    )
    def test_as_people_write_it(self, text: str, number: int, sub: int | None) -> None:
        assert house_number(text) == HouseNumber(number, sub)

    @pytest.mark.parametrize(
        "text",
        ["", "3号楼", "地铁5号线", "2号门", "502室", "三号路", "中山北路", "0号", "12345678号"],
    )
    def test_other_numbers_are_none(self, text: str) -> None:
        assert house_number(text) is None

    @given(st.integers(1, 9_999))
    def test_either_script_says_the_same(self, number: int) -> None:
        digits = "".join(DIGITS[int(digit)] for digit in str(number))
        assert numeral(spoken(number)) == numeral(digits) == number
        for written in (spoken(number), digits, str(number)):
            assert house_number(f"长江路{written}号") == HouseNumber(number)

    @given(st.integers(1, 99_999), st.integers(1, 999))
    def test_the_side_is_that_of_the_number_on_the_road(self, number: int, sub: int) -> None:
        found = house_number(f"长江路{number}弄{sub}号")
        assert found == HouseNumber(number, sub)
        assert found.parity is (Parity.ODD if number % 2 else Parity.EVEN)

    @given(st.text(max_size=60))
    def test_any_text_is_read(self, text: str) -> None:
        found = house_number(text)
        assert found is None or 0 < found.number <= 99_999_999


class TestParts:
    def test_a_whole_address(self) -> None:
        key = normalised("上海市普陀区真如镇街道中山北路１２８号 真光小区3栋502室")
        assert [(part.kind, part.core, part.suffix) for part in parts(key)] == [
            (PartKind.AREA, "上海", "市"),
            (PartKind.AREA, "普陀", "区"),
            (PartKind.AREA, "真如镇", "街道"),
            (PartKind.ROAD, "中山北", "路"),
            (PartKind.ESTATE, "真光", "小区"),
            (PartKind.OTHER, "3栋502室", ""),
        ]

    @pytest.mark.parametrize(
        ("text", "roads", "estates"),
        [
            ("新村路200号城市花园", ("新村路",), ("城市花园",)),
            ("住在青溪花园对面", (), ("青溪花园",)),
            ("人民大道、兰溪大街与桃浦巷口", ("人民大道", "兰溪大街", "与桃浦巷"), ()),
            ("曹杨一村100弄3号", (), ("曹杨一村",)),
            ("真光小区国际公寓", (), ("真光小区", "国际公寓")),
            ("锦绣花园小区", (), ("锦绣花园小区",)),
            ("真如镇街道", (), ()),
            ("", (), ()),
        ],
    )
    def test_names_by_their_kind(
        self, text: str, roads: tuple[str, ...], estates: tuple[str, ...]
    ) -> None:
        found = parts(normalised(text))
        assert tuple(it.name for it in found if it.kind is PartKind.ROAD) == roads
        assert tuple(it.name for it in found if it.kind is PartKind.ESTATE) == estates

    @given(st.text(st.sampled_from("真光中山路街道小区村号弄12一十,#- 、"), max_size=40))
    def test_a_part_stands_where_it_says(self, text: str) -> None:
        key = normalised(text)
        found = parts(key)
        assert all(key[part.start : part.end] == part.name for part in found)
        assert all(one.end <= other.start for one, other in pairwise(found))

    @given(st.text(max_size=60))
    def test_normalised_text_stays_as_it_is(self, text: str) -> None:
        assert normalised(normalised(text)) == normalised(text)

    @pytest.mark.parametrize(
        ("name", "core"),
        [
            ("真光小区", "真光"),
            ("真如镇街道", "真如镇"),
            ("甲街道", "甲街道"),
            ("人民广场", "人民"),
        ],
    )
    def test_the_core_of_a_name(self, name: str, core: str) -> None:
        assert core_of(name) == core
