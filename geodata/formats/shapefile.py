"""Reading a Shapefile with the letters of its table told for certain.

GDAL reads shapes and table, from memory, with every byte of text kept as one letter; `encoding`
then finds what the letters are. GDAL by itself would take GBK for Latin-1 and say nothing.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

import geopandas
import pandas as pd

from geodata import encoding as encodings
from geodata.errors import CrsError
from geodata.formats.ogr import read_ogr
from geodata.formats.parts import CPG, DBF, PRJ, SHP, SHX, Parts, gather
from geodata.formats.source import Source, is_web_page
from geodata.frames import text_columns

_BYTEWISE: Final = "ISO-8859-1"  # each of the 256 bytes is one letter, and back
_LANGUAGE_DRIVER: Final = 29
_FIELDS: Final = 32
_FIELD: Final = 32
_NAME_WIDTH: Final = 10
_END_OF_FIELDS: Final = 0x0D

Letters = Mapping[str, encodings.Text]


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
    frame = read_ogr(_packed(parts), source.name, encoding=_BYTEWISE)
    _refuse_bad_prj(parts, frame)
    return _lettered(frame, parts, encoding)


def _packed(parts: Parts) -> bytes:
    """Pack the parts under a plain name, so that GDAL finds them whatever they were called."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for suffix in (SHP, SHX, DBF, PRJ):
            if suffix in parts.data:
                archive.writestr(f"layer{suffix}", parts.data[suffix])
    return memory.getvalue()


def _refuse_bad_prj(parts: Parts, frame: geopandas.GeoDataFrame) -> None:
    text = parts.data.get(PRJ, b"").strip()
    if not text or (frame.crs is not None and not is_web_page(text)):
        return
    seen = text[:60].decode("utf-8", errors="replace")
    raise CrsError(
        "bad_prj",
        en=f"{parts.name}.prj should describe the coordinate system but begins {seen!r}; replace "
        "it, or delete it and declare --crs.",
        zh=f"{parts.name}.prj 应描述坐标系，内容却以 {seen!r} 开头；请更换该文件，"
        "或删除后用 --crs 声明坐标系。",
    )


def _lettered(
    frame: geopandas.GeoDataFrame, parts: Parts, encoding: str | None
) -> geopandas.GeoDataFrame:
    """Decode the names of the columns and the values of those that hold text."""
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    widths = _widths(parts.data[DBF])
    names = _letters(table.columns, width=_NAME_WIDTH)
    cells = {
        column: _letters(table[column].dropna().unique(), width=widths.get(column))
        for column in text_columns(table)
    }
    texts = chain(names.values(), *(letters.values() for letters in cells.values()))
    codec = encodings.settle(texts, _statement(parts, encoding), file=f"{parts.name}.dbf")
    for column, letters in cells.items():
        frame[column] = table[column].map(_decoded(letters, codec))
    return frame.rename(columns=_decoded(names, codec))


def _letters(values: Iterable[str], *, width: int | None) -> Letters:
    """Take texts that GDAL read byte by byte back to bytes; `width` is that of their field."""
    return {
        value: encodings.Text(value.encode(_BYTEWISE), full=len(value) == width) for value in values
    }


def _decoded(letters: Letters, codec: str) -> dict[str, str]:
    return {value: encodings.decode(text, codec) for value, text in letters.items()}


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
