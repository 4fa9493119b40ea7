"""Reading a Shapefile with the letters of its table told for certain.

GDAL reads shapes and table, from memory, with every byte of text kept as one letter; `encoding`
then finds what the letters are. GDAL by itself would take GBK for Latin-1 and say nothing.
"""

import io
import zipfile
from itertools import chain
from typing import Final

import geopandas
import pandas as pd
import pyproj

from geodata import encoding as encodings
from geodata.errors import CrsError
from geodata.formats.ogr import read_ogr
from geodata.formats.parts import CPG, DBF, PRJ, SHP, SHX, Parts, gather
from geodata.formats.source import Source
from geodata.frames import text_columns

_BYTEWISE: Final = "ISO-8859-1"  # each of the 256 bytes is one letter, and back
_LANGUAGE_DRIVER: Final = 29
_FIELDS: Final = 32
_FIELD: Final = 32
_NAME_WIDTH: Final = 10
_END_OF_FIELDS: Final = 0x0D


def read_shapefile(
    source: Source, *, layer: str | None = None, encoding: str | None = None
) -> geopandas.GeoDataFrame:
    """Read a Shapefile.

    Parameters
    ----------
    source : Source
        The .shp, with its other parts beside it, or a zip of them.
    layer : str or None
        Which Shapefile of a zip that has several: its path in the zip without suffix.
    encoding : str or None
        Of the table's text. It overrules the .cpg and the table's header.

    Returns
    -------
    GeoDataFrame
        x, y in the system of the .prj; `.crs` is None where there is none.

    Raises
    ------
    ReadError
        As `geodata.formats.parts.gather`, and as `geodata.formats.ogr.read_ogr`.
    EncodingError
        As `geodata.encoding.settle`.
    CrsError
        The .prj is a web page or describes no coordinate system.
    GeometryError
        As `geodata.formats.ogr.read_ogr`.
    """
    parts = gather(source, layer=layer)
    crs = _crs(parts)
    frame = read_ogr(_packed(parts), source.name, encoding=_BYTEWISE)
    return _lettered(frame, parts, encoding).set_crs(crs, allow_override=True)


def _packed(parts: Parts) -> bytes:
    """Pack the parts under a plain name, so that GDAL finds them whatever they were called."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for suffix in (SHP, SHX, DBF):
            archive.writestr(f"layer{suffix}", parts.data[suffix])
    return memory.getvalue()


def _crs(parts: Parts) -> pyproj.CRS | None:
    """Read the .prj; a system that the registry has is given by its code there."""
    text = parts.data.get(PRJ, b"").decode("utf-8-sig", errors="replace").strip()
    if not text:
        return None
    try:
        crs = pyproj.CRS.from_wkt(text)
    except pyproj.exceptions.CRSError as error:
        raise CrsError(
            "bad_prj",
            en=f"{parts.name}.prj should describe the coordinate system but begins {text[:60]!r}; "
            "replace it, or delete it and declare --crs.",
            zh=f"{parts.name}.prj 应描述坐标系，内容却以 {text[:60]!r} 开头；请更换该文件，"
            "或删除后用 --crs 声明坐标系。",
        ) from error
    code = crs.to_epsg()
    return crs if code is None else pyproj.CRS.from_epsg(code)


def _lettered(
    frame: geopandas.GeoDataFrame, parts: Parts, encoding: str | None
) -> geopandas.GeoDataFrame:
    """Decode the names of the columns and the values of those that hold text."""
    bare = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    widths = _widths(parts.data[DBF])
    table = bare.set_axis(range(len(bare.columns)), axis="columns")  # names may be alike
    names = [_text(name, width=_NAME_WIDTH) for name in bare.columns]
    cells = {
        number: {
            value: _text(value, width=widths.get(bare.columns[number]))
            for value in table[number].dropna().unique()
        }
        for number in text_columns(table)
    }
    texts = chain(names, *(letters.values() for letters in cells.values()))
    codec = encodings.settle(texts, _statement(parts, encoding), file=f"{parts.name}.dbf")
    for number, letters in cells.items():
        decoded = {value: encodings.decode(text, codec) for value, text in letters.items()}
        table[number] = table[number].map(decoded)
    heads = _distinct([encodings.decode(name, codec) for name in names])
    return geopandas.GeoDataFrame(table.set_axis(heads, axis="columns"), geometry=frame.geometry)


def _text(value: str, *, width: int | None) -> encodings.Text:
    """Take a text that GDAL read byte by byte back to bytes; `width` is that of its field."""
    return encodings.Text(value.encode(_BYTEWISE), full=len(value) == width)


def _distinct(names: list[str]) -> list[str]:
    """Add numbers to names that are alike, as they may become by losing half a letter."""
    seen: list[str] = []
    for name in names:
        free = (name, *(f"{name}_{number}" for number in range(1, len(names))))
        seen.append(next(candidate for candidate in free if candidate not in seen))
    return seen


def _widths(table: bytes) -> dict[str, int]:
    """Width in bytes of each field, by name, from the header of a .dbf."""
    widths = {}
    for start in range(_FIELDS, len(table) - _FIELD, _FIELD):
        if table[start] == _END_OF_FIELDS:
            break
        name = table[start : start + _NAME_WIDTH + 1].split(b"\0")[0]
        widths[name.decode(_BYTEWISE)] = table[start + 16]
    return widths


def _statement(parts: Parts, encoding: str | None) -> encodings.Statement | None:
    if encoding is not None:
        return encodings.declared(encoding)
    if CPG in parts.data:
        return encodings.stated_by_cpg(parts.data[CPG], f"{parts.name}.cpg")
    return encodings.stated_by_header(parts.data[DBF][_LANGUAGE_DRIVER])
