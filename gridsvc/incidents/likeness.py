"""How likely it is that two reports of a class mean the same matter. Pure.

Their words are compared by the pairs of neighbouring characters, which needs no list of words for a
language that is written without spaces: twice the pairs in common, over the pairs of both (Dice).
The score is half that, three tenths how near they are, and two tenths how soon after each other:

    0.5 x words + 0.3 x (1 - distance / radius) + 0.2 x (1 - apart / window)
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

WORDS, PLACE, TIME = 0.5, 0.3, 0.2
LIKELY: Final = 0.6
"""From here on it is suggested to be the same: nearness alone is never enough."""


@dataclass(frozen=True, slots=True)
class Around:
    """How far away, and how long before or after, a report may mean the same."""

    radius_m: float
    window: timedelta


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two reports compare; `words` and `score` are from 0 to 1."""

    distance_m: float
    apart: timedelta
    words: float
    score: float

    @property
    def likely(self) -> bool:
        """Whether it is suggested to be the same."""
        return self.score >= LIKELY

    @property
    def zh(self) -> str:
        """Say why."""
        return f"相距{self.distance_m:.0f}米，相隔{self._minutes}分钟，描述相似度{self.words:.0%}。"

    @property
    def en(self) -> str:
        """Say why."""
        near = f"{self.distance_m:.0f} m and {self._minutes} min apart"
        return f"{near}; the words agree to {self.words:.0%}."

    @property
    def _minutes(self) -> int:
        return round(self.apart.total_seconds() / 60)


def likeness(
    one: str, other: str, around: Around, *, distance_m: float, apart: timedelta
) -> Likeness:
    """Compare two reports by their words, where they are and when they were made."""
    words = agreement(one, other)
    near = _share_left(distance_m, around.radius_m)
    soon = _share_left(abs(apart) / timedelta(hours=1), around.window / timedelta(hours=1))
    score = WORDS * words + PLACE * near + TIME * soon
    return Likeness(distance_m, abs(apart), words, score)


def _share_left(used: float, whole: float) -> float:
    return max(0.0, 1 - used / whole)


def agreement(one: str, other: str) -> float:
    """Compare two texts, from 0 for nothing in common to 1."""
    ours, theirs = _pairs(one), _pairs(other)
    both = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / both if both else 0.0


def _pairs(text: str) -> Counter[str]:
    """Take a text apart; width, case, spaces and punctuation do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(letter for letter in plain if letter.isalnum())
    # A single character is all there is to compare by.
    width = min(2, len(letters))
    return Counter(letters[at : at + width] for at in range(len(letters) - width + 1) if width)
