"""How well the name of a place agrees with a text, and with which part of it. Pure.

From 0 to 1: the whole name stands in the text (1), or its core without the kind word (0.85), or it
differs from a part of the text by a character or two of its core (0.9 times the share that agrees).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gridsvc.addresses.parse import SUFFIXES, Part, PartKind, core_of, normalised

WITHIN_A_WORD: Final = 0.8
"""Of a name that begins in the middle of another: 山路 in 中山路."""
CORE_ONLY: Final = 0.85
"""Of a core without its kind word: 真光 for 真光小区."""
OTHER_KIND: Final = 0.35
"""Of a core with another kind word behind it: 真光路 for 真光小区."""
MISSPELT: Final = 0.9
LEAST_AGREEING: Final = 0.5
"""A core of two characters must be right in one of them: a candidate that is never sure."""
_KINDS: Final = tuple(SUFFIXES)
_PLAIN: Final = re.compile("[,#0-9-]")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How well a name agrees with the part of a text from `start` to `end`."""

    score: float
    start: int
    end: int


def grams(key: str) -> list[str]:
    """List the pairs of characters by which names that stand in a text are looked up.

    As `name_grams` makes them (see `gridsvc.db.names`), less those that half the city shares: a
    kind word's own, and those of digits.
    """
    common = {pair for word in _KINDS for pair in _pairs(word)}
    return sorted({pair for pair in _pairs(key) - common if not _PLAIN.search(pair)})


def beginning_like(part: Part) -> list[str]:
    """List the pairs of which a misspelt name has one: its beginning, or what is before its end."""
    return [f"^{part.core[0]}", (part.core + part.suffix)[len(part.core) - 1 :][:2]]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def spelling(name: str, key: str, taken: Sequence[Part]) -> Spelling | None:
    """Find where in a normalised text a name stands best, or None where nothing is like it."""
    wanted = normalised(name)
    if (at := key.find(wanted)) >= 0:
        begins = any(part.start == at for part in taken)
        return Spelling(1.0 if begins else WITHIN_A_WORD, at, at + len(wanted))
    core = core_of(wanted)
    at = key.find(core) if len(core) >= 2 else -1
    if at < 0:
        return _misspelt(core, wanted.removeprefix(core), taken)
    end = at + len(core)
    return Spelling(OTHER_KIND if key.startswith(_KINDS, end) else CORE_ONLY, at, end)


def _misspelt(core: str, suffix: str, taken: Sequence[Part]) -> Spelling | None:
    found = [
        Spelling(MISSPELT * share, part.start, part.end)
        for part in taken
        if part.suffix == suffix
        and part.kind is not PartKind.OTHER
        and (share := agreement(core, part.core)) >= LEAST_AGREEING
    ]
    return max(found, key=lambda one: (one.score, -one.start), default=None)


def agreement(one: str, other: str) -> float:
    """Tell which share of the longer of two words agrees with the other, in order (Levenshtein)."""
    longest = max(len(one), len(other))
    if not set(one) & set(other) or not longest:
        return 0.0
    return 1 - _edits(one, other) / longest


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for down, ours in enumerate(one, start=1):
        diagonal, row[0] = row[0], down
        for across, theirs in enumerate(other, start=1):
            changed = diagonal + (ours != theirs)
            diagonal = row[across]
            row[across] = min(changed, row[across] + 1, row[across - 1] + 1)
    return row[-1]
