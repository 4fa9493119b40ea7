"""What may lie under a map: which addresses are taken, and whom a browser will ask."""

import pytest

from geodata.crs import Crs
from maps.errors import MapError
from maps.tiles import Basemap


def tiles(*urls: str, crs: Crs = Crs.WGS84, subdomains: str = "abc") -> Basemap:
    return Basemap(key="k", title="K", urls=urls, crs=crs, subdomains=subdomains)


@pytest.mark.parametrize(
    "url",
    [
        "https://tiles.test/1/2/3.png",
        "https://tiles.test/{z}/{x}/{y}/{r}",
        "https://tiles.test/{{z}}/{x}/{y}",
        "javascript:{x}{y}{z}",
        "ftp://tiles.test/{z}/{x}/{y}",
        "//tiles.test/{z}/{x}/{y}",
        "tiles.test/{z}/{x}/{y}",
        "https://tiles.test; script-src */{z}/{x}/{y}",
        "https://tiles.test,a/{z}/{x}/{y}",
        "https://me:hush@tiles.test/{z}/{x}/{y}",
        "https://tiles.test/{z}/{x}/{y} ",
        "https://tiles.test/{z}/{x}?tk=hush",
    ],
)
def test_what_is_no_address_of_tiles_is_refused(url: str) -> None:
    with pytest.raises(MapError) as refused:
        tiles(url)
    assert refused.value.code == "basemap_url"
    assert refused.value.zh
    assert "tk=hush" not in refused.value.en + refused.value.zh


def test_tiles_of_baidu_are_refused() -> None:
    with pytest.raises(MapError) as refused:
        tiles("/{z}/{x}/{y}", crs=Crs.BD09)
    assert refused.value.code == "basemap_crs"


def test_the_hosts_are_named_one_by_one() -> None:
    shared = tiles(
        "https://t{s}.test/{z}/{x}/{y}", "https://t{s}.test/n/{z}/{x}/{y}", subdomains="01"
    )
    assert shared.origins == ("https://t0.test", "https://t1.test")
    assert tiles("https://one.test:8443/{z}/{x}/{y}").origins == ("https://one.test:8443",)
    assert tiles("/basemap/city/{z}/{x}/{y}").origins == ()


@pytest.mark.parametrize("crs", list(Crs)[:3])
def test_only_gcj02_is_shifted(crs: Crs) -> None:
    assert tiles("/{z}/{x}/{y}", crs=crs).for_browser()["shifted"] is (crs is Crs.GCJ02)


def test_what_is_written_of_it_names_no_address() -> None:
    assert "hush" not in repr(tiles("https://tiles.test/{z}/{x}/{y}?tk=hush"))
