"""Compares answers with the labels that a city gave its own requests."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import geopandas
import httpx
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


ACCURACY_M = 5
"""Of a good fix: as wide as a street's middle line is far from its kerb."""
ALSO_ASKED = 100
"""Of the points whose exact answer is the label, so many are asked with an accuracy too."""


@dataclass(frozen=True, slots=True)
class Among:
    """At how many points, of those in some area, the label is among the candidates, in per cent."""

    points: int
    among: float

    @property
    def row(self) -> list[str]:
        """The figures as the table in docs/real-data.md shows them."""
        return [f"{self.points:,}", f"{self.among:.2f} %"]


async def among_candidates(
    client: httpx.AsyncClient,
    points: pd.DataFrame,
    answers: Sequence[str | None],
    *,
    layer: str,
    category: str,
) -> Among:
    """Ask again, with the accuracy of a good fix, wherever the exact answer was not the label.

    An area that covers a point is a candidate there whatever the accuracy: of the other points
    some are asked, to see that it is so.
    """
    rows = [{str(name): str(value) for name, value in it.items()} for it in _records(points)]
    pairs = [(row, answer) for row, answer in zip(rows, answers, strict=True) if answer is not None]
    doubtful = [row for row, answer in pairs if answer != row["label"]]
    plain = [row for row, answer in pairs if answer == row["label"]]
    missed = 0
    for row in doubtful + plain[:: max(1, len(plain) // ALSO_ASKED)]:
        asked = {"lon": row["lon"], "lat": row["lat"], "category": row[category]}
        given = {**asked, "crs": "wgs84", "accuracy_m": str(ACCURACY_M)}
        answered = (await client.get("/v1/who-owns", params=given)).json()
        zones = [candidate["zone"] for candidate in answered["candidates"]]
        missed += row["label"] not in {zone["code"] for zone in zones if zone["layer"] == layer}
    return Among(len(pairs), 100 * (1 - missed / len(pairs)))


def _records(points: pd.DataFrame) -> list[dict[Hashable, object]]:
    return points.to_dict("records")


def told_among(place: str) -> list[str]:
    """Read what docs/real-data.md says of the candidates at a place."""
    head = ("Place", "Labelled points in an area", "Label among the candidates")
    rows = {row[0]: row[1:] for row in table("docs/real-data.md", *head)}
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
