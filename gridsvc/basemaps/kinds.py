"""The kinds of base maps that a deployment may name: one class for each table of its file."""

from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from geodata.crs import Crs
from gridsvc.basemaps.mbtiles import MbTiles
from gridsvc.basemaps.pmtiles_file import PmTiles
from gridsvc.basemaps.tile_file import BadTileFile, TileFile, version_of
from maps.tiles import Basemap
from maps.words import Language

Zoom = Annotated[int, Field(ge=0, le=22)]
System = Literal[Crs.WGS84, Crs.CGCS2000, Crs.GCJ02]


class Kind(BaseModel, ABC):
    """What every table `[[basemap]]` may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$", max_length=32)]
    """Stands in the addresses of pages."""
    title: str | None = None
    """As people choose it, in Chinese."""
    title_en: str | None = None
    attribution: str | None = None
    """What its owner asks to be named as."""

    def basemap(self, language: Language) -> Basemap:
        """Describe it to the pages of a language."""
        made = self.made(language)
        title = self.title if language is Language.ZH else self.title_en or self.title
        return replace(
            made,
            title=title or made.title,
            attribution=self.attribution or made.attribution,
        )

    @abstractmethod
    def made(self, language: Language) -> Basemap:
        """Describe it by what its kind says."""


class Tianditu(Kind):
    """天地图: the national platform's tiles and their names, by a key of the deployment's own."""

    kind: Literal["tianditu"]
    layer: Literal["vector", "imagery"] = "vector"
    token_file: Path

    def made(self, language: Language) -> Basemap:
        chinese = language is Language.ZH
        ground, names, names_en, title, title_en = _TIANDITU[self.layer]
        return Basemap(
            key=self.name,
            title=title if chinese else title_en,
            urls=tuple(map(self._address, (ground, names if chinese else names_en))),
            attribution="© 国家地理信息公共服务平台（天地图）" if chinese else "© Tianditu",
            subdomains="01234567",
            crs=Crs.CGCS2000,
        )

    def _address(self, layer: str) -> str:
        token = self.token_file.read_text(encoding="utf-8").strip()
        if not token:
            raise ValueError(f"{self.token_file} is empty")
        return (
            f"https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile"
            f"&VERSION=1.0.0&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
            f"&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={quote(token, safe='')}"
        )


_TIANDITU = {
    "vector": ("vec", "cva", "eva", "天地图", "Tianditu"),
    "imagery": ("img", "cia", "eia", "天地图影像", "Tianditu imagery"),
}
"""Its layers: the ground, the names on it in Chinese and in English; and what it is called."""


class Amap(Kind):
    """高德: tiles in GCJ-02, without a key."""

    kind: Literal["amap"]
    layer: Literal["vector", "imagery"] = "vector"

    def made(self, language: Language) -> Basemap:
        chinese = language is Language.ZH
        styles, title, title_en = _AMAP[self.layer]
        spoken = "zh_cn" if chinese else "en"
        return Basemap(
            key=self.name,
            title=title if chinese else title_en,
            urls=tuple(
                f"https://{host}0{{s}}.is.autonavi.com/appmaptile?lang={spoken}&size=1&scale=1"
                f"&style={style}&x={{x}}&y={{y}}&z={{z}}"
                for host, style in styles
            ),
            attribution="© 高德地图" if chinese else "© AMap",
            subdomains="1234",
            crs=Crs.GCJ02,
        )


_AMAP = {
    "vector": ((("webrd", 8),), "高德地图", "AMap"),
    "imagery": ((("webst", 6), ("webst", 8)), "高德影像", "AMap imagery"),
}


class Tiles(Kind):
    """Any server of tiles: XYZ or WMTS addresses, pictures or vector tiles."""

    kind: Literal["tiles"]
    url: str
    names_url: str | None = None
    """Tiles with the names, to be shown above."""
    format: Literal["picture", "mvt"] = "picture"
    crs: System = Crs.WGS84
    subdomains: Annotated[str, Field(min_length=1)] = "abc"
    min_zoom: Zoom = 0
    max_zoom: Zoom = 18

    def made(self, language: Language) -> Basemap:  # noqa: ARG002 - the same in each
        return Basemap(
            key=self.name,
            title=self.name,
            urls=(self.url,) if self.names_url is None else (self.url, self.names_url),
            subdomains=self.subdomains,
            min_zoom=self.min_zoom,
            max_zoom=self.max_zoom,
            crs=self.crs,
            vector=self.format == "mvt",
        )


class File(Kind):
    """A file of tiles on this machine, MBTiles or PMTiles, which the service gives out itself."""

    kind: Literal["file"]
    path: Path
    crs: System = Crs.WGS84

    @cached_property
    def opened(self) -> TileFile:
        if not self.path.is_file():
            raise BadTileFile(self.path, en="is not there", zh="文件不存在")
        return PmTiles(self.path) if self.path.suffix == ".pmtiles" else MbTiles(self.path)

    @cached_property
    def version(self) -> str:
        return version_of(self.path)

    def made(self, language: Language) -> Basemap:  # noqa: ARG002 - the same in each
        about = self.opened.about
        return Basemap(
            key=self.name,
            title=self.name,
            urls=(f"/basemap/{self.name}/{{z}}/{{x}}/{{y}}?v={self.version}",),
            min_zoom=about.min_zoom,
            max_zoom=about.max_zoom,
            crs=self.crs,
            vector=about.vector,
            # A file in GCJ-02 says its bounds in GCJ-02; where a tile is missing nothing is drawn.
            bounds=None if self.crs is Crs.GCJ02 else about.bounds,
        )


AnyKind = Annotated[Tianditu | Amap | Tiles | File, Field(discriminator="kind")]
