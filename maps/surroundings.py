"""What a case's map shows beside its decision: where it was before, cases and components near."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np

from maps.layers import Layer, require_columns
from maps.listing import Listing, Place, listing
from maps.names import texts
from maps.shapes import ShapeSet, drawable
from maps.style import CASE_ENDED, CASE_OPEN, CASE_OVERDUE, EARLIER, NEAR_COMPONENT
from maps.words import Language, length, words

_CASES: Final = (
    ("near_ended", CASE_ENDED, "ended"),
    ("near_open", CASE_OPEN, "open"),
    ("near_overdue", CASE_OVERDUE, "overdue"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What was before a decision, and what is near the case. Every frame is in EPSG:4326."""

    history: geopandas.GeoDataFrame
    """One row per decision, the newest first: `at` (text), `organisation`, `why`, `moved` (bool,
    whether it was elsewhere than now), `geometry` (its place then, or None)."""
    cases: geopandas.GeoDataFrame
    """As they are to be listed: `reference`, `category`, `status`, `state` (open, overdue or
    ended), `distance_m`, `href`, `geometry`."""
    cases_m: float
    """Within which distance cases were looked for, in metres."""
    components: geopandas.GeoDataFrame
    """The nearest first: `code`, `name`, `organisation`, `distance_m`, `geometry`."""
    components_m: float


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A frame as the map holds it, and what is said about it."""

    shapes: ShapeSet
    frame: geopandas.GeoDataFrame
    within: str = ""


def around_shapes(near: Surroundings, language: Language) -> list[_Drawn]:
    """Take what the map needs from the surroundings of a case.

    Parameters
    ----------
    near : Surroundings
        In EPSG:4326 (lon, lat).
    language : Language
        Of headings and distances.

    Returns
    -------
    list
        For `around_layers` and `around_listings`: history, cases, components.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    require_columns(near.history, ("at", "organisation", "why", "moved"))
    require_columns(near.cases, ("reference", "category", "status", "state", "distance_m", "href"))
    require_columns(near.components, ("code", "name", "organisation", "distance_m"))
    text = words(language)
    earlier = _shapes("earlier", text["earlier_place"], near.history, "at", {})
    cases = _shapes("cases", text["case"], near.cases, "reference", _case_facts(near, language))
    owners = {text["owner"]: texts(near.components["organisation"])}
    things = _shapes("components", text["component"], near.components, "name", owners)
    return [
        _Drawn(earlier, near.history),
        _Drawn(cases, near.cases, length(near.cases_m, language)),
        _Drawn(things, near.components, length(near.components_m, language)),
    ]


def _shapes(
    key: str,
    title: str,
    frame: geopandas.GeoDataFrame,
    name: str,
    facts: Mapping[str, Sequence[str]],
) -> ShapeSet:
    return ShapeSet(
        key=key,
        title=title,
        geometries=drawable(frame),
        names=texts(frame[name]),
        facts=facts,
        exact=True,
    )


def _case_facts(near: Surroundings, language: Language) -> Mapping[str, Sequence[str]]:
    text = words(language)
    return {
        text["category"]: texts(near.cases["category"]),
        text["state"]: texts(near.cases["status"]),
    }


def around_layers(drawn: Sequence[_Drawn], language: Language) -> list[Layer]:
    """Draw the surroundings of a case.

    Parameters
    ----------
    drawn : list
        From `around_shapes`; empty where nothing of them is shown.
    language : Language
        Of the legend.

    Returns
    -------
    list of Layer
        Components below, then cases, the overdue ones over the others, then earlier places.
    """
    if not drawn:
        return []
    text = words(language)
    history, cases, components = drawn
    states = cases.frame["state"].to_numpy()
    moved = history.frame["moved"].to_numpy(dtype=bool)
    every = np.ones(len(components.frame), dtype=bool)
    entries = [
        (text["near_component"], components, NEAR_COMPONENT, every),
        *((text[word], cases, look, states == state) for word, look, state in _CASES),
        (text["earlier_place"], history, EARLIER, moved),
    ]
    return [
        Layer(
            name=name,
            group="around",
            shapes=one.shapes,
            look=look,
            members=np.flatnonzero(rows).tolist(),
            pinned=True,
        )
        for name, one, look, rows in entries
        if rows.any()
    ]


def around_listings(drawn: Sequence[_Drawn], language: Language) -> list[Listing]:
    """List the surroundings of a case.

    Parameters
    ----------
    drawn : list
        From `around_shapes`.
    language : Language
        Of headings and distances.

    Returns
    -------
    list of Listing
        The decisions; the cases and the components near, in the order of their frames.
    """
    if not drawn:
        return []
    text = words(language)
    history, cases, components = drawn
    return [
        listing(
            text["passed"], (text["decided_at"], text["organisation"], text["why"]), _past(history)
        ),
        listing(
            text["near_cases"].format(metres=cases.within),
            (text["case"], text["category"], text["state"], text["distance"]),
            _cases(cases, language),
        ),
        listing(
            text["near_components"].format(metres=components.within),
            (text["component"], text["owner"], text["distance"]),
            _components(components, language),
        ),
    ]


def _past(history: _Drawn) -> list[Place]:
    frame = history.frame
    columns = zip(
        texts(frame["at"]),
        texts(frame["organisation"]),
        texts(frame["why"]),
        history.shapes.geometries,
        frame["moved"],
        strict=True,
    )
    return [
        Place("earlier", row, at, (organisation, why), shape=shape is not None and bool(moved))
        for row, (at, organisation, why, shape, moved) in enumerate(columns)
    ]


def _cases(cases: _Drawn, language: Language) -> list[Place]:
    frame = cases.frame
    columns = zip(
        texts(frame["reference"]),
        texts(frame["category"]),
        texts(frame["status"]),
        frame["distance_m"],
        texts(frame["href"]),
        strict=True,
    )
    return [
        Place("cases", row, name, (category, status, length(metres, language)), href=href)
        for row, (name, category, status, metres, href) in enumerate(columns)
    ]


def _components(components: _Drawn, language: Language) -> list[Place]:
    frame = components.frame
    columns = zip(
        texts(frame["name"]),
        texts(frame["code"]),
        texts(frame["organisation"]),
        frame["distance_m"],
        strict=True,
    )
    return [
        Place("components", row, f"{name} {code}", (owner, length(metres, language)))
        for row, (name, code, owner, metres) in enumerate(columns)
    ]
