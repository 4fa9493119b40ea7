from dataclasses import replace

import pytest

from geodata.errors import ColumnError
from maps.layers import AreaLayer
from maps.measures import Basis, Measure, on
from maps.page import Page
from maps.words import Language
from maps.workload import WorkloadData, render_workload
from tests.maps.frames import District
from tests.maps.reading import Reading, read

ENGLISH = Page(title="Workload", language=Language.EN)
KEYS = [
    f"{measure}-{basis}" for measure in Measure for basis in Basis if on(measure, basis) is basis
]


@pytest.fixture(scope="module")
def reading(district: District) -> Reading:
    return read(render_workload(district.workload(), ENGLISH))


def shown(reading: Reading, key: str) -> list[bool]:
    """Whether each part of the page that belongs to a view is to be seen."""
    return [
        "hidden" not in dict(attributes)
        for _, attributes in reading.elements
        if ("data-view", key) in attributes
    ]


def test_every_view_has_a_legend_and_a_table_and_one_is_seen(reading: Reading) -> None:
    assert {key: shown(reading, key) for key in KEYS} == {
        key: [key == "open-absolute"] * 2 for key in KEYS
    }


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("basis", Basis)
def test_the_asked_view_is_seen_without_script(
    district: District, measure: Measure, basis: Basis
) -> None:
    data = replace(district.workload(), measure=measure, basis=basis)
    reading = read(render_workload(data, ENGLISH))
    key = f"{measure}-{on(measure, basis)}"
    assert shown(reading, key) == [True, True]
    assert reading.data["views"]["chosen"] == key
    chosen = [dict(a)["value"] for tag, a in reading.elements if ("selected", None) in a]
    assert chosen == ["grid", measure, basis, "quantiles"]


def test_each_area_has_a_class_in_each_view(reading: Reading) -> None:
    for view in reading.data["views"]["all"].values():
        assert len(view["classes"]) == 30
        assert set(map(int, view["classes"])) == set(range(len(view["looks"])))


def test_what_is_not_known_is_said_to_be(reading: Reading) -> None:
    views = reading.data["views"]["all"]
    assert views["open-per_1000"]["values"][4] is None
    assert views["open-per_worker"]["values"][3] is None
    assert views["open-per_worker"]["values"][0] is None  # nobody works there
    assert views["open-absolute"]["values"] is None


def test_rates_are_worked_out_per_thousand_and_per_worker(district: District) -> None:
    frame = district.workload().areas.frame
    reading = read(render_workload(district.workload(), ENGLISH))
    row = frame.iloc[8]
    expected = row["filed"] / row["population"] * 1000
    written = reading.data["views"]["all"]["filed-per_1000"]["values"][8]
    assert float(written) == pytest.approx(expected, abs=0.05)


def test_the_highest_ten_are_in_order_and_zero_is_not_high(district: District) -> None:
    data = district.workload()
    frame = data.areas.frame.copy()
    frame["overdue"] = [5, 0, 9] + [0] * (len(frame) - 3)
    reading = read(render_workload(with_frame(data, frame), ENGLISH))
    rows = table_rows(reading, "overdue-absolute")
    assert rows == ["2", "0"]
    assert len(table_rows(reading, "filed-absolute")) == 10


def table_rows(reading: Reading, key: str) -> list[str | None]:
    """Rows of the frame in a view's table, by its buttons."""
    rows: list[str | None] = []
    inside = False
    for tag, attributes in reading.elements:
        attribute = dict(attributes)
        if "data-view" in attribute:
            inside = tag == "section" and attribute["data-view"] == key
        if inside and tag == "button":
            rows.append(attribute["data-row"])
    return rows


def with_frame(data: WorkloadData, frame: object) -> WorkloadData:
    return replace(data, areas=AreaLayer(key="grid", name="网格", frame=frame))


def test_tooltips_have_all_the_numbers(reading: Reading) -> None:
    facts = dict(reading.data["sets"]["areas:grid"]["facts"])
    assert list(facts) == [
        "Code",
        "Workers",
        "Residents",
        "Filed",
        "Open",
        "Overdue",
        "Closed",
    ]
    assert facts["Residents"][4] is None
    assert facts["Residents"][8] == 1096


def test_incidents_that_are_on_no_area_are_owned_up_to(district: District) -> None:
    assert "4 more lie in none" in read(render_workload(district.workload(), ENGLISH)).text
    clean = replace(district.workload(), unplaced=0)
    assert "lie in none" not in read(render_workload(clean, ENGLISH)).text


def test_the_form_works_without_script(reading: Reading) -> None:
    names = [name for name in reading.values("name") if name != "viewport"]
    assert names == [
        *("lang", "unit", "measure", "basis", "scheme", "from", "to", "against", "category"),
        "split",
    ]
    assert ("form", ("method", "class")) in reading.structure


def test_a_frame_without_counts_is_refused(district: District) -> None:
    data = district.workload()
    frame = data.areas.frame.drop(columns=["open", "closed"])
    with pytest.raises(ColumnError) as refused:
        render_workload(with_frame(data, frame), ENGLISH)
    assert refused.value.detail["missing"] == ["open", "closed"]


def test_population_and_workers_may_be_missing(district: District) -> None:
    data = district.workload()
    frame = data.areas.frame.drop(columns=["population", "workers"])
    views = read(render_workload(with_frame(data, frame), ENGLISH)).data["views"]["all"]
    assert set(views["filed-per_1000"]["values"]) == {None}


def test_no_area_is_a_page_too(district: District) -> None:
    data = replace(district.workload(), outlines=())
    empty = with_frame(data, data.areas.frame.iloc[:0])
    assert "There is no area to draw." in read(render_workload(empty, ENGLISH)).text


def test_a_district_of_650_grids_is_far_below_a_megabyte() -> None:
    large = District(26, 25)
    assert len(render_workload(large.workload(), ENGLISH).encode()) < 500_000
