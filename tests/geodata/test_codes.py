import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.codes import (
    ComponentSplit,
    Level,
    kind_name,
    level_of,
    lies_under,
    parent_code,
    parse,
    parse_component,
    same_place,
)

COUNTIES = st.integers(1, 99).map(lambda number: f"3101{number:02d}")
THREE = st.integers(1, 599).map(lambda number: f"{number:03d}")
FREE = ["", " ", "3G", "街道", "31010", "3101010130", "990101", "３１０１０１", "-31010", "+310101"]


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("310000", Level.PROVINCE, None),
        ("310100", Level.PREFECTURE, "310000"),
        ("310101", Level.DISTRICT, "310100"),
        ("310101000", Level.DISTRICT, "310100000"),
        ("310101000000", Level.DISTRICT, "310100000000"),
        ("310101013", Level.STREET, "310101"),
        ("310101013000", Level.STREET, "310101000000"),
        ("310101013001", Level.COMMUNITY, "310101013000"),
        ("310101013001002", Level.GRID, "310101013001"),
        ("00010131010101300102", Level.GRID, "310101013001"),
        ("00010131010101300100", Level.GRID, "310101013001"),
        ("00010131010101360102", Level.GRID, "310101013000"),
        ("441900003", Level.STREET, "441900"),
        ("441900003000", Level.STREET, "441900000000"),
        ("441900003001", Level.COMMUNITY, "441900003000"),
        ("110101001001", Level.COMMUNITY, "110101001000"),
    ],
)
def test_a_code_names_its_level_and_its_parent(code: str, level: Level, parent: str | None) -> None:
    parsed = parse(code)
    assert parsed is not None
    assert parsed.text == code
    assert (level_of(code), parent_code(code)) == (level, parent)


@pytest.mark.parametrize("code", FREE)
def test_free_text_is_no_code(code: str) -> None:
    assert parse(code) is None
    assert (level_of(code), parent_code(code), kind_name(code)) == (None, None, None)


@pytest.mark.parametrize(
    "code",
    ["310101000001", "310001", "310000013", "310101013000001", "310101013001000", "000000"],
)
def test_a_code_with_a_zero_in_the_middle_names_nothing(code: str) -> None:
    assert parse(code) is None


def test_lengths_of_one_place_are_the_same_place() -> None:
    assert same_place("310101", "310101000000")
    assert same_place("310101013", "310101013000")
    assert not same_place("310101013", "310101013001")
    assert not same_place("310101", "310101013")
    assert same_place("3G", "3G")
    assert not same_place("3G", "6D")


def test_service_grids_of_different_objects_are_different_places() -> None:
    assert not same_place("00010131010101300101", "00010231010101300101")


@pytest.mark.parametrize(
    ("code", "parent", "under"),
    [
        ("310101013", "310101", True),
        ("310101013000", "310101", True),
        ("310101013", "310101000000", True),
        ("310101013001002", "310101013000", True),
        ("310104003", "310101", False),
        ("310101", "310101013", False),
        ("310101013", "310101013000", False),
        ("441900003", "441900", True),
        ("外滩", "310101", None),
        ("310101013", "黄浦", None),
        ("00010131010101300101", "310101013001", True),
        ("00010131010101300101", "310101013002", False),
        ("00010131010101360101", "310101013001", None),
        ("00010131010101360101", "310101013", True),
        ("00010131010101360101", "310101002", False),
    ],
)
def test_a_code_says_whether_it_belongs_under_another(
    code: str, parent: str, under: bool | None
) -> None:
    assert lies_under(code, parent) is under


@given(COUNTIES, THREE, THREE, THREE)
def test_every_code_lies_under_all_its_ancestors_in_any_length(
    county: str, street: str, community: str, grid: str
) -> None:
    code: str | None = county + street + community + grid
    seen = []
    while code is not None:
        seen.append(code)
        code = parent_code(code)
    assert [level_of(it) for it in seen] == list(Level)[::-1]
    for at, below in enumerate(seen):
        assert all(lies_under(below, above) for above in seen[at + 1 :])
        assert not any(lies_under(above, below) for above in seen[at:])
    assert parent_code(county + street) == county
    assert same_place(county + street, seen[2])


@given(st.text(max_size=21) | st.from_regex(r"[0-9]{1,21}", fullmatch=True))
def test_no_text_breaks_the_reading_of_codes(text: str) -> None:
    parsed = parse(text)
    if parsed is not None:
        assert parsed.text == text
        assert parsed.parent is None or lies_under(text, parsed.parent)
    for split in ComponentSplit:
        component = parse_component(text, split)
        assert component is None or len(text) == 16


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("310101013", "街道"),
        ("310104103", "镇"),
        ("110109205", "乡"),
        ("110101400", "类似乡级单位"),
        ("310101013001", "居民委员会"),
        ("310101013200", "村民委员会"),
        ("310101013498", "类似居民委员会"),
        ("310101013598", "类似村民委员会"),
        ("310101", "区（县）"),
        ("310101013001002", "网格"),
    ],
)
def test_the_range_of_a_number_names_its_kind(code: str, zh: str) -> None:
    kind = kind_name(code)
    assert kind is not None
    assert kind[1] == zh


def test_a_number_outside_all_ranges_has_no_kind() -> None:
    assert kind_name("310101600") is None


def test_a_component_code_falls_apart_as_its_edition_says() -> None:
    code = "3101010137000042"
    two = parse_component(code, ComponentSplit.MINOR_OF_TWO)
    three = parse_component(code, ComponentSplit.MINOR_OF_THREE)
    assert two is not None
    assert three is not None
    assert (two.county, two.major, two.minor, two.sequence) == ("310101", "01", "37", "000042")
    assert (three.county, three.major, three.minor, three.sequence) == (
        "310101",
        "01",
        "370",
        "00042",
    )


@pytest.mark.parametrize("code", ["", "310101013700004", "99010101370000421", "9901010137000042"])
def test_what_is_no_component_code_has_no_parts(code: str) -> None:
    assert parse_component(code, ComponentSplit.MINOR_OF_TWO) is None


@pytest.mark.real_data
def test_published_communities_lie_under_the_streets_they_are_listed_with(
    shared_data: Path,
) -> None:
    with (shared_data / "china_codes" / "communities_2021.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 17_000
    for row in rows:
        assert parent_code(row["code"]) == f"{row['streetCode']}000"
        assert parent_code(row["streetCode"]) == row["areaCode"]


@pytest.mark.real_data
def test_published_names_end_as_their_kind_says(shared_data: Path) -> None:
    with (shared_data / "china_codes" / "communities_2021.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for ending, expected in (("居委会", "居民委员会"), ("村委会", "村民委员会")):
        named = [kind_name(row["code"]) for row in rows if row["name"].endswith(ending)]
        agreeing = sum(kind is not None and expected in kind[1] for kind in named)
        assert agreeing / len(named) > 0.99
