"""How well the name of a place agrees with a text, and with which part of it. Pure.

From 0 to 1: the whole name stands in the text (1), or its core without the kind word (0.85), or it
differs from a part of the text by a character or two of its core (0.9 times the share that agrees).
"""

import re
from collections import defaultdict
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


@dataclass(frozen=True, slots=True)
class Written:
    """A name as it is compared: whole, and without its kind word."""

    whole: str
    core: str
    suffix: str
    """The kind word."""

    @classmethod
    def of(cls, name: str) -> "Written":
        """Take a name apart, once for all texts."""
        whole = normalised(name)
        core = core_of(whole)
        return cls(whole, core, whole.removeprefix(core))

    @property
    def pairs(self) -> set[str]:
        """The pairs of characters by which it is looked up; its first is paired with ^."""
        return _pairs(f"^{self.whole}")


def pairs_of(key: str) -> list[str]:
    """List the pairs of characters by which names that stand in a text are looked up.

    Those that half the city shares are left out: a kind word's own, and those of digits.
    """
    return sorted(pair for pair in _pairs(key) - _COMMON if not _PLAIN.search(pair))


def beginning_like(part: Part) -> list[str]:
    """List the pairs of which a misspelt name has one: its beginning, or what is before its end."""
    return [f"^{part.core[0]}", (part.core + part.suffix)[len(part.core) - 1 :][:2]]


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


_COMMON: Final = frozenset(pair for word in _KINDS for pair in _pairs(word))


class Text:
    """A normalised text and some of its parts, arranged for being compared with many names."""

    __slots__ = ("_by_suffix", "_starts", "key")

    def __init__(self, key: str, taken: Sequence[Part]) -> None:
        self.key = key
        self._starts = {part.start for part in taken}
        self._by_suffix: dict[str, list[tuple[Part, frozenset[str]]]] = defaultdict(list)
        for part in taken:
            if part.kind is not PartKind.OTHER:
                self._by_suffix[part.suffix].append((part, frozenset(part.core)))

    def begins(self, at: int) -> bool:
        """Whether one of the parts begins there."""
        return at in self._starts

    def like(self, core: str, suffix: str) -> list[Part]:
        """List the parts with a kind word that have characters enough of a name without its own."""
        return [
            part
            for part, characters in self._by_suffix.get(suffix, ())
            if sum(map(characters.__contains__, core)) >= LEAST_AGREEING * len(core)
        ]


def spelling(name: Written, text: Text) -> Spelling | None:
    """Find where in a text a name stands best, or None where nothing is like it."""
    key, core = text.key, name.core
    at = key.find(core)
    if at >= 0 and (whole := key.find(name.whole, at)) >= 0:
        return Spelling(
            1.0 if text.begins(whole) else WITHIN_A_WORD, whole, whole + len(name.whole)
        )
    if at < 0 or len(core) < 2:
        return _misspelt(core, text.like(core, name.suffix))
    end = at + len(core)
    return Spelling(OTHER_KIND if key.startswith(_KINDS, end) else CORE_ONLY, at, end)


def _misspelt(core: str, parts: Sequence[Part]) -> Spelling | None:
    found = [
        Spelling(MISSPELT * share, part.start, part.end)
        for part in parts
        if (share := agreement(core, part.core)) >= LEAST_AGREEING
    ]
    return max(found, key=lambda one: (one.score, -one.start), default=None)


def agreement(one: str, other: str) -> float:
    """Tell which share of the longer of two words agrees with the other, in order (Levenshtein)."""
    longest = max(len(one), len(other))
    return 1 - _edits(one, other) / longest if longest else 0.0


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for down, ours in enumerate(one, start=1):
        diagonal, row[0] = row[0], down
        for across, theirs in enumerate(other, start=1):
            changed = diagonal + (ours != theirs)
            diagonal = row[across]
            row[across] = min(changed, row[across] + 1, row[across - 1] + 1)
    return row[-1]
