"""Asking whose an incident is: question in, answer out. Writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.addresses.gazetteer import Road
from gridsvc.addresses.score import Match
from gridsvc.addresses.shelf import Gazetteers
from gridsvc.catalogue.lookup import find_category
from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.errors import OutsideServiceArea
from gridsvc.routing.atlas import Atlas
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Candidate, Decision, Organisation, Outcome, Thing
from gridsvc.routing.finding import facts_of, facts_within
from gridsvc.routing.question import Question
from gridsvc.routing.roads import AROUND_M
from gridsvc.routing.snapshot import MapView
from gridsvc.routing.things import thing_named, things_near
from gridsvc.settings import Settings

BESIDE_A_ROAD = 2e-4
"""Degrees, some twenty metres: a matter on a road lies beside the middle of it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A place that an address may mean, and what is decided there.

    A place that is wider than any accuracy that is weighed, such as a whole street office's, says
    too little about where in it the matter is: whoever may lead in some part of it is named.
    """

    match: Match
    decision: Decision
    wide: bool

    @property
    def lead(self) -> Organisation | None:
        """Whoever leads there, if the place says enough."""
        return None if self.wide else self.decision.lead

    @property
    def leads(self) -> tuple[Organisation, ...]:
        """Whoever may lead in some part of a wide place, the likeliest first."""
        decision = self.decision
        return (decision.lead, *decision.rivals) if self.wide and decision.lead else ()

    @property
    def parts(self) -> tuple[Candidate, ...]:
        """The best area of each of them."""
        return self.decision.possible if self.wide else ()


@dataclass(frozen=True, slots=True)
class Addressed:
    """What an address without coordinates was found to mean, the likeliest first."""

    text: str
    matches: tuple[Meant, ...]
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
    roads: tuple[Road, ...] = ()
    """Those near the place, where it matters on which side of one it lies."""

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
    gazetteers: Gazetteers
    near_limit_m: float
    asset_tolerance_m: float
    asset_far_m: float
    zone: tzinfo
    """The city's, in which rules tell day from night."""

    @classmethod
    def of(cls, settings: Settings) -> "Router":
        """Make the router of a process, which has yet to read its map."""
        return cls(
            atlas=Atlas(),
            gazetteers=Gazetteers(),
            near_limit_m=settings.near_limit_m,
            asset_tolerance_m=settings.asset_tolerance_m,
            asset_far_m=settings.asset_far_m,
            zone=settings.zone,
        )

    async def ask(self, db: AsyncSession, edition: Edition, matter: Matter) -> Answer:
        """Decide one matter by an edition of the map."""
        view = await self.atlas.view(db, edition, at=matter.at)
        return await self.ask_by(db, edition, view, matter)

    async def ask_by(
        self, db: AsyncSession, edition: Edition, view: MapView, matter: Matter
    ) -> Answer:
        """Decide a matter by a view of the map."""
        question = self.question(edition, matter)
        if matter.asset is not None:
            question, thing = await thing_named(
                db, question, edition, code=matter.asset, far_m=self.asset_far_m
            )
            return answer(edition, view, question, things=[thing])
        if question.lon is None and question.address:
            names = await self.gazetteers.get(db, edition.version, at=question.at)
            matches = names.match(question.address)
            # A wide place is cut along the borders in it: other requests go on meanwhile.
            found = await asyncio.to_thread(
                answer_by_address, edition, view, question, matches, widest_m=self.near_limit_m
            )
        else:
            [things] = await self.things(db, edition, [question])
            found = answer(edition, view, question, things=things)
        return await self._with_roads(db, found)

    async def _with_roads(self, db: AsyncSession, found: Answer) -> Answer:
        """Add the roads by which a person can tell on which side a doubtful place lies."""
        question = found.question
        if not found.decision.rivals or question.lon is None or question.lat is None:
            return found
        names = await self.gazetteers.get(db, found.map_version, at=question.at)
        metres = max(question.accuracy_m, AROUND_M)
        roads = names.roads_near(question.lon, question.lat, metres=metres)
        return replace(found, roads=tuple(roads))

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
    """Decide by the place that an address surely means; without one a person chooses. Pure."""
    meant = tuple(_meant(edition, view, question, match, widest_m) for match in matches)
    best = meant[0] if meant else None
    taken = best.match if best and best.match.sure and not best.wide else None
    chosen = answer(edition, view, _at(question, taken) if taken else question)
    return replace(chosen, addressed=Addressed(question.address or "", meant, taken))


def _at(question: Question, match: Match) -> Question:
    return replace(question, lon=match.lon, lat=match.lat, accuracy_m=match.radius_m)


def _meant(
    edition: Edition, view: MapView, question: Question, match: Match, widest_m: float
) -> Meant:
    """Decide where a place is or, of one that is too wide, what may be in its parts."""
    here = _at(question, match)
    if match.radius_m <= widest_m:
        return Meant(match, answer(edition, view, here).decision, wide=False)
    facts = facts_within(_ground(view, match), here, edition=edition, view=view)
    return Meant(match, decide(facts), wide=True)


def _ground(view: MapView, match: Match) -> BaseGeometry:
    """Give the ground of a place: its own shape, or what lies along a road."""
    known = view.shape_named(match.level, match.code) if match.level else None
    return known or match.ground.buffer(BESIDE_A_ROAD)


def refuse_far_outside(decision: Decision, *, margin_m: float) -> None:
    """Refuse a point so far from every area that it must be a mistake."""
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
