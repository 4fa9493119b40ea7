"""The rules of a whistle: who may go when, whatever is tried in whatever order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import parse_limit
from gridsvc.errors import Conflict, Invalid
from gridsvc.settings import Settings
from gridsvc.whistles.lifecycle import (
    Called,
    Kind,
    Presence,
    Score,
    Stage,
    check_end,
    presence_of,
    require_others,
)
from gridsvc.whistles.limits import DUE, Limits

BEGAN = datetime(2026, 7, 24, 1, tzinfo=UTC)  # a Friday, 09:00 in Shanghai
HOUR = timedelta(hours=1)
FRESH = Called(due=BEGAN + HOUR)
METRES = st.floats(0, 50_000)
ORDER = list(Presence)


@given(METRES, METRES, st.floats(10, 5_000), METRES)
def test_who_is_farther_off_is_never_more_surely_there(
    distance: float, accuracy: float, radius: float, more: float
) -> None:
    near = presence_of(distance, accuracy, radius_m=radius)
    far = presence_of(distance + more, accuracy, radius_m=radius)
    wide = presence_of(distance, accuracy, radius_m=radius + more)
    assert ORDER.index(far) >= ORDER.index(near) >= ORDER.index(wide)
    assert (presence_of(distance, 0, radius_m=radius) is Presence.HERE) == (distance <= radius)
    assert presence_of(distance, 0, radius_m=radius) is not Presence.UNSURE


@pytest.mark.parametrize(
    ("distance", "accuracy", "presence"),
    [
        (0, 10, Presence.HERE),
        (190, 10, Presence.HERE),
        (195, 10, Presence.UNSURE),
        (209, 10, Presence.UNSURE),
        (211, 10, Presence.AWAY),
        (0, 5_000, Presence.UNSURE),  # a fix that says nothing shows nothing
    ],
)
def test_a_position_counts_with_its_accuracy(
    distance: float, accuracy: float, presence: Presence
) -> None:
    assert presence_of(distance, accuracy, radius_m=200) is presence


ACTS: dict[str, Any] = {
    "here": lambda it, at: it.report_in(at, Presence.HERE),
    "unsure": lambda it, at: it.report_in(at, Presence.UNSURE),
    "away": lambda it, at: it.report_in(at, Presence.AWAY),
    "part": lambda it, at: it.give_part(at),
    "sign_off": lambda it, at: it.sign_off(at),
    "release": lambda it, at: it.release(at),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 90)), max_size=12))
def test_whatever_is_tried_nobody_leaves_before_it_is_done(tried: list[tuple[str, int]]) -> None:
    standing, at, done = FRESH, BEGAN, [Stage.CALLED]
    came: list[tuple[datetime, str]] = []
    for act, minutes in tried:
        at += timedelta(minutes=minutes)
        try:
            standing = ACTS[act](standing, at)
        except Conflict:
            continue
        done.append(standing.stage)
        came += [(at, act)] if act in {"here", "unsure", "away"} else []
    assert Stage.SIGNED_OFF not in done or done[-1] is Stage.SIGNED_OFF
    assert Stage.RELEASED not in done or done[-1] is Stage.RELEASED
    assert standing.signed_off_at is None or standing.given_at is not None
    assert standing.given_at is None or standing.reported_in_at is not None
    # The time that counts is the first one that may be from the place, if there is any.
    there = [when for when, act in came if act != "away"] or [when for when, _ in came]
    assert standing.reported_in_at == (there[0] if there else None)
    kinds = {Presence(act) for _, act in came}
    assert standing.presence == min(kinds, key=ORDER.index, default=None)
    in_time = bool(there) and there[0] <= FRESH.due and kinds != {Presence.AWAY}
    assert standing.on_time is in_time


def test_what_was_reported_from_elsewhere_is_kept_and_no_coming() -> None:
    away = FRESH.report_in(BEGAN, Presence.AWAY)
    assert (away.stage, away.on_time, away.is_awaited) == (Stage.REPORTED_IN, False, True)
    late = away.report_in(BEGAN + 2 * HOUR, Presence.HERE)
    assert (late.reported_in_at, late.on_time, late.is_awaited) == (BEGAN + 2 * HOUR, False, False)
    with pytest.raises(Conflict) as refused:
        late.report_in(BEGAN + 3 * HOUR, Presence.HERE)
    assert refused.value.code == "reported_in_already"


DONE = FRESH.report_in(BEGAN, Presence.HERE).give_part(BEGAN).sign_off(BEGAN)
GONE = FRESH.release(BEGAN)


class TestTheEnd:
    @pytest.mark.parametrize(
        ("calls", "scored", "code"),
        [
            ({"a": DONE, "b": FRESH}, ["a"], "not_signed_off"),
            ({"a": DONE, "b": FRESH.report_in(BEGAN, Presence.HERE)}, ["a"], "not_signed_off"),
            ({"a": DONE, "b": DONE}, ["a"], "scores_do_not_fit"),
            ({"a": DONE, "b": GONE}, ["a", "b"], "scores_do_not_fit"),
            ({"a": DONE}, ["a", "x"], "scores_do_not_fit"),
        ],
    )
    def test_not_before_all_have_signed_off_and_are_scored(
        self, calls: dict[str, Called], scored: list[str], code: str
    ) -> None:
        with pytest.raises((Conflict, Invalid)) as refused:
            check_end(calls, {name: Score(3) for name in scored})
        assert refused.value.code == code

    def test_who_was_released_is_neither_waited_for_nor_scored(self) -> None:
        check_end({"a": DONE, "b": GONE}, {"a": Score(5)})

    def test_the_last_one_is_not_released(self) -> None:
        require_others({"a": FRESH, "b": FRESH}, "a")
        with pytest.raises(Conflict) as refused:
            require_others({"a": FRESH, "b": GONE}, "a")
        assert refused.value.code == "last_one_called"


class TestLimits:
    def test_each_kind_has_its_own_by_the_calendar(self) -> None:
        friday = BEGAN + 8 * HOUR  # 17:00
        rings = {kind: Limits.of(Settings()).rings(kind, Calendar(), now=friday) for kind in Kind}
        assert {kind: f"{found[DUE]:%d %H:%M}" for kind, found in rings.items()} == {
            Kind.EMERGENCY: "24 17:30",
            Kind.HARD: "27 11:00",
            Kind.DAILY: "27 17:00",
        }
        for found in rings.values():
            assert friday < found["yellow"] < found[DUE] < found["escalated"]

    def test_a_deployment_says_others(self) -> None:
        limits = Limits.of(Settings(whistle_hard="2紧急工作时"))
        assert limits.of_kind[Kind.HARD] == parse_limit("2 urgent hours")

    @pytest.mark.parametrize("wording", ["", "soon", "30分钟", "0工作时"])
    def test_a_wording_that_says_nothing_is_refused(self, wording: str) -> None:
        with pytest.raises(Invalid):
            Limits.of(Settings(whistle_daily=wording))
