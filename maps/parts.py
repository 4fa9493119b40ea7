"""Parts of the same work, side by side or one after the other, with classes that hold for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.classes import Breaks, Scheme, find_breaks, looks, sorted_in
from maps.measures import RAMPS, Basis, Measure, listed, measured, numbers, view_title
from maps.style import Look
from maps.views import shown
from maps.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A step of time or a category, with the numbers of each area."""

    value: str
    """What an address says for it."""
    label: str
    frame: pd.DataFrame
    """As `WorkloadData.areas` has it, without shapes; the same areas in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A view of several parts."""

    title: str
    measure: Measure
    breaks: Breaks
    drawn: tuple[Look, ...]
    legend: tuple[tuple[Look, str], ...]
    """Without counts of areas, which differ from part to part."""
    parts: tuple[Part, ...]
    values: tuple[npt.NDArray[np.float64], ...]

    def for_browser(self, *, values: bool) -> dict[str, object]:
        """Give what maps need so as to show the parts; with what tooltips say, or without."""
        decimals = self.breaks.decimals
        return {
            "title": self.title,
            "decimals": decimals,
            "looks": [look.options() for look in self.drawn],
            "legend": [{"look": look.options(), "label": label} for look, label in self.legend],
            "parts": [
                {
                    "label": part.label,
                    "total": self.total(part),
                    "classes": "".join(map(str, sorted_in(found, self.breaks).tolist())),
                    "values": listed(found, decimals) if values else None,
                }
                for part, found in zip(self.parts, self.values, strict=True)
            ],
        }

    def total(self, part: Part) -> int | None:
        """Count a part's cases; None where times are shown, which have no sum."""
        if self.measure is Measure.MEDIAN:
            return None
        return int(np.nansum(numbers(part.frame, self.measure)))


def side_by_side(
    parts: Sequence[Part], *, measure: Measure, basis: Basis, scheme: Scheme, language: Language
) -> Parts:
    """Find classes that hold for all parts.

    Parameters
    ----------
    parts : sequence of Part
        At least one.
    measure, basis, scheme, language
        As in `views.view`.

    Returns
    -------
    Parts
        The same value has the same look in each of them.
    """
    values = [measured(part.frame, measure, basis=basis) for part in parts]
    breaks = find_breaks(np.concatenate(values), scheme)
    drawn = looks(RAMPS[measure], len(breaks.uppers))
    return Parts(
        title=view_title(measure, basis, language=language),
        measure=measure,
        breaks=breaks,
        drawn=tuple(drawn),
        legend=tuple(zip(drawn, _labels(breaks, language), strict=True)),
        parts=tuple(parts),
        values=tuple(values),
    )


def _labels(breaks: Breaks, language: Language) -> list[str]:
    """Name the classes by all the values that they may hold: a part may have few of them."""
    ends = [shown(upper, breaks.decimals, language) for upper in breaks.uppers]
    lows = [breaks.least, *(upper + 10**-breaks.decimals for upper in breaks.uppers[:-1])]
    begins = [shown(low, breaks.decimals, language) for low in lows[: len(ends)]]
    ranges = [
        low if low == high else f"{low} – {high}" for low, high in zip(begins, ends, strict=True)
    ]
    return [words(language)["no_data"], "0", *ranges]
