"""The name under which a file is shown and saved. Pure."""

import unicodedata

from gridsvc.files.kinds import Kind

LONGEST = 100
_NOT_IN_NAMES = frozenset('/\\:*?"<>|')
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (so that no name is written backwards), and what is no letter at all."""
_ENDINGS = {
    Kind.JPEG: (".jpg", ".jpeg"),
    Kind.PNG: (".png",),
    Kind.WEBP: (".webp",),
    Kind.PDF: (".pdf",),
    Kind.DOCX: (".docx",),
    Kind.XLSX: (".xlsx",),
}


def clean(given: str) -> str:
    """Keep of a name what can be shown, and nothing that leads elsewhere."""
    last = given.replace("\\", "/").rpartition("/")[2]
    kept = (
        letter
        for letter in unicodedata.normalize("NFC", last)
        if letter not in _NOT_IN_NAMES and unicodedata.category(letter) not in _HIDDEN
    )
    return " ".join("".join(kept).split()).strip(". ")[:LONGEST]


def named(given: str, kind: Kind) -> str:
    """Give a file the ending of what it is, whatever it was called."""
    name = clean(given) or "file"
    endings = _ENDINGS[kind]
    return name if name.lower().endswith(endings) else f"{name}{endings[0]}"
