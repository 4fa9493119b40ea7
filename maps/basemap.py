"""The folium map under every page: our own assets, stable names, plain grey or a given tile server.

Nothing of it is reached over the network but what the caller names.
"""

from typing import Final

import folium

from maps.popups import TEMPLATES, html_text
from maps.tiles import Basemap

SCRIPTS: Final = (
    "vendor/leaflet/leaflet.js",
    "maps/shapes.js",
    "maps/ply.js",
    "maps/labels.js",
    "maps/inspect.js",
    "maps/views.js",
    "maps/draw.js",
)
"""Below the address of the assets, in the order in which they must be read."""
IN_HEAD: Final = ("theme.js",)
"""Scripts that are read before the page is drawn."""
STYLES: Final = (
    "theme.css",
    "vendor/leaflet/leaflet.css",
    "maps/page.css",
    "maps/map.css",
    "maps/panel.css",
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
        self.in_head = [(path, f"{assets_url}/{path}") for path in IN_HEAD]
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
