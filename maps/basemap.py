"""The folium map under every page: our own assets, stable names, plain grey or a given tile server.

Nothing of it is reached over the network but what the caller names.
"""

from dataclasses import dataclass
from typing import Final

import folium

from geodata.crs import Crs
from maps.errors import MapError
from maps.popups import TEMPLATES, html_text

SCRIPTS: Final = (
    "vendor/leaflet/leaflet.js",
    "maps/shapes.js",
    "maps/labels.js",
    "maps/inspect.js",
    "maps/views.js",
    "maps/draw.js",
)
"""Below the address of the assets, in the order in which they must be read."""
STYLES: Final = (
    "vendor/leaflet/leaflet.css",
    "maps/page.css",
    "maps/map.css",
    "maps/panel.css",
)


@dataclass(frozen=True, slots=True)
class Basemap:
    """Tiles under the areas. Their server is asked by the reader's browser, not by us."""

    url: str
    """XYZ or WMTS address with {z}, {x} and {y}, in web Mercator; may hold {s} for a, b, c."""
    attribution: str = ""
    """Plain text; shown escaped."""
    max_zoom: int = 18
    crs: Crs = Crs.WGS84
    """What the tiles are drawn in: areas are shifted to it where they are shown, and only there."""

    def __post_init__(self) -> None:
        """Refuse what is no address of tiles, or what branca would take for a template."""
        places = all(place in self.url for place in ("{z}", "{x}", "{y}"))
        if not places or not self.url.startswith(("https://", "http://", "/")):
            raise MapError(
                "basemap_url",
                en=f"{self.url!r} is no tile address: it needs http(s):// and {{z}}, {{x}}, {{y}}.",
                zh=f"{self.url!r} 不是瓦片地址：须以 http(s):// 开头并包含 {{z}} {{x}} {{y}}。",
            )
        if any(mark in self.url for mark in ("{{", "{%", "{#")):
            raise MapError(
                "basemap_url",
                en=f"{self.url!r} holds the marks of a template; write single braces.",
                zh=f"{self.url!r} 含有模板标记；请使用单层花括号。",
            )
        if self.crs is Crs.BD09:
            raise MapError(
                "basemap_crs",
                en="Tiles in BD-09 are cut in a way of their own and cannot lie under this map.",
                zh="BD-09 瓦片采用自有的切片方式，不能用作本地图的底图。",
            )


class GridMap(folium.Map):
    """A `folium.Map` without folium's CDN links, whose names are the same in every run.

    Parameters
    ----------
    assets_url : str
        Below it the browser finds `SCRIPTS` and `STYLES`.
    basemap : Basemap or None
        None for plain grey.
    """

    _template = TEMPLATES.get_template("map.jinja")

    def __init__(self, assets_url: str, basemap: Basemap | None) -> None:
        super().__init__(tiles=None)
        self._id = "main"
        self.default_js = [(path, f"{assets_url}/{path}") for path in SCRIPTS]
        self.default_css = [(path, f"{assets_url}/{path}") for path in STYLES]
        self.leaflet_options = {
            "preferCanvas": True,
            "zoomControl": False,
            "attributionControl": basemap is not None,
            # Between whole zooms tiles are blurred; without tiles the fit can be closer.
            "zoomSnap": 0.25 if basemap is None else 1,
            "maxZoom": 20,
        }
        if basemap is not None:
            self.add_child(_Tiles(basemap))


class _Tiles(folium.TileLayer):
    """A tile layer with a name of its own and an attribution that is text."""

    def __init__(self, basemap: Basemap) -> None:
        super().__init__(
            tiles=basemap.url,
            attr=html_text(basemap.attribution),
            name="base",
            max_native_zoom=basemap.max_zoom,
            max_zoom=20,
        )
        self._id = "base"
