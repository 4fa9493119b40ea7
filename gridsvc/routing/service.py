"""Asking whose an incident is: question in, answer out. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.service import Match, match
from gridsvc.catalogue.lookup import find_category
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.errors import OutsideServiceArea
from gridsvc.routing.atlas import Atlas
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Decision, Organisation, Outcome, Thing
from gridsvc.routing.finding import facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.snapshot import MapView
from gridsvc.routing.things import thing_named, things_near
from gridsvc.settings import Settings


@dataclass(frozen=True, slots=True)
class Addressed:
    """What an address without coordinates was found to mean, the likeliest first."""

    text: str
    matches: tuple[tuple[Match, Organisation | None], ...]
    """Each place with whoever leads there."""
    taken: Match | None
    """The place that was sure enough to decide by."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision with everything that is said and kept about it."""

    question: Question
    decision: Decision
    view: MapView
    map_version: int
    addressed: Addressed | None = None

    @property
    def category(self) -> CategoryRecord:
        """The category that was asked about."""
        return self.question.category


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS84 and how good it is."""

    lon: float
    lat: float
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is asked about: a category, at a place, at a time."""

    category: str
    scheme: str | None
    position: Position | None
    """None for a report that has only an address, or not even that."""
    at: datetime
    address: str | None = None
    asset: str | None = None
    """Code of the component that the report names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Answers questions from the map in memory."""

    atlas: Atlas
    near_limit_m: float
    asset_tolerance_m: float
    zone: tzinfo
    """The city's, in which rules tell day from night."""

    @classmethod
    def of(cls, settings: Settings) -> "Router":
        """Make the router of a process, which has yet to read its map."""
        return cls(
            atlas=Atlas(),
            near_limit_m=settings.near_limit_m,
            asset_tolerance_m=settings.asset_tolerance_m,
            zone=settings.zone,
        )

    async def ask(self, db: AsyncSession, edition: Edition, matter: Matter) -> Answer:
        """Decide one matter by an edition of the map."""
        view = await self.atlas.view(db, edition, at=matter.at)
        question = self.question(edition, matter)
        if matter.asset is not None:
            question, thing = await thing_named(db, question, edition, code=matter.asset)
            return answer(edition, view, question, things=[thing])
        if question.lon is None and question.address:
            matches = await match(db, question.address, at=question.at)
            return answer_by_address(edition, view, question, matches, widest_m=self.near_limit_m)
        [things] = await self.things(db, edition, [question])
        return answer(edition, view, question, things=things)

    async def things(
        self, db: AsyncSession, edition: Edition, questions: Sequence[Question]
    ) -> list[tuple[Thing, ...]]:
        """Find, for each question, the components that it may be about."""
        return await things_near(db, questions, edition, tolerance_m=self.asset_tolerance_m)

    def question(self, edition: Edition, matter: Matter) -> Question:
        """Make the question of a matter: its category found, its accuracy within the limit."""
        category = find_category(
            edition.catalogue, matter.category, scheme=matter.scheme, at=matter.at
        )
        position = matter.position
        return Question(
            category=category,
            at=matter.at.astimezone(self.zone),
            lon=position.lon if position else None,
            lat=position.lat if position else None,
            accuracy_m=min(position.accuracy_m, self.near_limit_m) if position else 0.0,
            address=matter.address,
        )


def answer(
    edition: Edition, view: MapView, question: Question, *, things: Sequence[Thing] = ()
) -> Answer:
    """Decide a question. Pure: everything it reads is in its arguments."""
    decision = decide(facts_of(question, edition=edition, view=view, things=things))
    return Answer(question, decision, view, edition.version)


def answer_by_address(
    edition: Edition,
    view: MapView,
    question: Question,
    matches: Sequence[Match],
    *,
    widest_m: float,
) -> Answer:
    """Decide by the place that an address surely means; without one a person chooses. Pure.

    A place that is wider than any accuracy that is weighed, such as a whole street office's,
    says too little about where in it the matter is.
    """
    places = [replace(question, lon=m.lon, lat=m.lat, accuracy_m=m.radius_m) for m in matches]
    answers = [answer(edition, view, place) for place in places]
    leads = tuple(
        (match, found.decision.lead if match.radius_m <= widest_m else None)
        for match, found in zip(matches, answers, strict=True)
    )
    best = matches[0] if matches else None
    taken = best if best and best.sure and best.radius_m <= widest_m else None
    chosen = answers[0] if taken else answer(edition, view, question)
    return replace(chosen, addressed=Addressed(question.address or "", leads, taken))


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
