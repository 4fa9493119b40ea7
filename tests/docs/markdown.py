"""What a document says to a machine: fenced blocks, tables, links, names of make targets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|<img src=\"([^\"]+)\"")
_MAKE = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, and the line on which its text begins."""

    language: str
    text: str
    line: int


def text_of(document: str) -> str:
    """Read a document by its path from the repository's root."""
    return (ROOT / document).read_text(encoding="utf-8")


def blocks(document: str) -> list[Block]:
    """List the fenced blocks of a document, in order."""
    text = text_of(document)
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start(2)) + 1)
        for found in _FENCE.finditer(text)
    ]


def table(document: str, *head: str) -> list[list[str]]:
    """Read the rows of the table that has these headings, without the code marks of its cells."""
    lines = iter(text_of(document).splitlines())
    for line in lines:
        if _cells(line) == list(head):
            next(lines)  # the rule below the headings
            return _rows(lines)
    raise AssertionError(f"{document} has no table with the headings {head}")


def _rows(lines: Iterable[str]) -> list[list[str]]:
    return [_cells(line) for line in takewhile(lambda line: line.startswith("|"), lines)]


def _cells(line: str) -> list[str]:
    if not line.startswith("|"):
        return []
    return [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def links(document: str) -> list[str]:
    """List the files of the repository that a document links or shows."""
    found = (link or image for link, image in _LINK.findall(text_of(document)))
    return [target for target in found if "://" not in target]


def make_targets(document: str) -> set[str]:
    """Name every make target that a document tells people to run."""
    return set(_MAKE.findall(text_of(document)))
