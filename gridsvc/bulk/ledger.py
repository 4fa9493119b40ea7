"""The decisions of one view of the map, each made once for all questions like it."""

from collections.abc import Sequence
from threading import Lock

import numpy as np

from gridsvc.bulk.asked import Asked
from gridsvc.bulk.coverings import Covering, Coverings
from gridsvc.bulk.findings import ALONE, LEAD, MEASURED, OUTCOME, ZONE, Finding, Findings
from gridsvc.bulk.likeness import Places
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Flags, Floats, Ints, Points, rows_where
from gridsvc.bulk.precedents import Precedents
from gridsvc.bulk.terrain import NO_GROUND, Terrain
from gridsvc.bulk.things import Nearby, Things
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Decision, Thing
from gridsvc.routing.finding import facts_deep_inside, facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.snapshot import MapView


class Ledger:
    """Decides points by one view; several threads may use it at once."""

    def __init__(self, view: MapView, edition: Edition, names: Names, things: Things) -> None:
        self._view = view
        self._edition = edition
        self._names = names
        self._things = things
        self._position = {area.id: position for position, area in enumerate(view.areas)}
        places = Places(edition, view.areas)
        self._terrain = Terrain(view, edition, places.speaking)
        self._coverings = Coverings(view.index.sets(), places, self._terrain)
        self._speaking = self._coverings.view(places.speaking)
        self._policed = self._coverings.view(self._terrain.policed)
        self._findings = Findings()
        self._precedents = Precedents(places, self._coverings, self._findings, self._in_common)
        self._writing = Lock()

    def decide(self, asked: Asked, *, measured: bool) -> Answers:
        """Decide points; a distance is found for each if all are to be measured."""
        unlocated = np.isnan(asked.points.lon)
        if not unlocated.any():
            return self._located(asked, measured=measured)
        answers, rows = Answers.blank(len(unlocated)), np.flatnonzero(~unlocated)
        answers.put(rows, self._located(asked.where(rows), measured=measured))
        for row in np.flatnonzero(unlocated).tolist():
            question = asked.matter(row).asked_at(None, None, 0.0)
            self._put(answers, row, self._by_itself(question))
        return answers

    def _located(self, asked: Asked, *, measured: bool) -> Answers:
        """Decide points by what they have in common, and the few others by themselves."""
        points = asked.points
        sets = self._coverings.at(points.lon, points.lat)
        alone, grounds = self._terrain.alone(points.lon, points.lat, points.accuracy_m)
        near = self._things.near(points, asked.numbers, asked.matters)
        with self._writing:
            outcome, lead, zone, areas = self._look_up(asked, sets, grounds, near, alone)
        distance, fault = np.full(len(points), np.nan), np.full(len(points), NONE)
        if measured:
            self._measure(points, areas, ~alone, into=distance)
        answers = Answers(outcome, lead, zone, distance, fault)
        nth = {row: nth for nth, row in enumerate(near.rows.tolist())}
        for row in np.flatnonzero(alone).tolist():
            things = self._things.listed(near, nth[row]) if row in nth else ()
            self._put(answers, row, self._by_itself(asked.question(row), things))
        return answers

    def _look_up(
        self, asked: Asked, sets: Ints, grounds: Ints, near: Nearby, alone: Flags
    ) -> Sequence[Ints]:
        """Give what was found for each point, and flag those that must be asked by themselves."""
        self._coverings.learn()
        likeness = self._precedents.likeness(asked.matters)[asked.numbers]
        found = self._precedents.found(likeness, sets)
        alone |= self._findings.column(ALONE, found) == 1
        rows = np.flatnonzero((grounds != NO_GROUND) & ~alone)
        found[rows] = self._on_grounds(asked, rows, likeness[rows], sets[rows], grounds[rows])
        found[near.rows] = self._by_things(asked, near, likeness[near.rows], sets[near.rows])
        columns = [self._findings.column(place, found) for place in (OUTCOME, LEAD, ZONE, MEASURED)]
        columns[-1] = np.where(columns[-1] == NONE, self._coverings.smallest[sets], columns[-1])
        return columns

    def _on_grounds(
        self, asked: Asked, rows: Ints, likeness: Ints, sets: Ints, grounds: Ints
    ) -> Ints:
        """Give what is found on ground that a policy declares."""
        classes = self._coverings.classes[[[self._speaking], [self._policed]], sets]
        keys = np.column_stack([likeness, *classes, grounds])

        def find(nth: int) -> Finding:
            return self._finding_of(self._by_itself(asked.question(int(rows[nth]))))

        return self._findings.numbers("ground", keys, find)

    def _by_things(self, asked: Asked, near: Nearby, likeness: Ints, sets: Ints) -> Ints:
        """Give what is found where components are near, which matter more than the place."""
        keys = np.column_stack([likeness, self._coverings.estate[sets], *near.owners()])

        def find(nth: int) -> Finding:
            matter = asked.matter(int(near.rows[nth]))
            covering = self._coverings[int(sets[nth])]
            return self._in_common(matter, covering, self._things.listed(near, nth))

        return self._findings.numbers("things", keys, find)

    def _measure(self, points: Points, areas: Ints, asked: Flags, *, into: Floats) -> None:
        """Fill in the metres to the border of each point's area, or to the nearest area."""
        rows = rows_where(asked & (areas != NONE))
        into[rows] = np.abs(
            self._view.index.distances_to_border(
                areas[rows], points.lon[rows], points.lat[rows], covering=True
            )
        )
        for row in np.flatnonzero(asked & (areas == NONE)).tolist():
            nearest = self._view.nearest(float(points.lon[row]), float(points.lat[row]))
            into[row] = np.nan if nearest is None else -nearest.inside_m

    def _put(self, answers: Answers, row: int, decision: Decision) -> None:
        """Fill in a point that was decided by itself."""
        found, metres = self._finding_of(decision), decision.distance_to_boundary_m
        distance = np.nan if metres is None else metres
        answers.put_one(row, found[OUTCOME], found[LEAD], found[ZONE], distance)

    def _in_common(
        self, matter: Matter, covering: Covering, things: Sequence[Thing] = ()
    ) -> Finding:
        """Decide for all points deep inside some areas."""
        question = matter.asked_at(None, None, 0.0)
        facts = facts_deep_inside(
            covering, question, edition=self._edition, view=self._view, things=things
        )
        return self._finding_of(decide(facts), alone=self._terrain.disputed(covering))

    def _finding_of(self, decision: Decision, *, alone: bool = False) -> Finding:
        lead, pick = decision.lead, decision.pick
        return (
            OUTCOMES.index(decision.outcome),
            NONE if lead is None else self._names.number(lead.code),
            NONE if pick is None else self._names.number(pick.place.layer, pick.place.code),
            NONE if pick is None else self._position[pick.place.area.id],
            int(alone),
        )

    def _by_itself(self, question: Question, things: Sequence[Thing] = ()) -> Decision:
        """Decide one point as if it were the only one."""
        facts = facts_of(question, edition=self._edition, view=self._view, things=things)
        return decide(facts)
