"""Files of tiles: what is read from them, and which are refused with a sentence."""

from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType

from gridsvc.basemaps.kinds import File
from gridsvc.basemaps.tile_file import BadTileFile, TileFile
from tests.basemaps.files import Tiles, write_mbtiles, write_pmtiles

PNG: Tiles = {(1, 0, 1): b"\x89PNG south-west", (2, 3, 0): b"\x89PNG north-east"}
MANY: Tiles = {(12, x, 7): f"{x}".encode() for x in range(4096)}
"""More than a root directory holds."""


def opened(file: Path) -> TileFile:
    return File(name="city", kind="file", path=file).opened


def mbtiles(folder: Path, **told: str) -> Path:
    return write_mbtiles(folder / "city.mbtiles", PNG, **{"format": "png", **told})


def pmtiles(folder: Path) -> Path:
    return write_pmtiles(folder / "city.pmtiles", PNG, TileType.PNG)


@pytest.mark.parametrize("written", [mbtiles, pmtiles])
def test_tiles_are_found_where_they_were_put(tmp_path: Path, written: object) -> None:
    assert callable(written)
    file = opened(written(tmp_path))
    for place, data in PNG.items():
        assert file.tile(*place) == data
    assert file.tile(1, 0, 0) is None
    assert file.tile(5, 3, 3) is None
    assert (file.about.min_zoom, file.about.max_zoom) == (1, 2)
    assert (file.about.media_type, file.about.vector) == ("image/png", False)
    file.close()


def test_a_directory_of_directories_is_followed(tmp_path: Path) -> None:
    file = opened(write_pmtiles(tmp_path / "m.pmtiles", MANY, TileType.PNG))
    assert all(file.tile(*place) == data for place, data in MANY.items())
    assert file.tile(12, 0, 8) is None
    file.close()


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("115.1,36.2,116,37", (115.1, 36.2, 116.0, 37.0)),
        ("", None),
        ("here", None),
        ("1,2,3", None),
        ("9,2,3,4", None),
    ],
)
def test_bounds_that_make_no_sense_are_left_out(
    tmp_path: Path, said: str, bounds: tuple[float, ...] | None
) -> None:
    file = opened(mbtiles(tmp_path, bounds=said))
    assert file.about.bounds == bounds
    file.close()


def test_bounds_of_pmtiles_are_degrees(tmp_path: Path) -> None:
    corners = {"min_lon_e7": 1151000000, "min_lat_e7": 362000000}
    corners |= {"max_lon_e7": 1160000000, "max_lat_e7": 370000000}
    file = opened(write_pmtiles(tmp_path / "b.pmtiles", PNG, TileType.MVT, **corners))
    assert file.about.bounds == (115.1, 36.2, 116.0, 37.0)
    assert file.about.vector
    file.close()


def cut(file: Path, *, kept: int) -> None:
    file.write_bytes(file.read_bytes()[:kept])


def broken(folder: Path, how: str) -> Path:
    """Make a file that cannot be served."""
    archive = pmtiles(folder)
    whole = archive.read_bytes()
    content = {
        "text.mbtiles": b"no database, but some text that is longer than a header of one" * 9,
        "empty.pmtiles": b"",
        "short.pmtiles": whole[:60],
        "other.pmtiles": b"\xff" * 300,
        "old.pmtiles": whole[:7] + b"\x02" + whole[8:],
        "cut.pmtiles": whole[:-1],
        "directory.pmtiles": whole[:127] + b"\0" * 20 + whole[147:],
    }
    file = folder / how
    if how in content:
        file.write_bytes(content[how])
    elif how == "tiles.mbtiles":
        write_mbtiles(file, {}, format="png")
    elif how == "format.mbtiles":
        write_mbtiles(file, PNG, format="tiff")
    elif how == "brotli.pmtiles":
        write_pmtiles(file, PNG, TileType.MVT, tile_compression=Compression.BROTLI)
    elif how == "unknown.pmtiles":
        write_pmtiles(file, PNG, TileType.UNKNOWN)
    return file


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("absent.mbtiles", "is not there"),
        ("text.mbtiles", "no MBTiles file"),
        ("tiles.mbtiles", "no tiles"),
        ("format.mbtiles", "tiff"),
        ("empty.pmtiles", "empty"),
        ("short.pmtiles", "no PMTiles file"),
        ("other.pmtiles", "no PMTiles file"),
        ("old.pmtiles", "version 3"),
        ("cut.pmtiles", "cut off"),
        ("directory.pmtiles", "directory"),
        ("brotli.pmtiles", "BROTLI"),
        ("unknown.pmtiles", "UNKNOWN"),
    ],
)
def test_a_file_that_cannot_be_served_is_refused(tmp_path: Path, how: str, said: str) -> None:
    with pytest.raises(BadTileFile) as refused:
        opened(broken(tmp_path, how))
    assert said in str(refused.value)
    assert how in str(refused.value)
    assert how in refused.value.zh
