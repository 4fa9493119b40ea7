"""Which kinds of files are taken, and how one is told: by its content, never by its name. Pure."""

import zipfile
from enum import StrEnum
from io import BytesIO

from gridsvc.files.faults import Unacceptable


class Kind(StrEnum):
    """What is taken; a picture's own metadata can be removed, so there is no video."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
MEDIA_TYPES = {
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FIRST_BYTES = {
    b"\xff\xd8\xff": Kind.JPEG,
    b"\x89PNG\r\n\x1a\n": Kind.PNG,
    b"%PDF-": Kind.PDF,
}
_MAIN_PARTS = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX}
"""Of a zip archive, by which of them it holds."""
_MACROS = ("vbaProject.bin",)


def kind_of(content: bytes) -> Kind:
    """Tell what a file is, or refuse it."""
    for beginning, kind in _FIRST_BYTES.items():
        if content.startswith(beginning):
            return kind
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Kind.WEBP
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    raise _unknown()


def _in_archive(content: bytes) -> Kind:
    """Look into an archive's list only: nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _unknown() from error
    found = [kind for part, kind in _MAIN_PARTS.items() if part in names]
    if len(found) != 1 or "[Content_Types].xml" not in names:
        raise _unknown()
    if any(name.endswith(_MACROS) for name in names):
        raise Unacceptable(
            "macros_inside",
            en="The document has macros; save it without them.",
            zh="文档包含宏，请另存为不含宏的格式。",
        )
    return found[0]


def _unknown() -> Unacceptable:
    return Unacceptable(
        "kind_not_taken",
        en="By its content this is none of: photo (JPEG, PNG, WebP), PDF, Word (docx), Excel "
        "(xlsx).",
        zh="按内容判断，该文件不是照片（JPEG、PNG、WebP）、PDF、Word（docx）或 Excel（xlsx）。",
    )
