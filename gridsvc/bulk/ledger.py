"""The decisions of one view of the map, each made once for all questions like it."""

from collections.abc import Hashable, Sequence
from math import inf
from threading import Lock

import numpy as np

from gridsvc.bulk.likeness import Places
from gridsvc.bulk.matter import Matter
from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Flags, Floats, Ints, Points, rows_where
from gridsvc.bulk.terrain import Terrain
from gridsvc.bulk.things import Things
from gridsvc.routing.chain import administrative_chain
from gridsvc.routing.decision import decide
from gridsvc.routing.edition import Edition
from gridsvc.routing.facts import Decision, Place, Thing
from gridsvc.routing.finding import facts_deep_inside, facts_of
from gridsvc.routing.snapshot import MapView

Covering = tuple[int, ...]
"""Areas that cover a point, by position, ascending."""
_OUTCOME, _LEAD, _ZONE, _MEASURED, _ALONE = range(5)
"""Columns of what was found."""


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
        self._of_sets = np.empty((0, 2), dtype=np.int64)
        self._rows: dict[Hashable, int] = {}
        self._columns: dict[Hashable, int] = {}
        self._table = np.full((0, 0), NONE, dtype=np.int64)
        self._speaking: dict[Hashable, frozenset[int]] = {}
        self._findings: dict[Hashable, int] = {}
        self._found: list[tuple[int, ...]] = []
        self._writing = Lock()

    def decide(self, points: Points, numbers: Ints, matters: Sequence[Matter]) -> Answers:
        """Decide points, each about one of the matters by its number."""
        answers = Answers.blank(len(points))
        alone = np.isnan(points.lon)
        rows = rows_where(~alone)
        together, alone[rows] = self._together(points.where(rows), numbers[rows], matters)
        answers.put(rows, together)
        things = self._things.near(points, numbers, matters)
        alone[list(things)] = True
        for row in np.flatnonzero(alone).tolist():
            near = things.get(row, ())
            answers.put_one(row, *self._by_itself(points, row, matters[numbers[row]], near))
        return answers

    def _together(
        self, points: Points, numbers: Ints, matters: Sequence[Matter]
    ) -> tuple[Answers, Flags]:
        """Decide points by what they have in common, and tell for which that does not hold."""
        found, smallest = self._look_up(points, numbers, matters)
        alone = found[:, _ALONE] == 1
        alone |= self._terrain.alone(points.lon, points.lat, points.accuracy_m)
        measured = np.where(found[:, _MEASURED] == NONE, smallest, found[:, _MEASURED])
        distance = self._distances(points, np.where(alone, NONE, measured))
        for row in np.flatnonzero(~alone & (measured == NONE)).tolist():
            nearest = self._view.nearest(float(points.lon[row]), float(points.lat[row]))
            distance[row] = np.nan if nearest is None else -nearest.inside_m
        outcome, lead, zone = (found[:, column] for column in (_OUTCOME, _LEAD, _ZONE))
        return Answers(outcome, lead, zone, distance, np.full(len(points), NONE)), alone

    def _distances(self, points: Points, areas: Ints) -> Floats:
        """Measure to the border of each point's area, where there is one."""
        distance = np.full(len(points), np.nan)
        rows = rows_where(areas != NONE)
        distance[rows] = np.abs(
            self._view.index.distances_to_border(areas[rows], points.lon[rows], points.lat[rows])
        )
        return distance

    def _look_up(
        self, points: Points, numbers: Ints, matters: Sequence[Matter]
    ) -> tuple[Ints, Ints]:
        """Give what was found for each point, deciding what is asked for the first time.

        The smallest area at each point is given too.
        """
        with self._writing:
            sets = self._sets.ids(points.lon, points.lat)
            self._learn_sets()
            rows = _numbered(self._rows, [one.likeness for one in matters])[numbers]
            columns, smallest = self._of_sets[sets].T
            self._widen()
            entries = self._table[rows, columns]
            unknown = np.flatnonzero(entries == NONE)
            pairs = rows[unknown] * len(self._columns) + columns[unknown]
            for point in unknown[np.unique(pairs, return_index=True)[1]].tolist():
                matter, covering = matters[numbers[point]], self._sets[sets[point]]
                self._table[rows[point], columns[point]] = self._finding(matter, covering)
            if len(unknown):
                entries = self._table[rows, columns]
            return np.array(self._found, dtype=np.int64).reshape(-1, 5)[entries], smallest

    def _learn_sets(self) -> None:
        """Class the sets of areas that are new, and find the smallest area of each."""
        new = [self._sets[number] for number in range(len(self._of_sets), len(self._sets))]
        if new:
            speaking = self._places.speaking
            columns = _numbered(self._columns, [self._class_of(one, speaking) for one in new])
            smallest = [self._smallest(one) for one in new]
            self._of_sets = np.concatenate([self._of_sets, np.column_stack([columns, smallest])])

    def _widen(self) -> None:
        """Make room for matters and places that are new; twice as much as is needed."""
        have, need = self._table.shape, (len(self._rows), len(self._columns))
        if have[0] < need[0] or have[1] < need[1]:
            table = np.full((2 * need[0], 2 * need[1]), NONE, dtype=np.int64)
            table[: have[0], : have[1]] = self._table
            self._table = table

    def _finding(self, matter: Matter, covering: Covering) -> int:
        """Give the number of what is found, deciding it unless a like place is known."""
        if matter.likeness not in self._speaking:
            self._speaking[matter.likeness] = self._places.speaking_about(matter.category)
        speaking = self._speaking[matter.likeness]
        key = (matter.likeness, self._class_of(covering, speaking))
        if key not in self._findings:
            self._findings[key] = len(self._found)
            self._found.append(self._common(matter, covering))
        return self._findings[key]

    def _class_of(self, covering: Covering, speaking: frozenset[int]) -> Hashable:
        return self._places.class_of(covering, speaking), self._terrain.disputed(covering)

    def _common(self, matter: Matter, covering: Covering) -> tuple[int, ...]:
        """Decide for all points deep inside some areas."""
        facts = facts_deep_inside(
            covering, matter.asked_at(None, None, 0.0), edition=self._edition, view=self._view
        )
        decision = decide(facts)
        pick = decision.pick
        measured = self._position[pick.place.area.id] if pick else NONE
        alone = self._terrain.disputed(covering)
        return *self._numbers_of(decision), measured, int(alone)

    def _numbers_of(self, decision: Decision) -> tuple[int, int, int]:
        lead, pick = decision.lead, decision.pick
        return (
            OUTCOMES.index(decision.outcome),
            NONE if lead is None else self._names.number(lead.code),
            NONE if pick is None else self._names.number(pick.place.layer, pick.place.code),
        )

    def _smallest(self, covering: Covering) -> int:
        chain = administrative_chain(Place(self._view.areas[p], inf, 1.0) for p in covering)
        return self._position[chain[-1].area.id] if chain else NONE

    def _by_itself(
        self, points: Points, row: int, matter: Matter, things: Sequence[Thing]
    ) -> tuple[int, int, int, float]:
        """Decide one point as if it were the only one."""
        lon, lat = float(points.lon[row]), float(points.lat[row])
        if np.isnan(lon):
            question = matter.asked_at(None, None, 0.0)
        else:
            question = matter.asked_at(lon, lat, float(points.accuracy_m[row]))
        facts = facts_of(question, edition=self._edition, view=self._view, things=things)
        decision = decide(facts)
        metres = decision.distance_to_boundary_m
        return *self._numbers_of(decision), np.nan if metres is None else metres


def _numbered(numbers: dict[Hashable, int], keys: Sequence[Hashable]) -> Ints:
    """Give each key its number, a new one where it is new."""
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
