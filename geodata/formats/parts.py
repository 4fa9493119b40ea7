"""The parts of a Shapefile, gathered from a folder or a zip; complete and uncut, or refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

import numpy as np

from geodata.errors import ReadError
from geodata.formats.source import Format, Source, choose_layer, read_bytes, refuse_swollen

SHP: Final = ".shp"
SHX: Final = ".shx"
DBF: Final = ".dbf"
PRJ: Final = ".prj"
CPG: Final = ".cpg"

_NEEDED: Final = (SHP, SHX, DBF)
_TAKEN: Final = (*_NEEDED, PRJ, CPG)
# zipfile says RuntimeError of a password and, as one kind of it, of a rare compression.
_ZIP_ERRORS: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Parts:
    """A Shapefile in memory: its name, and the bytes of its parts by suffix."""

    name: str
    data: Mapping[str, bytes]


def gather(source: Source, *, layer: str | None = None) -> Parts:
    """Bring the parts of a Shapefile together.

    Parameters
    ----------
    source : Source
        The .shp, with its other parts beside it, or a zip of them.
    layer : str or None
        Which Shapefile of a zip that has several: its path in the zip without suffix.

    Returns
    -------
    Parts
        At least .shp, .shx and .dbf, each as long as its header says, with as many shapes as rows.

    Raises
    ------
    ReadError
        A part is missing, cut off or of another file; the zip is damaged, unpacks to more than the
        source may, or holds no Shapefile or several.
    """
    parts = _unzipped(source, layer) if source.format is Format.ZIP else _siblings(source.path)
    _refuse_missing(parts)
    _refuse_cut(parts)
    _refuse_strangers(parts)
    return parts


def _siblings(path: Path) -> Parts:
    stem = path.stem.casefold()
    found = {
        sibling.suffix.lower(): read_bytes(sibling)
        for sibling in sorted(path.parent.iterdir())
        if sibling.stem.casefold() == stem and sibling.suffix.lower() in _TAKEN
    }
    return Parts(path.stem, found)


def _unzipped(source: Source, layer: str | None) -> Parts:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            shapefiles = _shapefiles(archive)
            chosen = _chosen(source.name, list(shapefiles), layer)
            members = shapefiles[chosen]
            # `zipfile` reads no more than the sizes that are stated.
            refuse_swollen(source, sum(member.file_size for member in members.values()))
            data = {suffix: archive.read(member) for suffix, member in members.items()}
    except _ZIP_ERRORS as error:
        raise ReadError(
            "bad_zip",
            en=f"{source.name} cannot be unpacked: it is damaged, has a password or is packed in a "
            f"rare way; pack it anew as a plain zip. (The reader says: {error})",
            zh=f"{source.name} 无法解压：文件损坏、设有密码或压缩方式特殊；请重新打包为普通 zip。"
            f"（读取程序提示：{error}）",
        ) from error
    return Parts(PurePath(chosen).name, data)


def _shapefiles(archive: zipfile.ZipFile) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """Group the members by Shapefile: path without suffix, then suffix."""
    groups: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for info in archive.infolist():
        path = PurePath(info.filename)
        hidden = path.name.startswith(".") or "__MACOSX" in path.parts  # shadows made by macOS
        if path.suffix.lower() in _TAKEN and not hidden:
            groups.setdefault(str(path.with_suffix("")), {})[path.suffix.lower()] = info
    return {stem: members for stem, members in groups.items() if SHP in members}


def _chosen(file: str, names: list[str], layer: str | None) -> str:
    if layer in names:
        return layer
    if len(names) == 1 and layer is None:
        return names[0]
    if not names:
        raise ReadError(
            "no_shapefile",
            en=f"{file} holds no .shp; pack the .shp, .shx, .dbf and .prj together.",
            zh=f"{file} 中没有 .shp；请将 .shp、.shx、.dbf、.prj 一起打包。",
        )
    raise choose_layer(file, names)


def _refuse_missing(parts: Parts) -> None:
    missing = [suffix for suffix in _NEEDED if suffix not in parts.data]
    if missing:
        raise ReadError(
            "missing_part",
            en=f"The Shapefile {parts.name} lacks its {', '.join(missing)}; copy all parts (.shp, "
            ".shx, .dbf, .prj, .cpg) into one folder or zip.",
            zh=f"Shapefile {parts.name} 缺少 {'、'.join(missing)}；请将全部组成文件"
            "（.shp、.shx、.dbf、.prj、.cpg）放入同一目录或 zip。",
            missing=missing,
        )


def _refuse_cut(parts: Parts) -> None:
    """Compare each part with the length that its header states: GDAL leaves out what is missing."""
    for suffix in _NEEDED:
        data = parts.data[suffix]
        stated = _table_length(data) if suffix == DBF else _stated_length(data)
        if stated is None or len(data) < stated:
            raise ReadError(
                "cut_off",
                en=f"{parts.name}{suffix} is cut off: {len(data)} of {stated or 'its'} bytes are "
                "there; copy it again.",
                zh=f"{parts.name}{suffix} 不完整：应有 {stated or '更多'} 字节，"
                f"实有 {len(data)} 字节；请重新复制。",
            )


def _refuse_strangers(parts: Parts) -> None:
    """See that the index knows as many shapes as the table has rows, all within the .shp."""
    index = parts.data[SHX][100 : _stated_length(parts.data[SHX])]
    shapes = len(index) // 8
    rows = struct.unpack_from("<I", parts.data[DBF], 4)[0]
    places = np.frombuffer(index[: 8 * shapes], dtype=">u4").astype(np.int64).reshape(-1, 2)
    ends = 2 * (places.sum(axis=1) + 4)  # start and length in words of two bytes, header of eight
    beyond = int((ends > len(parts.data[SHP])).sum())
    if shapes != rows or beyond:
        raise ReadError(
            "parts_differ",
            en=f"The parts of the Shapefile {parts.name} do not belong together: {shapes} shapes, "
            f"{rows} rows in the table, {beyond} shapes beyond the end of the .shp; copy them "
            "again together.",
            zh=f"Shapefile {parts.name} 的各部分不属于同一文件：{shapes} 个图形，属性表 {rows} 行，"
            f"{beyond} 个图形超出 .shp 末尾；请一起重新复制。",
        )


def _stated_length(part: bytes) -> int | None:
    """Bytes of a .shp or .shx by its header of 100 bytes, which counts words of two."""
    return 2 * int(struct.unpack_from(">I", part, 24)[0]) if len(part) >= 100 else None


def _table_length(table: bytes) -> int | None:
    """Bytes of a .dbf by its header of at least 32: rows, length of the header, length of a row."""
    if len(table) < 32:
        return None
    rows, header, row = struct.unpack_from("<IHH", table, 4)
    return int(header + rows * row)
