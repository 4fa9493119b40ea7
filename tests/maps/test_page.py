import re
from dataclasses import replace
from pathlib import Path

import pytest

from maps.basemap import IN_HEAD, SCRIPTS, STYLES
from maps.coverage import render_coverage
from maps.errors import MapError
from maps.incident import render_incident
from maps.page import Link, Page, read_assets
from maps.tiles import Basemap
from maps.words import Language
from maps.workload import render_workload
from tests.maps.frames import HOSTILE, District
from tests.maps.reading import read

TILES = Basemap(
    key="city",
    title="全市",
    urls=("https://tiles.test/{z}/{x}/{y}.png?tk=1&a=b",),
    attribution="© 地图 <b>{{ 7 * 7 }}</b>",
)


@pytest.fixture
def page() -> Page:
    return Page(title="覆盖")


def pages(district: District, page: Page) -> dict[str, str]:
    return {
        "coverage": render_coverage(district.coverage(), page),
        "workload": render_workload(district.workload(), page),
        "incident": render_incident(district.incident(), page),
    }


def test_the_same_data_give_the_same_bytes(district: District, page: Page) -> None:
    assert pages(district, page) == pages(District(), page)


def test_no_page_names_an_address_outside(district: District, page: Page) -> None:
    for html in pages(district, page).values():
        assert not re.search(r"(https?:)?//(?!\s)", html)
        assert not re.search("jquery|bootstrap|awesome|cdn", html, re.IGNORECASE)


def test_scripts_and_styles_come_from_the_given_address(district: District) -> None:
    page = Page(title="覆盖", assets_url="/static/v1")
    reading = read(render_incident(district.incident(), page))
    assert reading.values("src") == [f"/static/v1/{path}" for path in (*IN_HEAD, *SCRIPTS)]
    assert reading.values("href")[: len(STYLES)] == [f"/static/v1/{path}" for path in STYLES]


def test_every_script_and_style_of_ours_carries_the_nonce(district: District, page: Page) -> None:
    for html in pages(district, replace(page, nonce="n0nce")).values():
        reading = read(html)
        for tag, attributes in reading.elements:
            runs = tag in {"script", "link", "style"} and ("id", "map-data") not in attributes
            assert (("nonce", "n0nce") in attributes) == runs


@pytest.mark.parametrize("text", HOSTILE)
def test_wrapping_cannot_be_left_either(district: District, text: str) -> None:
    plain, hostile = (
        read(render_incident(district.incident(), Page(title="T", nonce=n, assets_url=n)))
        for n in ("plain", text)
    )
    assert hostile.structure == plain.structure


def test_nothing_needs_what_a_strict_policy_forbids(district: District, page: Page) -> None:
    for html in pages(district, page).values():
        reading = read(html)
        assert not reading.values("style")
        assert not [name for tag, names in reading.structure for name in names if name[:2] == "on"]


@pytest.mark.parametrize(("language", "tag"), [(Language.ZH, "zh-CN"), (Language.EN, "en")])
def test_a_page_says_its_language_and_title(
    district: District, language: Language, tag: str
) -> None:
    reading = read(render_coverage(district.coverage(), Page(title="T", language=language)))
    assert reading.elements[0] == ("html", (("lang", tag),))
    assert "T" in reading.text


def test_links_lead_where_they_say(district: District) -> None:
    links = (
        Link(label="首页", href="/"),
        Link(label="English", href="?a=1&lang=en", language=Language.EN),
    )
    reading = read(render_incident(district.incident(), Page(title="T", links=links)))
    anchors = [dict(attributes) for tag, attributes in reading.elements if tag == "a"]
    assert anchors[1:] == [
        {"href": "/"},
        {"href": "?a=1&lang=en", "hreflang": "en", "lang": "en"},
    ]


@pytest.mark.parametrize("href", ["javascript:alert(1)", " javascript:x", "data:text/html,x", ""])
def test_a_link_that_would_run_is_refused(href: str) -> None:
    with pytest.raises(MapError) as refused:
        Link(label="x", href=href)
    assert refused.value.code == "link"


def test_the_page_tells_its_script_what_may_lie_under_the_map(district: District) -> None:
    page = Page(title="T", basemaps=(TILES,), base="city")
    html = render_incident(district.incident(), page)
    data = read(html).data
    assert data["base"] == "city"
    (told,) = data["basemaps"]
    assert told["urls"] == list(TILES.urls)
    assert told["attribution"] == "© 地图 &lt;b&gt;&#123;&#123; 7 * 7 &#125;&#125;&lt;/b&gt;"
    assert html == render_incident(district.incident(), page)


def test_a_page_can_stand_alone(district: District, tmp_path: Path) -> None:
    for number, path in enumerate((*IN_HEAD, *SCRIPTS, *STYLES)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"/* {number} < & */", encoding="utf-8")
    page = Page(title="T", embedded=read_assets(tmp_path))
    html = render_incident(district.incident(), page)
    reading = read(html)
    assert not reading.values("src")
    written = [text for attributes, text in reading.scripts[:-1] if not attributes]
    assert written == [f"/* {n} < & */" for n in range(len((*IN_HEAD, *SCRIPTS)))]
    assert f"/* {len(written)} < & */" in html


def test_assets_that_are_not_there_are_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_assets(tmp_path)
