"""The colours of both themes can be read: WCAG 2.2's contrast (1.4.3, 1.4.11), computed."""

import re
from pathlib import Path

import pytest

ASSETS = Path(__file__).parents[2] / "gridsvc" / "web" / "assets"
TEXT, GRAPHICS = 4.5, 3.0
PAIRS = [
    *((text, under, TEXT) for text in ("ink", "soft", "accent", "alarm", "warn", "good", "note")
      for under in ("paper", "ground")),
    ("on-accent", "accent", TEXT),
    ("on-alarm", "alarm", TEXT),
    ("ink", "alarm-tint", TEXT),
    ("ink", "good-tint", TEXT),
    ("ink", "hover", TEXT),
    ("soft", "hover", TEXT),
    ("alarm", "hover", TEXT),
    ("accent", "hover", TEXT),
    *((mark, under, GRAPHICS) for mark in ("edge", "focus") for under in ("paper", "ground")),
]  # fmt: skip


def declared(selector: str) -> dict[str, str]:
    text = (ASSETS / "theme.css").read_text(encoding="utf-8")
    (block,) = re.findall(rf"^{re.escape(selector)} {{(.*?)^}}", text, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"--([\w-]+): (#\w{6});", block))


THEMES = {"light": declared(":root"), "dark": declared('[data-theme="dark"]')}


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_all_that_is_written_can_be_read(theme: str) -> None:
    colours = THEMES[theme]
    measured = [(one, on, contrast(colours[one], colours[on]), least) for one, on, least in PAIRS]
    assert [pair for pair in measured if pair[2] < pair[3]] == []


def test_both_themes_declare_the_same() -> None:
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_text_takes_its_colour_from_the_theme() -> None:
    sheets = {path for path in ASSETS.rglob("*.css") if "vendor" not in path.parts}
    own = {
        path.name: found
        for path in sheets - {ASSETS / "theme.css"}
        if (found := re.findall(r"(?<![\w-])color:\s*#\w+", path.read_text(encoding="utf-8")))
    }
    assert own == {}


def test_no_name_is_used_that_nobody_declares() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in ASSETS.rglob("*.css"))
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) <= set(re.findall(r"--([\w-]+):", text))
