"""Facts for the rule, made by hand or drawn by hypothesis: nothing here looks at a map."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from gridsvc.routing.facts import (
    Area,
    Basis,
    Candidate,
    Claim,
    Facts,
    Favour,
    Kind,
    Layer,
    Organisation,
    Place,
)


def organisation(code: str) -> Organisation:
    return Organisation(UUID(int=ord(code[0])), code, f"单位{code}", f"Body {code}")


BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
OF_LAYER = ("basis", "overlap_allowed")


def place(code: str = "A", **changes: Any) -> Place:
    """A place that holds the whole accuracy disc, 100 m from its border."""
    layer = {
        "id": UUID(int=7),
        "name": changes.pop("layer", "cleaning"),
        "title": "环卫责任区",
        "title_en": "sanitation",
        "level": changes.pop("level", None),
        "basis": changes.pop("basis", Basis.TERRITORY),
        "overlap_allowed": changes.pop("overlap_allowed", False),
    }
    area = {
        "id": changes.pop("area_id", UUID(int=sum(map(ord, code)))),
        "layer": Layer(**layer),
        "code": code,
        "name": f"{code}区",
        "parent": None,
        "area_m2": changes.pop("area_m2", 1000.0),
    }
    return Place(**{"area": Area(**area), "inside_m": 100.0, "share": 1.0, **changes})


def candidate(who: str = "x", where: Place | None = None, **changes: Any) -> Candidate:
    """An organisation that leads, for all categories, where the whole disc lies."""
    at = where or place()
    layer = replace(at.area.layer, **{k: changes.pop(k) for k in OF_LAYER if k in changes})
    category = changes.pop("category", None)
    claim = Claim(
        id=changes.pop("responsibility_id", UUID(int=1)),
        organisation=changes.pop("organisation", None) or organisation(who),
        layer=layer.name,
        area_code=None if changes.pop("whole_layer", False) else at.code,
        scheme=category and "test",
        category_code=category,
        role="lead",
        priority=changes.pop("priority", 0),
        valid_from=BEGAN,
        valid_to=None,
    )
    at = replace(at, area=replace(at.area, layer=layer))
    return Candidate(**{"place": at, "claim": claim, "specificity": 2, **changes})


def facts(*candidates: Candidate, **changes: Any) -> Facts:
    """What is known about an event at a place with these candidates."""
    return Facts(**{"kind": Kind.EVENT, "located": True, "candidates": candidates, **changes})


IDS = st.integers(1, 2**64).map(lambda number: UUID(int=number))
# Few values each, so that ties at every point of the order are common.
PLACES = st.builds(
    place,
    st.sampled_from("ABC"),
    area_id=st.integers(1, 8).map(lambda number: UUID(int=number)),
    layer=st.sampled_from(["cleaning", "power"]),
    area_m2=st.sampled_from([1.0, 2.0]),
    inside_m=st.sampled_from([-5.0, -0.0, 0.0, 5.0]),
    share=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
)
CANDIDATES = st.builds(
    candidate,
    st.sampled_from("xyz"),
    PLACES,
    basis=st.sampled_from(Basis),
    overlap_allowed=st.booleans(),
    responsibility_id=IDS,
    priority=st.integers(0, 1),
    category=st.sampled_from([None, "02"]),
    specificity=st.integers(0, 2),
    favour=st.none() | st.sampled_from(Favour),
)
CHAINS = st.integers(0, 5).map(
    lambda depth: tuple(
        place(f"L{number}", layer=level, level=level)
        for number, level in enumerate(("district", "street", "community", "grid", "sub_estate"))
        if number < depth
    )
)


def some(
    rows: st.SearchStrategy[Candidate], *, at_most: int, at_least: int = 0
) -> st.SearchStrategy[list[Candidate]]:
    """Several candidates: a responsibility answers for each area once."""
    return st.lists(rows, min_size=at_least, max_size=at_most, unique_by=_answering)


def _answering(one: Candidate) -> tuple[object, ...]:
    return (one.place.layer, one.place.area.code, one.claim.id)


@st.composite
def all_facts(draw: st.DrawFn, *, candidates: int = 0) -> Facts:
    """Any facts; with `candidates`, those of a place that has at least so many."""
    chain = draw(CHAINS)
    duties = st.builds(
        candidate,
        st.sampled_from("xyz"),
        st.sampled_from(chain) if chain else PLACES,
        responsibility_id=IDS,
    )
    return Facts(
        kind=draw(st.sampled_from(Kind)),
        located=candidates > 0 or draw(st.booleans()),
        chain=chain,
        candidates=draw(some(CANDIDATES, at_least=candidates, at_most=5)),
        co_handlers=draw(some(CANDIDATES, at_most=3)),
        duties=draw(some(duties | CANDIDATES, at_most=3)),
        nearest=draw(st.none() | PLACES),
    )
