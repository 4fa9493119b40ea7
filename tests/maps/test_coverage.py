from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from geodata.errors import ColumnError, CrsError
from maps.coverage import render_coverage, steps
from maps.layers import AreaLayer
from maps.page import Page
from maps.words import Language
from tests.maps.frames import District, frame_of
from tests.maps.reading import Reading, read

ENGLISH = Page(title="Coverage", language=Language.EN)


@pytest.fixture(scope="module")
def reading(district: District) -> Reading:
    return read(render_coverage(district.coverage(), ENGLISH))


def test_each_layer_can_be_switched(reading: Reading) -> None:
    boxes = [
        int(value or "")
        for _, attributes in reading.elements
        for name, value in attributes
        if name == "data-layer"
    ]
    assert sorted(boxes) == list(range(len(reading.data["layers"])))
    # Three kinds of problem in pairs, two zone layers, five levels: less the absent ones.
    assert len(boxes) == 5 + 2 + 5


def test_a_shape_set_stands_once_though_several_layers_show_it(reading: Reading) -> None:
    data = reading.data
    grids = [layer for layer in data["layers"] if layer["set"] == "areas:grid"]
    assert len(grids) == 3
    assert len(data["sets"]["areas:grid"]["rings"]) == 30


def test_grids_without_a_worker_are_found_and_the_unknown_is_not_among_them(
    district: District, reading: Reading
) -> None:
    data = reading.data
    members = {
        layer["options"]["fillColor"]: layer["members"]
        for layer in data["layers"]
        if layer["set"] == "areas:grid"
    }
    workers = district.grid["workers"]
    assert members["url(#unstaffed)"] == list(workers.index[workers == 0])
    assert members["url(#overstaffed)"] == list(workers.index[workers > 3])
    assert workers.isna().sum() == 1


def test_the_gap_is_measured_named_and_can_be_shown(reading: Reading) -> None:
    assert "Covered by no zone 11,931 m²" in reading.text
    buttons = [dict(a) for tag, a in reading.elements if tag == "button" and ("class", "spot") in a]
    assert [b["data-row"] for b in buttons if b["data-set"] == "gap"] == ["0"]
    assert reading.data["sets"]["gap"]["names"] == ["001街道"]
    assert reading.data["sets"]["gap"]["facts"] == [
        ["Layer", ["城市管理责任区"]],
        ["Area", ["11,931 m²"]],
    ]


def test_overlaps_are_told_apart_by_whether_they_are_declared(reading: Reading) -> None:
    members = {
        layer["options"]["fillColor"]: layer["members"]
        for layer in reading.data["layers"]
        if layer["set"] == "overlap"
    }
    assert members == {"url(#declared)": [1], "url(#overlap)": [0]}
    assert reading.data["sets"]["overlap"]["title"] == "Overlap"
    assert reading.data["sets"]["overlap"]["facts"][0] == ["State", ["undeclared", "declared"]]
    assert "Overlap, undeclared 1" in reading.text
    assert "001责任片区, 002责任片区" in reading.text


def test_the_share_of_what_is_open_refers_to_the_whole(reading: Reading) -> None:
    assert "城市管理责任区 6 11,931 m² 0.24% 65,505 m²" in reading.text


def test_a_layer_that_need_not_cover_everything_is_not_measured(reading: Reading) -> None:
    assert "滨江联盟 1 – – 0" in reading.text


def test_problems_are_drawn_above_and_marked_when_small(reading: Reading) -> None:
    layers = reading.data["layers"]
    problems = [place for place, layer in enumerate(layers) if layer["pinned"]]
    assert problems == list(range(len(layers) - 3, len(layers)))


def test_the_form_asks_for_the_date_and_keeps_the_language(reading: Reading) -> None:
    assert reading.values("name")[1:] == ["lang", "at"]
    inputs = [dict(attributes) for tag, attributes in reading.elements if tag == "input"]
    assert [i["value"] for i in inputs if "name" in i] == ["en", "2026-03-01"]
    assert "in force on 2026-03-01" in reading.text


def test_a_moment_is_shown_with_its_time(district: District) -> None:
    data = replace(district.coverage(), at=datetime(2026, 3, 1, 8, 30, tzinfo=UTC))
    assert "2026-03-01 08:30" in read(render_coverage(data, ENGLISH)).text


def test_long_lists_say_how_much_they_leave_out() -> None:
    large = District(10, 6)
    large.grid["workers"] = 0
    reading = read(render_coverage(large.coverage(), ENGLISH))
    assert "网格 without a worker 60" in reading.text
    assert "10 more are not listed." in reading.text
    assert reading.values("data-set").count("areas:grid") == 50


def test_nothing_to_be_wrong_is_said(district: District) -> None:
    data = district.coverage()
    clean = replace(data, uncovered=data.uncovered.iloc[:0], overlaps=data.overlaps.iloc[:0])
    reading = read(render_coverage(clean, ENGLISH))
    assert "Covered by no zone 0" in reading.text
    assert {"gap", "overlap"}.isdisjoint(reading.data["sets"])


def test_nothing_at_all_is_a_page_too(district: District) -> None:
    data = district.coverage()
    empty = replace(
        data,
        administrative=(),
        zones=(),
        uncovered=data.uncovered.iloc[:0],
        overlaps=data.overlaps.iloc[:0],
    )
    reading = read(render_coverage(empty, ENGLISH))
    assert "There is no area to draw." in reading.text
    assert reading.data["bounds"] is None


def test_areas_without_a_shape_are_listed_and_not_drawn(district: District) -> None:
    grid = frame_of(["a", "b"], [district.grid.geometry[0], None], workers=[0, 0])
    levels = (AreaLayer(key="grid", name="Grid", frame=grid),)
    reading = read(render_coverage(replace(district.coverage(), administrative=levels), ENGLISH))
    assert reading.data["sets"]["areas:grid"]["rings"][1] == []
    assert reading.data["sets"]["areas:grid"]["spots"][1] is None


def test_a_missing_column_is_named(district: District) -> None:
    data = district.coverage()
    with pytest.raises(ColumnError) as refused:
        render_coverage(replace(data, uncovered=data.uncovered.drop(columns="layer")), ENGLISH)
    assert refused.value.detail["missing"] == ["layer"]


def test_another_coordinate_system_is_refused(district: District) -> None:
    data = district.coverage()
    with pytest.raises(CrsError):
        render_coverage(replace(data, uncovered=data.uncovered.to_crs("EPSG:3857")), ENGLISH)


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2025, 12, 31), None, date(2026, 1, 1)),
        (date(2026, 1, 1), None, date(2026, 2, 1)),
        (date(2026, 2, 1), date(2026, 1, 1), date(2026, 3, 1)),
        (date(2026, 2, 27), date(2026, 1, 1), date(2026, 3, 1)),
        (date(2026, 4, 1), date(2026, 2, 1), None),
    ],
)
def test_one_steps_from_map_to_map(day: date, before: date | None, after: date | None) -> None:
    changes = [date(2026, 3, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert steps(changes, day) == (before, after)


def test_without_a_change_there_is_no_step() -> None:
    assert steps([], date(2026, 1, 1)) == (None, None)


def test_the_page_leads_to_the_maps_before_and_after(district: District) -> None:
    changes = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 5, 1))
    html = render_coverage(replace(district.coverage(), changes=changes), Page(title="T"))
    links = [dict(given) for tag, given in read(html).elements if tag == "a" and dict(given)]
    assert {link["rel"]: link["href"] for link in links if "rel" in link} == {
        "prev": "?lang=zh&at=2026-01-01",
        "next": "?lang=zh&at=2026-05-01",
    }
