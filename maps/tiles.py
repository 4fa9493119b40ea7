"""Which tiles lie under a map: their address and what they are drawn in. No map, and no folium."""

from dataclasses import dataclass

from geodata.crs import Crs
from maps.errors import MapError


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
