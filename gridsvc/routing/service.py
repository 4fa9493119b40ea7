"""Asking whose an incident is: question in, answer out. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.lookup import find_category
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.errors import OutsideServiceArea
from gridsvc.routing.atlas import Atlas, Edition
from gridsvc.routing.decision import decide
from gridsvc.routing.explain import Explanation, explain
from gridsvc.routing.facts import Decision, Outcome
from gridsvc.routing.snapshot import MapView, Question


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision with everything that is said and kept about it."""

    question: Question
    decision: Decision
    explanation: Explanation
    view: MapView
    map_version: int

    @property
    def category(self) -> CategoryRecord:
        """The category that was asked about."""
        return self.question.category


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS84 and how good it is; None for a report that has only an address."""

    lon: float
    lat: float
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked about: a category, at a place, at a time."""

    category: str
    scheme: str | None
    position: Position | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Router:
    """Answers questions from the map in memory."""

    atlas: Atlas
    near_limit_m: float

    async def ask(self, db: AsyncSession, edition: Edition, matter: Matter) -> Answer:
        """Decide one matter by an edition of the map."""
        view = await self.atlas.view(db, edition, at=matter.at)
        return answer(edition, view, self.question(edition, matter))

    def question(self, edition: Edition, matter: Matter) -> Question:
        """Make the question of a matter: its category found, its accuracy within the limit."""
        category = find_category(
            edition.catalogue, matter.category, scheme=matter.scheme, at=matter.at
        )
        position = matter.position
        return Question(
            category=category,
            at=matter.at,
            lon=position.lon if position else None,
            lat=position.lat if position else None,
            accuracy_m=min(position.accuracy_m, self.near_limit_m) if position else 0.0,
        )


def answer(edition: Edition, view: MapView, question: Question) -> Answer:
    """Decide a question. Pure: everything it reads is in its arguments."""
    decision = decide(view.facts(question, edition.responsibilities))
    words = explain(
        decision, category=question.category.name, category_en=question.category.name_en
    )
    return Answer(question, decision, words, view, edition.version)


def refuse_far_outside(answered: Answer, *, margin_m: float) -> None:
    """Refuse a point so far from every area that it must be a mistake."""
    decision = answered.decision
    metres = decision.distance_to_boundary_m
    if decision.outcome is not Outcome.OUTSIDE or metres is None or metres <= margin_m:
        return
    nearest = decision.nearest.name if decision.nearest else "?"
    raise OutsideServiceArea(
        en=f"The point is {metres / 1000:.1f} km from the nearest area ({nearest}); "
        "check the coordinates, their order and `crs`.",
        zh=f"该点距最近的区域（{nearest}）{metres / 1000:.1f} 公里；请检查坐标、经纬度顺序和 crs。",
        field="location",
        distance_m=round(metres),
    )
