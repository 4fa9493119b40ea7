"""The clocks of a case, read off random histories: every minute is some clock's, once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.spans import Why
from gridsvc.errors import GridsvcError
from gridsvc.incidents.clocks import handling_account, is_turned, passages, stage_clocks
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.lifecycle import OPEN, Action, Status
from gridsvc.incidents.past_steps import facts_of
from gridsvc.incidents.process_file import shipped
from tests.incidents.events import Told

PROCESS = shipped()
BEGAN = datetime(2026, 7, 24, 1, tzinfo=UTC)  # a Friday, 09:00 in Shanghai
LIMIT = Limit(4, Unit.WORK_HOUR)
EXTENDED = {"extended_by": {"value": 4, "unit": "work_hour"}}


def hour(hours: float) -> datetime:
    return BEGAN + timedelta(hours=hours)


def history(*steps: tuple[float, str, str] | tuple[float, str, str, str | None]) -> list[Told]:
    """Events after so many hours: action, status, and the lead that it was given to."""
    told = [Told("report", steps[0][2], hour(0))] if steps[0][1] == "report" else []
    lead = "clean1"
    for after, action, status, *named in steps[len(told) :]:
        detail: dict[str, Any] = dict(EXTENDED) if action == "approve_extension" else {}
        if named and named[0]:
            detail |= {"lead": named[0], "previous_lead": lead}
            lead = named[0]
        told.append(Told(action, status, hour(after), detail=detail))
    return told


REPORTED = (0.0, "report", "dispatched")
ACCEPTED = (1.0, "accept", "handling")


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        ([REPORTED, ACCEPTED], "24 15:00"),  # 09:00 to 12:00 and an hour from 14:00 on
        ([REPORTED, (1, "return", "filed"), (2, "dispatch", "dispatched")], "24 16:00"),
        ([REPORTED, (1, "return", "filed"), (2, "dispatch", "dispatched", "clean1")], "24 16:00"),
        ([REPORTED, (1, "return", "filed"), (2, "dispatch", "dispatched", "clean2")], "24 17:00"),
        ([REPORTED, ACCEPTED, (2, "approve_extension", "handling")], "27 09:00"),
        ([REPORTED, ACCEPTED, (8, "suspend", "suspended"), (72, "resume", "handling")], "24 15:00"),
        ([REPORTED, ACCEPTED, (2, "suspend", "suspended"), (72, "resume", "handling")], "27 11:00"),
        ([REPORTED, ACCEPTED, (2, "finish", "handled"), (6, "rework", "handling")], "24 17:00"),
        ([REPORTED, ACCEPTED, (2, "refuse", "filed"), (3, "dispatch", "dispatched", "clean2")],
         "24 18:00"),
        ([(0, "report", "filed"), (2, "dispatch", "dispatched")], "24 17:00"),
        ([(0, "report", "filed"), (2, "answer", "dispatched")], "24 15:00"),
        ([(0, "report", "reported"), (1, "file", "filed"), (2, "dispatch", "dispatched")],
         "24 17:00"),
        ([REPORTED, ACCEPTED, (2, "reroute", "dispatched")], "24 15:00"),
        ([REPORTED, ACCEPTED, (2, "amend", "handling")], "24 15:00"),
        ([REPORTED, ACCEPTED, (2, "amend", "filed", "s1"), (3, "dispatch", "dispatched")],
         "24 18:00"),
        ([REPORTED, (1, "merge", "merged"), (2, "separate", "filed"),
          (3, "dispatch", "dispatched")], "24 17:00"),
    ],
)  # fmt: skip
def test_the_deadline_moves_as_the_rules_say(steps: list[tuple[float, str, str]], due: str) -> None:
    account = handling_account(history(*steps), LIMIT, Calendar())
    found = account.standing(hour(80)).due
    assert f"{found:%d %H:%M}" == due
    assert is_turned(account) is (len(account.turns) > 1)


def test_a_pause_over_a_weekend_adds_what_was_paused() -> None:
    """From 17:00 on Friday to 09:00 on Monday: two working hours, not 64."""
    steps = [REPORTED, (8, "return", "filed"), (72, "dispatch", "dispatched")]
    before = handling_account(history(*steps[:1]), Limit(3, Unit.WORK_DAY), Calendar())
    after = handling_account(history(*steps), Limit(3, Unit.WORK_DAY), Calendar())
    assert f"{before.standing(hour(1)).due:%d %H:%M}" == "29 09:00"
    assert f"{after.standing(hour(73)).due:%d %H:%M}" == "29 11:00"


def test_the_dispatchers_minutes_run_while_the_departments_stand() -> None:
    events = history(REPORTED, (1, "return", "filed"))
    clocks = stage_clocks(events, PROCESS, Calendar())
    assert clocks["dispatch"].runs
    assert clocks["dispatch"].standing(hour(1)).due == hour(1.25)
    assert not handling_account(events, LIMIT, Calendar()).runs


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Whatever the table lets happen, at any times."""
    hotline, has_lead = draw(st.booleans()), draw(st.booleans())
    channel = "hotline" if hotline else "worker_app"
    status = PROCESS.filed_as(channel=channel, has_lead=has_lead)
    events, at = [Told("report", status, BEGAN)], BEGAN
    for action in draw(st.lists(st.sampled_from(list(Action)), max_size=40)):
        late = draw(st.booleans())
        known = facts_of(events)
        try:
            rule = PROCESS.rule_for(status, action, _facts(known, late=late))
        except GridsvcError:
            continue
        at += timedelta(minutes=draw(st.integers(0, 3_000)))
        detail: dict[str, Any] = dict(EXTENDED) if action is Action.APPROVE_EXTENSION else {}
        if action in {Action.DISPATCH, Action.ARBITRATE} and draw(st.booleans()):
            detail |= {"lead": draw(st.sampled_from(["a", "b"])), "previous_lead": "a"}
        if action is Action.AMEND and late:
            detail |= {"lead": "b", "previous_lead": "a"}
        status = rule.target
        events.append(Told(action, status, at, detail=detail))
    return events


