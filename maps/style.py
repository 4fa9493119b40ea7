"""Colours and patterns of the maps, all to be told apart by a colour-blind eye.

Sequences are ColorBrewer's, whose lightness falls from step to step; layers take the colours that
Okabe and Ito proposed (2008, "Color Universal Design"); what is wrong has a pattern besides.
"""

from dataclasses import dataclass
from typing import Final

from geodata.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a shape is drawn, on the map and beside its name in the legend."""

    stroke: str = "#5b6670"
    weight: float = 1.0
    fill: str | None = None
    """A colour, or a pattern of the page as ``url(#name)``; None leaves the shape open."""
    opacity: float = 1.0
    """Of the fill."""
    dash: str | None = None
    dot: bool = False
    """Whether it marks a place and not an area."""

    def options(self) -> dict[str, object]:
        """Give Leaflet's path options for this look."""
        return {
            "color": self.stroke,
            "weight": self.weight,
            "dashArray": self.dash,
            "fill": self.fill is not None,
            "fillColor": self.fill,
            "fillOpacity": self.opacity,
        }


NO_DATA: Final = Look(stroke="#8a939b", weight=1.0, dash="3 4")
ZERO: Final = Look(stroke="#8a939b", weight=0.7, fill="#ffffff", opacity=0.9)
FRESH: Final = Look(stroke="#0072b2", weight=1.4, fill="#56b4e9", opacity=0.45, dash="4 3")

GAP: Final = Look(stroke="#b3261e", weight=1.5, fill="url(#gap)")
OVERLAP: Final = Look(stroke="#6a3d9a", weight=1.5, fill="url(#overlap)")
OVERLAP_DECLARED: Final = Look(stroke="#6a3d9a", weight=1.2, fill="url(#declared)", dash="5 4")
UNSTAFFED: Final = Look(stroke="#8a5a00", weight=1.2, fill="url(#unstaffed)")
OVERSTAFFED: Final = Look(stroke="#00566b", weight=1.2, fill="url(#overstaffed)")

FINDINGS: Final = {
    Severity.ERROR: Look(stroke="#b3261e", weight=2.0, fill="url(#gap)"),
    Severity.WARNING: Look(stroke="#8a5a00", weight=2.0, fill="url(#unstaffed)"),
    Severity.INFO: Look(stroke="#00566b", weight=2.0, fill="url(#overstaffed)"),
}

DIFFERENCES: Final = {
    "added": Look(stroke="#009e73", weight=2.0, fill="#009e73", opacity=0.25),
    "removed": Look(stroke="#8a939b", weight=2.0, fill="url(#unstaffed)", dash="5 4"),
    "moved": Look(stroke="#0072b2", weight=2.0, fill="#56b4e9", opacity=0.45),
    "uncovered": GAP,
    "doubled": OVERLAP,
}
BEFORE: Final = Look(stroke="#8a5a00", weight=1.8, dash="6 4")
AFTER: Final = Look(stroke="#0072b2", weight=1.6)
CHOSEN: Final = Look(stroke="#0072b2", weight=2.5, fill="#0072b2", opacity=0.18)
CANDIDATE: Final = Look(stroke="#8a5a00", weight=1.6, fill="#e69f00", opacity=0.10, dash="6 4")
ACCURACY: Final = Look(stroke="#1f2933", weight=1.2, fill="#1f2933", opacity=0.12, dash="3 3")
COMPONENT: Final = Look(stroke="#0072b2", weight=3.0, fill="#0072b2", dot=True)
OTHER_COMPONENT: Final = Look(stroke="#8a5a00", weight=2.0, fill="#e69f00", dot=True)
EARLIER: Final = Look(stroke="#1f2933", weight=2.0, fill="#d5dbe0", dash="2 2", dot=True)
CASE_OPEN: Final = Look(stroke="#ffffff", weight=1.5, fill="#0072b2", dot=True)
CASE_OVERDUE: Final = Look(stroke="#ffffff", weight=1.5, fill="#d55e00", dot=True)
CASE_ENDED: Final = Look(stroke="#5b6670", weight=1.5, fill="#b8c0c6", dot=True)
NEAR_COMPONENT: Final = Look(stroke="#009e73", weight=2.0, fill="#009e73", opacity=0.4, dot=True)
REPORTED: Final = Look(stroke="#ffffff", weight=2.0, fill="#b3261e", dot=True)

_OUTLINES: Final = (
    Look(stroke="#1f2933", weight=3.0),
    Look(stroke="#3a4651", weight=2.0),
    Look(stroke="#6b7680", weight=1.2),
    Look(stroke="#8f99a3", weight=0.7),
    Look(stroke="#7a8a5a", weight=0.8, fill="#7a8a5a", opacity=0.12),
)
_ZONE_COLOURS: Final = ("#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#d55e00")
_ZONE_DASHES: Final = (None, "8 4", "2 4")


def outline(rank: int) -> Look:
    """Give the look of an administrative layer.

    Parameters
    ----------
    rank : int
        0 for the largest areas; from the fifth on all look alike.

    Returns
    -------
    Look
        A line that thins with the rank.
    """
    return _OUTLINES[min(rank, len(_OUTLINES) - 1)]


def zone_look(index: int) -> Look:
    """Give the look of a zone layer.

    Parameters
    ----------
    index : int
        Place of the layer among the zone layers, from 0.

    Returns
    -------
    Look
        A thin fill and a line; with another dash each time that the colours begin again.
    """
    dash = _ZONE_DASHES[index // len(_ZONE_COLOURS) % len(_ZONE_DASHES)]
    colour = _ZONE_COLOURS[index % len(_ZONE_COLOURS)]
    return Look(stroke=colour, weight=1.6, fill=colour, opacity=0.14, dash=dash)
