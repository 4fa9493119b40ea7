import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.errors import MapError
from maps.popups import TEMPLATES, data_block, embeddable, html_text, printable
from tests.maps.frames import HOSTILE
from tests.maps.reading import read

anything = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(HOSTILE)


@given(anything)
def test_html_text_comes_back_as_the_text_and_nothing_else(text: str) -> None:
    reading = read(f"<p>{html_text(text)}</p>")
    assert reading.structure == [("p", ())]
    assert "".join(reading.texts).replace("\r", "\n") == str(printable(text)).replace("\r", "\n")


@given(anything)
def test_html_text_holds_no_mark_of_a_template(text: str) -> None:
    assert not set("{}`<>\"'") & set(html_text(text))


@given(anything)
def test_a_data_block_gives_the_value_back(text: str) -> None:
    page = f'<script type="application/json">{data_block({"name": [text]})}</script><b>after</b>'
    reading = read(page)
    assert [tag for tag, _ in reading.elements] == ["script", "b"]
    assert json.loads(reading.scripts[0][1]) == {"name": [restored(text)]}


def restored(text: str) -> str:
    """JSON carries the control characters below U+0020, which HTML cannot."""
    return "".join(letter if letter < " " else str(printable(letter)) for letter in text)


@given(anything)
def test_a_data_block_has_no_character_that_could_end_it(text: str) -> None:
    assert not set("<>&\u2028\u2029") & set(data_block([text]))


@given(anything)
def test_a_page_can_always_be_sent(text: str) -> None:
    written = TEMPLATES.from_string("{{ text }}").render(text=text) + data_block(text)
    assert written.encode("utf-8")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("beside", [[], [1, None, 2.5], ["text", None], [[1, 2]], [{"a": []}]])
def test_a_data_block_refuses_what_is_no_json(number: float, beside: list[object]) -> None:
    for value in ([*beside, number], {"a": [number, *beside]}, [beside, [number]]):
        with pytest.raises(ValueError, match="JSON"):
            data_block(value)


def test_templates_escape_in_text_and_in_attributes() -> None:
    template = TEMPLATES.from_string('<p title="{{ text }}">{{ text }}</p>')
    for text in HOSTILE:
        reading = read(template.render(text=text))
        assert reading.structure == [("p", ("title",))]
        assert reading.elements[0][1] == (("title", str(printable(text))),)


@pytest.mark.parametrize("asset", ["</script >", "a</STYLE>", "x <!-- y"])
def test_an_asset_that_would_leave_its_element_is_refused(asset: str) -> None:
    with pytest.raises(MapError) as refused:
        embeddable(asset)
    assert refused.value.code == "asset_ends_element"
    assert refused.value.zh


def test_an_asset_of_ours_is_embedded_as_it_is() -> None:
    assert embeddable("if (a < b && c > d) {}") == "if (a < b && c > d) {}"
