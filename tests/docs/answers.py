"""Compares an answer as a document shows it with the one that came.

Keys and kinds of values must agree; the values themselves only where they name a case. A key `…`
says that keys were left out, a text `…` stands for any value.
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

REST = "…"
_NAMING = frozenset({"outcome", "status", "title", "type", "action", "to_status"})


def differences(language: str, shown: str, came: str) -> list[str]:
    """List in what an answer differs from the block that shows it."""
    match language:
        case "json":
            return list(_unlike(json.loads(shown), json.loads(came), "answer"))
        case "http":
            return list(_unlike_http(shown, came.replace("\r", "")))
        case _:
            return list(_unlike_text(shown, came))


def _unlike(shown: Any, came: Any, place: str) -> Iterator[str]:
    match shown, came:
        case (None, _) | ("…", _):
            return
        case dict(), dict():
            yield from _unlike_keys(shown, came, place)
        case list(), list():
            yield from _unlike_items(shown, came, place)
        case _ if _kind(shown) != _kind(came):
            yield f"{place} is {came!r}, shown as {shown!r}"


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)


def _unlike_keys(shown: dict[str, Any], came: dict[str, Any], place: str) -> Iterator[str]:
    missing = shown.keys() - came.keys() - {REST}
    unsaid = came.keys() - shown.keys() if REST not in shown else set()
    if missing or unsaid:
        yield f"{place} lacks {sorted(missing)} and has {sorted(unsaid)} beside what is shown"
    for name in shown.keys() & came.keys():
        yield from _unlike(shown[name], came[name], f"{place}.{name}")
        if name in _NAMING and shown[name] != came[name]:
            yield f"{place}.{name} is {came[name]!r}, shown as {shown[name]!r}"


def _unlike_items(shown: list[Any], came: list[Any], place: str) -> Iterator[str]:
    if bool(shown) != bool(came):
        yield f"{place} has {len(came)} items, shown with {len(shown)}"
    for number, (ours, theirs) in enumerate(zip(shown, came, strict=False)):
        yield from _unlike(ours, theirs, f"{place}[{number}]")


def _unlike_http(shown: str, came: str) -> Iterator[str]:
    (line, heads, body), (status, headers, answer) = _message(shown), _message(came)
    if line != status:
        yield f"the status line is {status!r}, shown as {line!r}"
    for name in heads - headers:
        yield f"there is no header {name}"
    if body:
        yield from _unlike(json.loads(body), json.loads(answer), "body")


def _message(text: str) -> tuple[str, set[str], str]:
    head, _, body = text.partition("\n\n")
    first, *rest = head.strip().splitlines()
    return first, {line.partition(":")[0].lower() for line in rest}, body.strip()


def _unlike_text(shown: str, came: str) -> Iterator[str]:
    """Compare line by line; `…` stands for anything within a line, alone for any lines."""
    pattern = re.sub(r"([*?\[])", r"[\1]", shown.strip()).replace(REST, "*")
    if not fnmatchcase(came.strip(), pattern):
        yield f"it printed\n{came.strip()}\nshown as\n{shown.strip()}"
