"""The decisions of one view of the map, each made once for all questions like it."""

from collections.abc import Hashable, Sequence
from functools import partial
from threading import Lock

import numpy as np

from gridsvc.bulk.asked import Asked
from gridsvc.bulk.findings import ALONE, LEAD, MEASURED, OUTCOME, ZONE, Finding, Findings
from gridsvc.bulk.likeness import DECIDING, LEADING, Places, Roles
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Flags, Floats, Ints, Points, rows_where
from gridsvc.bulk.terrain import Terrain
from gridsvc.bulk.things import Nearby, Things
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Decision, Outcome, Thing
from gridsvc.routing.finding import facts_deep_inside, facts_of
from gridsvc.routing.question import Question
from gridsvc.routing.snapshot import MapView

Covering = tuple[int, ...]
"""Areas that cover a point, by position, ascending."""
_FALLBACK = OUTCOMES.index(Outcome.FALLBACK)


class Ledger:
    """One view's decisions: a table with a row for each matter and a column for each place."""

    def __init__(self, view: MapView, edition: Edition, names: Names, things: Things) -> None:
        self._view = view
        self._edition = edition
        self._names = names
        self._things = things
        self._places = Places(edition, view.areas)
        self._terrain = Terrain(view, edition, self._places.speaking)
        self._position = {area.id: position for position, area in enumerate(view.areas)}
        self._sets = view.index.sets()
        self._of_sets = np.empty((0, 3), dtype=np.int64)
        self._estates: dict[Hashable, int] = {}
        self._rows: dict[Hashable, int] = {}
        self._columns: dict[Hashable, int] = {}
        self._table = np.full((0, 0), NONE, dtype=np.int64)
        self._examples: list[Covering] = []
        self._speaking: dict[Hashable, frozenset[int]] = {}
        self._classes: dict[tuple[int, frozenset[int]], Hashable] = {}
        self._findings = Findings()
        self._writing = Lock()

    def decide(self, points: Points, numbers: Ints, matters: Sequence[Matter]) -> Answers:
        """Decide points, each about one of the matters by its number."""
        unlocated = np.isnan(points.lon)
        if not unlocated.any():
            return self._located(points, numbers, matters)
        answers, rows = Answers.blank(len(points)), np.flatnonzero(~unlocated)
        answers.put(rows, self._located(points.where(rows), numbers[rows], matters))
        for row in np.flatnonzero(unlocated).tolist():
            question = matters[numbers[row]].asked_at(None, None, 0.0)
            self._put(answers, row, self._by_itself(question))
        return answers

    def _located(self, points: Points, numbers: Ints, matters: Sequence[Matter]) -> Answers:
        """Decide points by what they have in common, and the few others by themselves."""
        asked = Asked(points, numbers, matters)
        alone, grounds = self._terrain.alone(points.lon, points.lat, points.accuracy_m)
        near = self._things.near(points, numbers, matters)
        with self._writing:
            found, sets = self._look_up(asked)
            alone |= found[:, ALONE] == 1
            for row in grounds.keys() - set(np.flatnonzero(alone).tolist()):
                found[row] = self._on_ground(asked, row, grounds[row], int(sets[row]))
            found[near.rows] = self._by_things(asked, near, sets[near.rows])
            smallest = self._of_sets[sets, 1]
        answers = self._measured(points, found, smallest, alone)
        nth = {row: nth for nth, row in enumerate(near.rows.tolist())}
        for row in np.flatnonzero(alone).tolist():
            things = self._things.listed(near, nth[row]) if row in nth else ()
            self._put(answers, row, self._by_itself(asked.question(row), things))
        return answers

    def _put(self, answers: Answers, row: int, decision: Decision) -> None:
        """Fill in a point that was decided by itself."""
        found, metres = self._finding_of(decision), decision.distance_to_boundary_m
        distance = np.nan if metres is None else metres
        answers.put_one(row, found[OUTCOME], found[LEAD], found[ZONE], distance)

    def _measured(self, points: Points, found: Ints, smallest: Ints, alone: Flags) -> Answers:
        """Add the distances to what was found."""
        areas = np.where(found[:, MEASURED] == NONE, smallest, found[:, MEASURED])
        distance = self._distances(points, np.where(alone, NONE, areas))
        for row in np.flatnonzero(~alone & (areas == NONE)).tolist():
            nearest = self._view.nearest(float(points.lon[row]), float(points.lat[row]))
            distance[row] = np.nan if nearest is None else -nearest.inside_m
        outcome, lead, zone = (found[:, column] for column in (OUTCOME, LEAD, ZONE))
        return Answers(outcome, lead, zone, distance, np.full(len(points), NONE))

    def _distances(self, points: Points, areas: Ints) -> Floats:
        """Measure to the border of each point's area, where there is one."""
        distance = np.full(len(points), np.nan)
        rows = rows_where(areas != NONE)
        distance[rows] = np.abs(
            self._view.index.distances_to_border(
                areas[rows], points.lon[rows], points.lat[rows], covering=True
            )
        )
        return distance

    def _look_up(self, asked: Asked) -> tuple[Ints, Ints]:
        """Give what was found for each point, deciding what is asked for the first time.

        The set of areas at each point is given too.
        """
        sets = self._sets.ids(asked.points.lon, asked.points.lat)
        self._learn_sets()
        rows = _numbered(self._rows, [one.likeness for one in asked.matters])[asked.numbers]
        columns = self._of_sets[sets, 0]
        self._widen()
        entries = self._table[rows, columns]
        unknown = np.flatnonzero(entries == NONE)
        pairs = rows[unknown] * len(self._columns) + columns[unknown]
        for point in unknown[np.unique(pairs, return_index=True)[1]].tolist():
            row, column = rows[point], int(columns[point])
            self._table[row, column] = self._finding(asked.matter(point), column)
        if len(unknown):
            entries = self._table[rows, columns]
        return self._findings.rows(entries), sets.astype(np.int64)

    def _learn_sets(self) -> None:
        """Class the sets of areas that are new, and find the smallest area of each."""
        new = [self._sets[number] for number in range(len(self._of_sets), len(self._sets))]
        if new:
            columns = self._columns_of(new)
            smallest = [self._places.smallest_of(one) for one in new]
            estates = _numbered(self._estates, [self._places.estate_of(one) for one in new])
            of_new = np.column_stack([columns, smallest, estates])
            self._of_sets = np.concatenate([self._of_sets, of_new])

    def _columns_of(self, sets: Sequence[Covering]) -> Ints:
        """Give each set its column; the first set of a column stands for all."""
        columns = _numbered(self._columns, [self._class_of(s, self._places.speaking) for s in sets])
        for column, covering in zip(columns.tolist(), sets, strict=True):
            if column == len(self._examples):
                self._examples.append(covering)
        return columns

    def _widen(self) -> None:
        """Make room for matters and places that are new; twice as much as is needed."""
        have, need = self._table.shape, (len(self._rows), len(self._columns))
        if have[0] < need[0] or have[1] < need[1]:
            table = np.full((2 * need[0], 2 * need[1]), NONE, dtype=np.int64)
            table[: have[0], : have[1]] = self._table
            self._table = table

    def _finding(self, matter: Matter, column: int) -> int:
        """Give the number of what is found, deciding it unless a like place is known.

        Whose duty a place is matters only where nobody leads.
        """
        covering = self._examples[column]
        for roles in (LEADING, DECIDING):
            key = matter.likeness, self._class_in(matter, column, roles)
            number = self._findings.number(key, lambda: self._common(matter, covering))
            if self._findings[number][OUTCOME] != _FALLBACK:
                return number
        return number

    def _class_in(self, matter: Matter, column: int, roles: Roles) -> Hashable:
        """Give what distinguishes the places of a column for a matter."""
        speaking = self._speaking.get((matter.likeness, roles))
        if speaking is None:
            speaking = self._places.speaking_about(matter.category, roles)
            self._speaking[matter.likeness, roles] = speaking
        if (column, speaking) not in self._classes:
            of_column = self._class_of(self._examples[column], speaking)
            self._classes[column, speaking] = of_column
        return roles, self._classes[column, speaking]

    def _on_ground(self, asked: Asked, row: int, ground: Hashable, number: int) -> Finding:
        """Give what is found on ground that a policy declares."""
        policed = self._terrain.policed(self._sets[number])
        key = asked.matter(row).likeness, int(self._of_sets[number, 0]), policed, ground
        found = self._findings.number(
            ("ground", *key), lambda: self._finding_of(self._by_itself(asked.question(row)))
        )
        return self._findings[found]

    def _by_things(self, asked: Asked, near: Nearby, sets: Ints) -> Ints:
        """Give what is found where components are near, which matter more than the place."""
        likeness = _numbered(self._rows, [one.likeness for one in asked.matters])
        of_points = likeness[asked.numbers[near.rows]], self._of_sets[sets, 2], *near.owners()
        numbers = [
            self._findings.number(("things", *key), partial(self._by_thing, asked, near, nth))
            for nth, key in enumerate(zip(*(column.tolist() for column in of_points), strict=True))
        ]
        return self._findings.rows(np.array(numbers, dtype=np.int64))

    def _by_thing(self, asked: Asked, near: Nearby, nth: int) -> Finding:
        row, points = int(near.rows[nth]), asked.points
        covering = self._view.index.covers(float(points.lon[row]), float(points.lat[row]))
        return self._common(asked.matter(row), covering, self._things.listed(near, nth))

    def _class_of(self, covering: Covering, speaking: frozenset[int]) -> Hashable:
        return self._places.class_of(covering, speaking), self._terrain.disputed(covering)

    def _common(self, matter: Matter, covering: Covering, things: Sequence[Thing] = ()) -> Finding:
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


def _numbered(numbers: dict[Hashable, int], keys: Sequence[Hashable]) -> Ints:
    """Give each key its number, a new one where it is new."""
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
