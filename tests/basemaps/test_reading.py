"""The file of base maps: what it makes, what is wrong with it, and that no key is repeated."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from geodata.crs import Crs
from gridsvc.basemaps.reading import Basemaps, read_basemaps
from gridsvc.doctor.files import base_maps
from gridsvc.doctor.finding import Verdict
from gridsvc.errors import SetupError
from gridsvc.settings import Settings
from maps.words import Language
from tests.basemaps.files import write_mbtiles

CITY = '[[basemap]]\nname = "city"\nkind = "tiles"\nurl = "https://t.test/{z}/{x}/{y}"\n'
FILE = '[[basemap]]\nname = "city"\nkind = "file"\npath = "FOLDER/city.mbtiles"\n'


def reading(folder: Path, told: str) -> Basemaps:
    (folder / "token").write_text("hush&1\n")
    file = folder / "basemaps.toml"
    file.write_text(told.replace("FOLDER", str(folder)), encoding="utf-8")
    return read_basemaps(Settings(basemaps=file))


def test_without_a_file_maps_are_plain_grey() -> None:
    assert read_basemaps(Settings()) == Basemaps({Language.ZH: (), Language.EN: ()}, None)


def test_tianditu_is_made_of_a_layer_and_a_key(tmp_path: Path) -> None:
    told = (
        '[[basemap]]\nname = "sky"\nkind = "tianditu"\nlayer = "imagery"\n'
        'token_file = "FOLDER/token"\n'
    )
    found = reading(tmp_path, told)
    ((chinese,), (english,)) = found.by_language.values()
    asked = [parse_qs(urlsplit(url).query) for url in (*chinese.urls, *english.urls)]
    assert [each["LAYER"] for each in asked] == [["img"], ["cia"], ["img"], ["eia"]]
    assert {tuple(each["tk"]) for each in asked} == {("hush&1",)}
    assert (chinese.title, english.title) == ("天地图影像", "Tianditu imagery")
    assert chinese.origins == tuple(f"https://t{n}.tianditu.gov.cn" for n in range(8))
    assert found.default == "sky"
    assert "hush" not in repr(found)


@pytest.mark.parametrize(("layer", "styles"), [("vector", ["8"]), ("imagery", ["6", "8"])])
def test_amap_is_in_gcj02(tmp_path: Path, layer: str, styles: list[str]) -> None:
    told = f'[[basemap]]\nname = "amap"\nkind = "amap"\nlayer = "{layer}"\n'
    (chinese,) = reading(tmp_path, told).by_language[Language.ZH]
    assert chinese.crs is Crs.GCJ02
    assert [parse_qs(urlsplit(url).query)["style"][0] for url in chinese.urls] == styles


def test_any_server_is_described_as_it_is(tmp_path: Path) -> None:
    said = ('title = "全市"', 'attribution = "© 院"', 'format = "mvt"', 'crs = "cgcs2000"')
    told = CITY + "\n".join((*said, "max_zoom = 14"))
    found = reading(tmp_path, f'default = "none"\n{told}')
    (english,) = found.by_language[Language.EN]
    assert (english.title, english.attribution) == ("全市", "© 院")
    assert (english.vector, english.crs, english.max_zoom) == (True, Crs.CGCS2000, 14)
    assert found.default is None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("[[basemap]", "line 1"),
        ("", "basemap: Field required"),
        (CITY.replace("tiles", "mbtils"), "basemap.0"),
        (CITY + "colour = 1", "colour"),
        (CITY.replace('"city"', '"none"'), "two base maps are called 'none'"),
        (CITY.replace('"city"', '"City map"'), "name"),
        (CITY + CITY, "two base maps are called 'city'"),
        ('default = "town"\n' + CITY, "'town'"),
        (CITY.replace("{z}", "7") + "", "no tile address"),
        (CITY + 'crs = "bd09"', "crs"),
        (CITY + "max_zoom = 99", "max_zoom"),
        ('[[basemap]]\nname = "t"\nkind = "tianditu"\ntoken = "hush"', "token_file"),
        ('[[basemap]]\nname = "t"\nkind = "tianditu"\ntoken_file = "FOLDER/no"', "No such file"),
        (CITY + "subdomains = ''", "subdomains"),
    ],
)
def test_what_is_wrong_is_said_with_the_name_of_the_file(
    tmp_path: Path, told: str, said: str
) -> None:
    with pytest.raises(SetupError) as refused:
        reading(tmp_path, told)
    assert said in refused.value.en
    assert "basemaps.toml" in refused.value.en
    assert "hush" not in refused.value.en + refused.value.zh


def test_an_empty_key_and_a_missing_file_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    told = '[[basemap]]\nname = "t"\nkind = "tianditu"\ntoken_file = "FOLDER/empty"\n'
    with pytest.raises(SetupError, match="is empty"):
        reading(tmp_path, told)
    with pytest.raises(SetupError, match="No such file"):
        read_basemaps(Settings(basemaps=tmp_path / "not there.toml"))


def test_a_file_of_tiles_is_served_by_us(tmp_path: Path) -> None:
    write_mbtiles(tmp_path / "city.mbtiles", {(3, 6, 3): b""}, format="png", bounds="1,2,3,4")
    found = reading(tmp_path, FILE)
    (chinese,) = found.by_language[Language.ZH]
    assert chinese.urls == (f"/basemap/city/{{z}}/{{x}}/{{y}}?v={found.served['city'].version}",)
    assert (chinese.max_zoom, chinese.bounds, chinese.origins) == (3, (1, 2, 3, 4), ())
    found.close()


def test_doctor_says_what_is_wrong_before_a_start(tmp_path: Path) -> None:
    (tmp_path / "basemaps.toml").write_text(FILE.replace("FOLDER", str(tmp_path)))
    settings = Settings(basemaps=tmp_path / "basemaps.toml")
    finding = base_maps(settings)
    assert finding.verdict is Verdict.WRONG
    assert "city.mbtiles: is not there" in finding.en
    assert "city.mbtiles：文件不存在" in finding.zh
    write_mbtiles(tmp_path / "city.mbtiles", {(3, 6, 3): b""}, format="png")
    assert base_maps(settings).verdict is Verdict.RIGHT