def _facts(known: Facts, *, late: bool) -> Facts:
    return Facts(
        **{name: getattr(known, name) for name in Facts.__slots__}
        | {"own": True, "caller": UUID(int=2), "overdue": late, "owner_stays": not late}
    )


@given(histories(), st.integers(0, 5_000))
def test_every_minute_is_accounted_for(events: list[Told], later: int) -> None:
    until = events[-1].at + timedelta(minutes=later)
    stood = passages(events, until)
    ended = events[-1].at if events[-1].to_status not in OPEN else until
    assert sum((it.ends - it.begins for it in stood), timedelta()) == ended - BEGAN
    assert all(a.ends == b.begins for a, b in pairwise(stood))
    for code, account in stage_clocks(events, PROCESS, Calendar()).items():
        own = [it for it in stood if PROCESS.statuses[it.status].clock == code]
        ran = [it for it in account.explain(until) if it.why is not Why.PAUSED]
        length = sum((it.length for it in ran), timedelta())
        if account.turns[0].limit and not account.turns[0].limit.unit.is_working:
            assert length == sum((it.ends - it.begins for it in own), timedelta())


@given(histories(), st.integers(0, 5_000))
def test_the_handlings_account_adds_up(events: list[Told], later: int) -> None:
    until = events[-1].at + timedelta(minutes=later)
    account = handling_account(events, LIMIT, Calendar())
    spans, standing = account.explain(until), account.standing(until)
    if spans:
        assert all(a.ends == b.begins for a, b in pairwise(spans))
        assert spans[0].begins == BEGAN
    lasting = events[-1].to_status in OPEN - {Status.HANDLED, Status.CHECKED}
    if lasting and until > BEGAN:
        assert sum((it.length for it in spans), timedelta()) == until - BEGAN
    extended = sum(it.action == Action.APPROVE_EXTENSION for it in events)
    assert standing.total <= timedelta(hours=4) * (1 + extended)
    running = events[-1].to_status in {Status.DISPATCHED, Status.HANDLING}
    assert account.runs or not running
