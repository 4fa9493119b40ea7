"""Compares answers with the labels that a city gave its own requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas
import pandas as pd
import shapely

from tests.docs.markdown import table

METRES = "EPSG:32618"
"""UTM zone 18 north, in which both Washington and New York lie: true to 0.4 per mille."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How answers agree with labels, in per cent; and the rows whose answer is nowhere near."""

    points: int
    exact: float
    within_1_m: float
    outside: Sequence[int]

    @property
    def row(self) -> list[str]:
        """The figures as the table in docs/real-data.md shows them."""
        return [
            f"{self.points:,}",
            f"{self.exact:.2f} %",
            f"{self.within_1_m:.2f} %",
            str(len(self.outside)),
        ]


def agreement(
    points: pd.DataFrame, answers: Sequence[str | None], areas: Mapping[str, shapely.Geometry]
) -> Agreement:
    """Compare.

    An answer is exact if it is the label, and within 1 m if the area of the label comes that near
    to the point: most disagreement is of points on the middle line of a street that is a border.
    """
    distances = _distances(points, areas)
    exact = [answer == label for answer, label in zip(answers, points["label"], strict=True)]
    near = [same or metres <= 1 for same, metres in zip(exact, distances, strict=True)]
    outside = [row for row, answer in enumerate(answers) if answer is None]
    return Agreement(len(points), _per_cent(exact), _per_cent(near), outside)


def told(place: str) -> list[str]:
    """Read what docs/real-data.md says of a place."""
    head = ("Place", "Way", "Labelled points", "Exact", "Within 1 m", "Outside every area")
    rows = {row[0]: row[2:] for row in table("docs/real-data.md", *head)}
    return rows[place]


def _distances(points: pd.DataFrame, areas: Mapping[str, shapely.Geometry]) -> Sequence[float]:
    """Metres from each point to the area of its label."""
    at = geopandas.GeoSeries.from_xy(points["lon"], points["lat"], crs="EPSG:4326").to_crs(METRES)
    grounds = geopandas.GeoSeries(
        [areas[label] for label in points["label"]], crs="EPSG:4326"
    ).to_crs(METRES)
    found: Sequence[float] = at.distance(grounds, align=False).tolist()
    return found


def _per_cent(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / len(hits)
