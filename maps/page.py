"""What every map page has: a language, a title, links, the map and its data; no page's content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from branca.element import Figure
from markupsafe import Markup

from maps.basemap import IN_HEAD, SCRIPTS, STYLES, GridMap
from maps.errors import MapError
from maps.layers import Layer, drawing
from maps.popups import TEMPLATES, data_block, embeddable
from maps.shapes import Bounds
from maps.tiles import Basemap, Overlay
from maps.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the head of a page."""

    label: str
    href: str
    """A path, a query or an http(s) address."""
    language: Language | None = None
    """Of the page that it leads to, where that is this page in another language."""

    def __post_init__(self) -> None:
        """Refuse an address that would run as a script."""
        if not self.href.startswith(("/", "?", "#", "https://", "http://")):
            raise MapError(
                "link",
                en=f"{self.href!r} is no address for a link: write a path or http(s)://.",
                zh=f"{self.href!r} 不能作为链接：请写路径或 http(s):// 地址。",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of a control: what the address carries and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a page offers besides its map: print-outs and pictures, and perhaps a search."""

    reader: str
    """Who is named on a print-out as having made it."""
    search: str | None = None
    """Address that is asked for what the words in the search box mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How a page is wrapped."""

    title: str
    language: Language = Language.ZH
    assets_url: str = "/assets"
    """Below it the scripts and styles are served; no slash at its end."""
    basemaps: tuple[Basemap, ...] = ()
    """What the reader may choose to lie under the map, beside plain grey."""
    base: str | None = None
    """Key of the one with which it opens for who has not chosen; None for plain grey."""
    overlays: tuple[Overlay, ...] = ()
    """What the legend offers beside the layers."""
    links: tuple[Link, ...] = ()
    tools: Tools | None = None
    """None for a page that stands in another, or alone."""
    nonce: str | None = None
    """Of the content security policy: every script and style element carries it."""
    embedded: Mapping[str, str] | None = None
    """Scripts and styles by path, from `read_assets`: the page then needs no server."""


def read_assets(folder: Path) -> dict[str, str]:
    """Read the scripts and styles for a page that must stand alone, such as a file to send.

    Parameters
    ----------
    folder : Path
        What is otherwise served at `Page.assets_url`.

    Returns
    -------
    dict
        Text by path, for `Page.embedded`.

    Raises
    ------
    FileNotFoundError
        The assets have not been put into the folder.
    """
    paths = (*IN_HEAD, *SCRIPTS, *STYLES)
    return {path: (folder / path).read_text(encoding="utf-8") for path in paths}


def compose(
    template: str,
    page: Page,
    *,
    layers: Sequence[Layer],
    focus: Bounds | None = None,
    views: Mapping[str, object] | None = None,
    **content: object,
) -> str:
    """Put a page together.

    Parameters
    ----------
    template : str
        One of ours, which extends `page.html`.
    page : Page
        The wrapping.
    layers : sequence of Layer
        What the map shows, from below to above.
    focus, views : optional
        As `layers.drawing` takes them.
    **content : object
        What else the template names.

    Returns
    -------
    str
        A whole HTML document; the same bytes for the same arguments.
    """
    figure = Figure()
    grid_map = GridMap(page.assets_url, attributed=bool(page.basemaps))
    figure.add_child(grid_map)
    figure.render()  # for the parts: branca's own page is not used
    data = drawing(layers, page.language, focus=focus, views=views)
    data["base"] = page.base
    data["overlays"] = [overlay.for_browser() for overlay in page.overlays]
    data["basemaps"] = [basemap.for_browser() for basemap in page.basemaps]
    return TEMPLATES.get_template(template).render(
        content,
        page=page,
        w=words(page.language),
        layers=layers,
        empty=data["bounds"] is None,
        data=data_block(data),
        in_head=_assets(grid_map.in_head, page.embedded),
        scripts=_assets(grid_map.default_js, page.embedded),
        styles=_assets(grid_map.default_css, page.embedded),
        # What branca wrote holds no text of the data: see GridMap and its template.
        map_html=Markup(figure.html.render()),  # noqa: S704 - the reason stands above
        map_script=Markup(figure.script.render()),  # noqa: S704 - the reason stands above
    )


def _assets(
    links: Sequence[tuple[str, str]], embedded: Mapping[str, str] | None
) -> list[tuple[str, Markup | None]]:
    """Give the address of each asset, or the asset itself."""
    return [(url, embeddable(embedded[path]) if embedded else None) for path, url in links]
