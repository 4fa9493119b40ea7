"""What can be wrong with a file or a frame of boundaries, said so that a person can mend it.

GeodataError
├── ReadError      the file is missing, damaged, or not what its name says
├── EncodingError  the letters of an attribute table cannot be told for certain
├── CrsError       the coordinate system is missing, unknown, contradicted or not obeyed
├── ColumnError    a column is missing, or its values cannot be what they should be
├── GeometryError  a shape is not an area
└── WriteError     a frame cannot be written as asked
"""

from collections.abc import Mapping


class GeodataError(Exception):
    """Something about a file or a frame that a person can mend.

    Parameters
    ----------
    code : str
        Stable name of the fault, for programs.
    en, zh : str
        What was seen and what to do, one sentence or two in each language.
    **detail : object
        The facts behind the sentence, for programs.
    """

    def __init__(self, code: str, *, en: str, zh: str, **detail: object) -> None:
        super().__init__(en)
        self.code = code
        self.en = en
        self.zh = zh
        self.detail: Mapping[str, object] = detail


class ReadError(GeodataError):
    """The file is missing, damaged, or not what its name says."""


class EncodingError(GeodataError):
    """The letters of an attribute table cannot be told for certain."""


class CrsError(GeodataError):
    """The coordinate system is missing, unknown, contradicted or not obeyed."""


class ColumnError(GeodataError):
    """A column is missing, or its values cannot be what they should be."""


class GeometryError(GeodataError):
    """A shape is not an area."""


class WriteError(GeodataError):
    """A frame cannot be written as asked."""
