"""The only place where text becomes HTML or script; it escapes everything and decides no wording.

folium and branca escape next to nothing: names reach popups, legends and attributions raw, and
branca compiles what a macro has written as a template once more, so that a name such as
``{{ 7 * 7 }}`` would be run on the server. Therefore no text of the data goes through branca: it
goes through the autoescaping templates here, or as JSON in a block that is data to the browser.
"""

import json
import math
import re
from typing import Final

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from maps.errors import MapError

# Control characters and lone halves of surrogate pairs: no HTML or UTF-8 can carry them.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_IN_SCRIPT: Final = "<>&\u2028\u2029"
_ENDS_ELEMENT: Final = re.compile("</(script|style)|<!--", re.IGNORECASE)
_IN_HTML: Final = {ord(character): f"&#{ord(character)};" for character in "`{}"}


def printable(value: object) -> object:
    """Put U+FFFD in the place of each character that no page can carry.

    Parameters
    ----------
    value : object
        What a template is about to write. Anything but plain text is given back as it is.

    Returns
    -------
    object
        The text without control characters and lone surrogates.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return _UNPRINTABLE.sub("\ufffd", value)
    return value


def html_text(text: str) -> str:
    """Escape text for a slot that Leaflet reads as HTML and branca reads as a template.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        HTML that shows the text; without braces and back-ticks, so that no template engine and no
        template literal finds anything in it.
    """
    return str(escape(printable(text))).translate(_IN_HTML)


def data_block(value: object) -> Markup:
    """Write a value as JSON that may stand inside a ``<script>`` element.

    Parameters
    ----------
    value : object
        Lists, mappings, text and numbers; not NaN, which is no JSON.

    Returns
    -------
    Markup
        JSON in which no character can end the element, begin a comment or end a line of script.

    Raises
    ------
    ValueError
        A number is NaN or infinite.
    """
    _require_finite(value)
    try:
        text = orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # half a surrogate pair, which is told below what it is
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not text.isprintable():  # the quick question first: a page of a city is long
        text = _UNPRINTABLE.sub("\ufffd", text)
    # Outside its strings JSON has none of these characters, so that all of it may be searched.
    for character in _IN_SCRIPT:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - the loop above made it safe


def _require_finite(value: object) -> None:
    """Look at lists as a whole: a page of a city has tens of thousands of numbers."""
    match value:
        case dict():
            _require_finite([*value.values()])
        case list() | tuple():
            try:
                _require_finite(float(sum(filter(None, value))))
            except TypeError:
                for each in value:
                    _require_finite(each)
        case float() if not math.isfinite(value):
            raise ValueError("NaN and infinity are no JSON.")


def embeddable(asset: str) -> Markup:
    """Let a script or style of ours stand inside its own element.

    Parameters
    ----------
    asset : str
        The text of a file of the assets.

    Returns
    -------
    Markup
        The same text.

    Raises
    ------
    MapError
        The text would end the element that holds it.
    """
    if _ENDS_ELEMENT.search(asset):
        raise MapError(
            "asset_ends_element",
            en="An asset holds </script>, </style> or <!--, and cannot stand inside a page.",
            zh="资源文件中含有 </script>、</style> 或 <!--，不能嵌入页面。",
        )
    return Markup(asset)  # noqa: S704 - a file that we ship, and it cannot leave its element


TEMPLATES: Final = Environment(
    loader=PackageLoader("maps"),
    autoescape=True,
    finalize=printable,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""The pages' templates. Each value is escaped; a name that was not given is an error."""
