"""Names that try to break out, in every slot of every page: all of them come out as text."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import geopandas
import pandas as pd
import pytest

from geodata.findings import findings_frame
from maps.coverage import render_coverage
from maps.findings import render_findings
from maps.incident import render_incident
from maps.layers import AreaLayer
from maps.page import Choice, Link, Page
from maps.popups import printable
from maps.tiles import Basemap
from maps.workload import render_workload
from tests.maps.frames import HOSTILE, District
from tests.maps.reading import Reading, read
from tests.maps.test_findings import MIXED

Pages = dict[str, str]


def named(frame: geopandas.GeoDataFrame, text: str) -> geopandas.GeoDataFrame:
    """The frame with one text in all its text columns."""
    return filled(frame, text, "code", "other", "name", "organisation", "layer")


def filled(frame: geopandas.GeoDataFrame, text: str, *columns: str) -> geopandas.GeoDataFrame:
    # Of dtype object: pandas' own text cannot hold half of a surrogate pair, a file can.
    values = pd.Series([text] * len(frame), dtype=object)
    return frame.assign(**{column: values for column in columns if column in frame})


def layer(given: AreaLayer, text: str) -> AreaLayer:
    return AreaLayer(key=f"{given.key}{text}", name=text, frame=named(given.frame, text))


def page_with(text: str) -> Page:
    return Page(
        title=text,
        nonce="abc",
        links=(Link(label=text, href=f"/?q={text}"),),
        basemaps=(Basemap(key=text, title=text, urls=("/tiles/{z}/{x}/{y}",), attribution=text),),
        base=text,
    )


def coverage(district: District, text: str) -> str:
    data = district.coverage()
    return render_coverage(
        replace(
            data,
            administrative=tuple(layer(each, text) for each in data.administrative),
            zones=tuple(layer(each, text) for each in data.zones),
            uncovered=named(data.uncovered, text),
            overlaps=named(data.overlaps, text),
            staffed=f"grid{text}",
        ),
        page_with(text),
    )


def workload(district: District, text: str) -> str:
    data = district.workload()
    return render_workload(
        replace(
            data,
            areas=layer(data.areas, text),
            outlines=tuple(layer(each, text) for each in data.outlines),
            units=(Choice(value=text, label=text),),
            categories=(Choice(value=text, label=text),),
        ),
        page_with(text),
    )


def incident(district: District, text: str) -> str:
    data = district.incident()
    candidates = named(data.candidates, text)
    return render_incident(replace(data, reference=text, candidates=candidates), page_with(text))


def findings(district: District, text: str) -> str:
    found = filled(findings_frame(MIXED), text, "zh", "en", "areas", "code")
    return render_findings(found, named(district.grid, text), page_with(text))


Render = Callable[[District, str], str]
PAGES = (coverage, workload, incident, findings)
PLAIN = "plain"
each_page = pytest.mark.parametrize("render", PAGES)
each_text = pytest.mark.parametrize("text", HOSTILE)


@cache
def html_of(render: Render, text: str) -> str:
    return render(District(4, 4), text)


@cache
def reading_of(render: Render, text: str) -> Reading:
    return read(html_of(render, text))


@each_text
@each_page
def test_no_element_and_no_attribute_comes_from_a_name(render: Render, text: str) -> None:
    plain, hostile = reading_of(render, PLAIN), reading_of(render, text)
    assert hostile.structure == plain.structure
    for attribute in ("src", "id", "class", "type", "method", "hreflang", "fill"):
        assert hostile.values(attribute) == plain.values(attribute)


@each_text
@each_page
def test_a_name_comes_out_as_it_went_in(render: Render, text: str) -> None:
    reading = reading_of(render, text)
    names = {name for each in reading.data["sets"].values() for name in each["names"]}
    assert seen(text) in reading.text
    assert seen(text) in {seen(name) for name in names}


def seen(text: str) -> str:
    return " ".join(str(printable(text)).split())


@each_text
@each_page
def test_scripts_hold_no_name(render: Render, text: str) -> None:
    """What runs is the same whatever the data are."""
    plain, hostile = (reading_of(render, each).scripts[-1][1] for each in (PLAIN, text))
    assert hostile == plain


@each_text
@each_page
def test_a_page_can_be_sent(render: Render, text: str) -> None:
    assert html_of(render, text).encode("utf-8")


@each_page
def test_no_template_in_a_name_is_run(render: Render) -> None:
    """Branca compiles what its macros write once more: nothing of the data may get there."""
    html = html_of(render, "{{ 'a' * 3 }}{% if 1 %}b{% endif %}{# c #}")
    assert "aaa" not in html
    assert "{% if 1 %}" in read(html).text
