"""Tiles under and over a map: their addresses, and what they are drawn in. No map, no folium."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from geodata.crs import Crs
from maps.errors import MapError
from maps.popups import html_text

# No host that could end its place in a content security policy, no space anywhere.
_ADDRESS: Final = re.compile(r"(https?://[\w.:\[\]{}-]+)?/(?!/)\S+")
_PLACES: Final = frozenset({"z", "x", "y"})
_SHARE: Final = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """Tiles under the areas. Their server is asked by the reader's browser, not by us."""

    key: str
    """Stable and unique on a page; stands in its address."""
    title: str
    """As people choose it."""
    urls: tuple[str, ...] = field(repr=False)
    """From below to above, such as a picture and the names on it. XYZ or WMTS addresses with {z},
    {x} and {y}, in web Mercator; {s} is replaced by each of `subdomains` in turn. A key in them is
    seen by every reader; it is not written to logs."""
    attribution: str = ""
    """Plain text; shown escaped."""
    subdomains: str = "abc"
    min_zoom: int = 0
    max_zoom: int = 18
    """The closest zoom that has tiles; closer ones are drawn from these."""
    crs: Crs = Crs.WGS84
    """What the tiles are drawn in: all that lies on them is shifted to it where it is shown, and
    only there."""
    vector: bool = False
    """Whether the tiles are vector tiles (MVT) and not pictures."""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north of where there are tiles; None for everywhere."""

    def __post_init__(self) -> None:
        """Refuse what is no address of tiles, and what no map here can be drawn on."""
        for url in self.urls:
            _require_address(url)
        if self.crs is Crs.BD09:
            raise MapError(
                "basemap_crs",
                en="Tiles in BD-09 are cut in a way of their own and cannot lie under this map.",
                zh="BD-09 瓦片采用自有的切片方式，不能用作本地图的底图。",
            )

    @property
    def origins(self) -> tuple[str, ...]:
        """The hosts that a browser asks for the tiles; none for our own."""
        found = (urlsplit(url) for each in self.urls for url in self._shared(each))
        return tuple(dict.fromkeys(f"{it.scheme}://{it.netloc}" for it in found if it.netloc))

    def _shared(self, url: str) -> Iterator[str]:
        for subdomain in self.subdomains:
            yield url.replace(f"{{{_SHARE}}}", subdomain)

    def for_browser(self) -> dict[str, object]:
        """Give what the page's script needs so as to show the tiles."""
        return {
            "key": self.key,
            "title": self.title,
            "urls": list(self.urls),
            # Leaflet reads it as HTML.
            "attribution": html_text(self.attribution),
            "subdomains": self.subdomains,
            "zooms": [self.min_zoom, self.max_zoom],
            "shifted": self.crs is Crs.GCJ02,
            "vector": self.vector,
            "bounds": self.bounds,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """Vector tiles of ours that a reader may lay over the areas: cases, components."""

    key: str
    """Name of the collection, and of the layer in its tiles; `incidents` or `components`."""
    title: str
    source: str
    """Address of its TileJSON, which names the version of the data."""
    words: Mapping[str, str]
    """What the values in the tiles mean, and the headings of pop-ups and lists."""
    open: frozenset[str] = frozenset()
    """Statuses of cases that are not at their end."""

    def for_browser(self) -> dict[str, object]:
        """Give what the page's script needs so as to show it."""
        return {
            "key": self.key,
            "title": self.title,
            "source": self.source,
            "words": dict(self.words),
            "open": sorted(self.open),
        }


def _require_address(url: str) -> None:
    places = set(re.findall(r"\{(.*?)\}", url))
    if not _ADDRESS.fullmatch(url) or places - {_SHARE} != _PLACES:
        raise MapError(
            "basemap_url",
            # The query may hold a key.
            en=f"{url.partition('?')[0]!r} is no tile address: it needs http(s):// or / in front, "
            "{z}, {x} and {y}, and no braces but these and {s}.",
            zh=f"{url.partition('?')[0]!r} 不是瓦片地址：须以 http(s):// 或 / 开头，"
            "含 {z}、{x}、{y}，除 {s} 外不得有其他花括号。",
        )
