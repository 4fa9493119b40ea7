"""The folium map under every page: our own assets, stable names, plain grey.

What tiles lie under it stands in the page's data (`maps.tiles`); a script of ours puts them there.
"""

from typing import Final

import folium

from maps.popups import TEMPLATES

SCRIPTS: Final = (
    "vendor/leaflet/leaflet.js",
    "maps/shapes.js",
    "maps/ply.js",
    "maps/state.js",
    "maps/place.js",
    "maps/shift.js",
    "maps/basemaps.js",
    "maps/labels.js",
    "maps/inspect.js",
    "maps/overlays.js",
    "maps/smalls.js",
    "maps/views.js",
    "maps/player.js",
    "maps/draw.js",
    "maps/search.js",
    "maps/picture.js",
    "maps/export.js",
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
    "maps/workload.css",
    "maps/tools.css",
    "maps/print.css",
)


class GridMap(folium.Map):
    """A `folium.Map` without folium's CDN links, whose names are the same in every run.

    Parameters
    ----------
    assets_url : str
        Below it the browser finds `SCRIPTS` and `STYLES`.
    attributed : bool
        Whether there is a corner for what the tiles' owners ask to be named as.
    """

    _template = TEMPLATES.get_template("map.jinja")

    def __init__(self, assets_url: str, *, attributed: bool) -> None:
        super().__init__(tiles=None)
        self._id = "main"
        self.in_head = [(path, f"{assets_url}/{path}") for path in IN_HEAD]
        self.default_js = [(path, f"{assets_url}/{path}") for path in SCRIPTS]
        self.default_css = [(path, f"{assets_url}/{path}") for path in STYLES]
        self.leaflet_options = {
            "preferCanvas": True,
            "zoomControl": False,
            "attributionControl": attributed,
            "maxZoom": 20,
        }
