"""The bytes of one file and the format they are in; neither its features nor its meaning."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from geodata.errors import ReadError


class Format(StrEnum):
    """A format that can be read."""

    GEOJSON = "GeoJSON"
    GEOPACKAGE = "GeoPackage"
    SHAPEFILE = "Shapefile"
    ZIP = "zipped Shapefile"
    GEOPARQUET = "GeoParquet"


MOST_BYTES: Final = 2 * 2**30
"""What a file may unpack to, where nobody says otherwise: as much as a part of a Shapefile has."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was taken into memory and begins as its format must."""

    path: Path
    format: Format
    data: bytes
    most_bytes: int = MOST_BYTES
    """What it may unpack to: a small file can hold a very large one."""

    @property
    def name(self) -> str:
        """What to call the file when speaking of it."""
        return self.path.name


FORMATS: Final = {
    ".geojson": Format.GEOJSON,
    ".json": Format.GEOJSON,
    ".gpkg": Format.GEOPACKAGE,
    ".shp": Format.SHAPEFILE,
    ".zip": Format.ZIP,
    ".parquet": Format.GEOPARQUET,
    ".geoparquet": Format.GEOPARQUET,
}
_SHAPEFILE_PARTS: Final = {".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx"}
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff", b"\0{")  # which `geojson` refuses by its name
_MAGIC: Final = {
    Format.GEOJSON: (b"{", b"[", *_UTF16),
    Format.GEOPACKAGE: (b"SQLite format 3\0",),
    Format.SHAPEFILE: (b"\x00\x00\x27\x0a",),
    Format.ZIP: (b"PK\x03\x04", b"PK\x05\x06"),
    Format.GEOPARQUET: (b"PAR1",),
}
_LOOKS: Final = (
    (b"PK", "a zip archive", "zip 压缩包"),
    (b"Rar!", "a RAR archive", "RAR 压缩包"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "7-Zip 压缩包"),
    (b"SQLite format 3\0", "an SQLite database", "SQLite 数据库"),
    (b"PAR1", "a Parquet file", "Parquet 文件"),
    (b"\x00\x00\x27\x0a", "the .shp part of a Shapefile", "Shapefile 的 .shp 部分"),
    (b"\x03", "a dBase table (.dbf)", "dBase 表（.dbf）"),
)
_UTF8_BOM: Final = b"\xef\xbb\xbf"
_LFS_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_HEAD: Final = 200


def open_source(path: Path, *, most_bytes: int = MOST_BYTES) -> Source:
    """Take a file into memory and see that it is what its name says.

    Parameters
    ----------
    path : Path
        A file whose suffix is one of `FORMATS`.
    most_bytes : int
        What a zip or GeoParquet may unpack to.

    Returns
    -------
    Source
        The whole file.

    Raises
    ------
    ReadError
        There is no such file, its suffix is unknown, or its first bytes belong to something else:
        a web page, an error message of a service, a Git LFS pointer, another format.
    """
    form = _format(path)
    data = read_bytes(path)
    _refuse_stand_ins(path.name, data)
    if not _text_head(data).startswith(_MAGIC[form]):
        _refuse_other_content(path.name, data, form=form)
    return Source(path, form, data, most_bytes)


def read_bytes(path: Path) -> bytes:
    """Read a whole file, or say in a sentence why it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError(
            "no_file",
            en=f"There is no file {path.name} in that folder; check the path.",
            zh=f"该目录下没有文件 {path.name}；请检查路径。",
        ) from error
    except OSError as error:
        raise ReadError(
            "unreadable_file",
            en=f"{path.name} cannot be opened ({error.strerror}); it must be a file that this "
            "program may read.",
            zh=f"无法打开 {path.name}（{error.strerror}）；须为本程序有权读取的文件。",
        ) from error


def is_web_page(data: bytes) -> bool:
    """Tell whether bytes that should be data are an HTML page."""
    return _text_head(data).lower().startswith((b"<!doctype html", b"<html"))


def refuse_swollen(source: Source, unpacked: int) -> None:
    """Refuse a file that unpacks to more than it may."""
    if unpacked > source.most_bytes:
        most, seen = (f"{size / 2**20:,.0f}" for size in (source.most_bytes, unpacked))
        raise ReadError(
            "too_large",
            en=f"{source.name} unpacks to {seen} MiB or more; at most {most} MiB are read. Divide "
            "it, or leave out what is not needed.",
            zh=f"{source.name} 解压后达到或超过 {seen} MiB；最多可读取 {most} MiB。"
            "请拆分文件或去掉不需要的内容。",
            unpacked=unpacked,
            most=source.most_bytes,
        )


def choose_layer(file: str, names: list[str]) -> ReadError:
    """Ask for one of the layers that a file holds."""
    return ReadError(
        "choose_layer",
        en=f"{file} holds these layers: {', '.join(names)}; declare one of them with --layer.",
        zh=f"{file} 含以下图层：{'、'.join(names)}；请用 --layer 指明其中一个。",
        layers=names,
    )


def _format(path: Path) -> Format:
    suffix = path.suffix.lower()
    if suffix in _SHAPEFILE_PARTS:
        raise ReadError(
            "shapefile_part",
            en=f"{path.name} is one part of a Shapefile and holds no shapes; give the .shp beside "
            "it, or a zip of all its parts.",
            zh=f"{path.name} 只是 Shapefile 的一部分，不含图形；请给出同名 .shp 文件，"
            "或全部组成文件的 zip 包。",
        )
    if suffix not in FORMATS:
        raise ReadError(
            "unknown_format",
            en=f"{path.name} ends in none of the suffixes that can be read: {', '.join(FORMATS)}.",
            zh=f"{path.name} 的后缀不在可读取之列：{'、'.join(FORMATS)}。",
        )
    return FORMATS[suffix]


def _refuse_stand_ins(name: str, data: bytes) -> None:
    if not data or data.isspace():
        raise ReadError(
            "empty_file",
            en=f"{name} is empty; copy or download it again.",
            zh=f"{name} 是空文件；请重新复制或下载。",
        )
    if data.startswith(_LFS_POINTER):
        raise ReadError(
            "git_lfs_pointer",
            en=f"{name} is a Git LFS pointer, not the data itself; run 'git lfs pull' where it "
            "came from.",
            zh=f"{name} 只是 Git LFS 指针，不是数据本身；请在来源仓库执行 git lfs pull。",
        )
    if is_web_page(data):
        raise ReadError(
            "web_page",
            en=f"{name} is a web page (HTML) saved under this name, often a log-in or error page; "
            "download the file itself.",
            zh=f"{name} 实为网页（HTML），多为登录页或错误页；请重新下载数据文件本身。",
        )


def _refuse_other_content(name: str, data: bytes, *, form: Format) -> None:
    head = _text_head(data)
    en, zh = next(
        ((en, zh) for magic, en, zh in _LOOKS if head.startswith(magic)),
        ("something else", "其他内容"),
    )
    if head.startswith((b"{", b"[", b"<")):
        text = head[:80].decode("utf-8", errors="replace")
        en, zh = f"text which begins {text!r}", f"以 {text!r} 开头的文本"
    raise ReadError(
        "wrong_content",
        en=f"{name} is no {form}: its content is {en}. Give it its right suffix or export it anew.",
        zh=f"{name} 不是 {form}：其内容为{zh}。请更正后缀或重新导出。",
        format=form.value,
    )


def _text_head(data: bytes) -> bytes:
    return data[:_HEAD].removeprefix(_UTF8_BOM).lstrip()
