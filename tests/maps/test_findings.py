from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from geodata.errors import ColumnError, CrsError
from geodata.findings import Fault, Finding, Severity, findings_frame
from geodata.frames import as_areas
from geodata.validate import validate
from maps.findings import render_findings
from maps.page import Page
from maps.words import Language
from tests.maps.frames import District, frame_of
from tests.maps.reading import read

ENGLISH = Page(title="Findings", language=Language.EN)


def finding(severity: Severity, place: shapely.Geometry | None, *areas: str) -> Finding:
    return Finding(
        code=Fault.OVERLAP,
        severity=severity,
        areas=areas,
        rows=tuple(range(len(areas))),
        place=place,
        area_m2=None if place is None else 12.5,
        en=f"seen {severity}",
        zh=f"发现 {severity}",
    )


PLACES = (shapely.box(121.46, 31.2, 121.461, 31.201), shapely.Point(121.465, 31.205), None)
MIXED = [
    finding(severity, place, "310199001000001", "other")
    for severity, place in zip(Severity, PLACES, strict=True)
]


def test_findings_are_listed_and_drawn_by_severity(district: District) -> None:
    reading = read(render_findings(findings_frame(MIXED), district.grid, ENGLISH))
    assert "Error 1 Warning 1 Notice 1" in reading.text
    assert [layer["members"] for layer in reading.data["layers"]] == [None, [2], [1], [0]]
    assert "第1网格, other" in reading.text


def test_the_sentences_are_in_the_language_of_the_page(district: District) -> None:
    page = Page(title="检查", language=Language.ZH)
    text = read(render_findings(findings_frame(MIXED), district.grid, page)).text
    assert "发现 error" in text
    assert "seen error" not in text


def test_what_has_no_place_has_no_button(district: District) -> None:
    reading = read(render_findings(findings_frame(MIXED), district.grid, ENGLISH))
    assert reading.values("data-row") == ["0", "1"]


def test_no_finding_is_said_plainly(district: District) -> None:
    text = read(render_findings(findings_frame([]), district.grid, ENGLISH)).text
    assert "Nothing was found." in text


@pytest.mark.parametrize(
    "odd",
    [
        None,
        shapely.Point(1, 1),
        shapely.Polygon(),
        shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
        shapely.box(0, 100, 1, 300),
        shapely.LineString([(0, 0), (np.inf, 1)]),
        shapely.from_wkt("POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))"),
    ],
)
def test_areas_that_cannot_be_drawn_do_not_keep_the_page_from_saying_so(
    odd: shapely.Geometry | None,
) -> None:
    areas = frame_of(["a", "b"], [shapely.box(0, 0, 1, 1), odd])
    html = render_findings(findings_frame(validate(areas)), areas, ENGLISH)
    assert "Areas checked 2" in read(html).text


def test_a_frame_of_something_else_is_refused(district: District) -> None:
    with pytest.raises(ColumnError):
        render_findings(district.grid, district.grid, ENGLISH)
    with pytest.raises(CrsError):
        render_findings(findings_frame(MIXED), district.grid.to_crs("EPSG:3857"), ENGLISH)


@pytest.mark.real_data
def test_neighbourhoods_that_leave_their_ward_are_shown(shared_data: Path) -> None:
    folder = shared_data / "dc_311"
    wards = geopandas.read_file(folder / "wards_2012.geojson").rename(columns={"ward": "code"})
    councils = geopandas.read_file(folder / "anc_2013.geojson").rename(columns={"anc": "code"})
    councils["parent"] = councils["code"].str[0]
    areas = as_areas(councils[["code", "name", "parent", "geometry"]])
    found = validate(areas, parents=as_areas(wards[["code", "name", "geometry"]]))
    text = read(render_findings(findings_frame(found), areas, ENGLISH)).text
    assert "79.7% of 3G" in text
    assert "42.2% of 6D" in text
