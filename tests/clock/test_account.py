from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsvc.clock.account import Account
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.deadline import add, between, running_time
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.spans import Why
from gridsvc.clock.standing import Light
from gridsvc.errors import Conflict, Invalid
from tests.clock.calendars import NATIONAL_DAY, calendars, china, limits, moments

HOUR = timedelta(hours=1)
DAY = Limit(1, Unit.WORK_DAY)


def opened(at: str, limit: Limit = DAY) -> Account:
    return Account.open(limit, Calendar(), at=china(at))


def test_a_pause_over_the_week_end_moves_the_deadline_by_what_it_held() -> None:
    """17:00 on Friday to 09:00 on Monday: 64 hours by the wall, two of them worked."""
    account = opened("2026-07-24T10:00").pause(china("2026-07-24T17:00"), "挂账")
    account = account.resume(china("2026-07-27T09:00"))
    due = account.standing(china("2026-07-27T09:00")).due
    assert due == china("2026-07-27T12:00")  # 10:00 without the pause
    held = [span for span in account.explain(china("2026-07-27T09:00")) if span.why is Why.PAUSED]
    assert sum((span.length for span in held), timedelta()) == 2 * HOUR


def test_a_pause_of_a_continuous_limit_holds_all_of_it() -> None:
    account = opened("2026-07-24T17:00", Limit(4, Unit.URGENT_HOUR))
    account = account.pause(china("2026-07-24T18:00"), "").resume(china("2026-07-25T18:00"))
    assert account.standing(china("2026-07-25T18:00")).due == china("2026-07-25T21:00")


@pytest.mark.parametrize(
    ("at", "light"),
    [
        ("2026-07-24T08:00", Light.GREEN),
        ("2026-07-24T16:23", Light.GREEN),
        ("2026-07-24T16:24", Light.YELLOW),  # 6.4 of 8 hours
        ("2026-07-24T18:00", Light.YELLOW),  # what is done at the last moment is in time
        ("2026-07-24T18:01", Light.RED),  # though nothing more is worked on that day
        ("2026-07-27T08:00", Light.RED),
    ],
)
def test_the_light_turns_yellow_at_four_fifths_and_red_after_the_end(at: str, light: Light) -> None:
    assert opened("2026-07-24T08:00").standing(china(at)).light is light


def test_a_clock_that_stands_keeps_its_light() -> None:
    paused = opened("2026-07-24T08:00").pause(china("2026-07-24T17:00"), "挂账")
    stopped = opened("2026-07-24T08:00").stop(china("2026-07-24T17:00"), "done")
    later = china("2026-08-24T17:00")
    assert paused.standing(later).light is Light.YELLOW
    assert paused.standing(later).due == china("2026-08-24T18:00")  # as if it ran on just then
    assert stopped.standing(later).light is Light.YELLOW
    assert stopped.standing(later).due == china("2026-07-24T18:00")
    assert not stopped.standing(later).runs


def test_a_stopped_clock_s_account_ends_with_it() -> None:
    stopped = opened("2026-07-24T08:00").stop(china("2026-07-24T10:00"), "done")
    (span,) = stopped.explain(china("2026-08-24T17:00"))
    assert (span.ends, span.counted) == (china("2026-07-24T10:00"), 2 * HOUR)
    again = stopped.resume(china("2026-07-24T11:00"))
    assert again.standing(china("2026-07-24T12:00")).used == 3 * HOUR


def test_what_was_overdue_when_it_was_paused_stays_so() -> None:
    account = opened("2026-07-24T08:00").pause(china("2026-07-25T09:00"), "")
    standing = account.standing(china("2026-08-24T17:00"))
    assert (standing.light, standing.due) == (Light.RED, china("2026-07-24T18:00"))


def test_in_other_hands_the_limit_starts_anew() -> None:
    account = opened("2026-07-22T10:00").pause(china("2026-07-22T17:00"), "退单")
    standing = account.restart(china("2026-07-23T10:00")).standing(china("2026-07-23T11:00"))
    assert standing.due == china("2026-07-24T10:00")
    assert standing.used == HOUR


def test_an_extension_adds_to_the_limit_until_it_starts_anew() -> None:
    account = opened("2026-07-22T10:00").extend(china("2026-07-22T11:00"), DAY, "延期")
    assert account.standing(china("2026-07-22T11:00")).due == china("2026-07-24T10:00")
    anew = account.restart(china("2026-07-22T12:00"))
    assert anew.standing(china("2026-07-22T12:00")).total == 8 * HOUR


def test_what_happens_later_is_not_known_yet() -> None:
    account = opened("2026-07-22T10:00").pause(china("2026-07-22T11:00"), "")
    assert account.standing(china("2026-07-22T10:30")).runs
    assert account.standing(china("2026-07-22T10:30")).due == china("2026-07-23T10:00")


def test_another_calendar_gives_another_deadline() -> None:
    account = Account.open(DAY, Calendar(), at=china("2025-09-30T16:00"))
    at = china("2025-09-30T17:00")
    assert account.standing(at).due == china("2025-10-01T16:00")
    assert account.by(NATIONAL_DAY).standing(at).due == china("2025-10-09T16:00")


def test_a_clock_moves_forward_and_as_it_can() -> None:
    account = opened("2026-07-22T10:00")
    at, before = china("2026-07-22T11:00"), china("2026-07-22T09:00")
    with pytest.raises(Conflict) as running:
        account.resume(at)
    assert running.value.code == "clock_move"
    for standing in (account.pause(at, ""), account.stop(at)):
        with pytest.raises(Conflict) as refusal:
            standing.pause(at, "")
        assert refusal.value.code == "clock_move"
    with pytest.raises(Conflict) as refusal:
        account.pause(before, "")
    assert refusal.value.code == "clock_order"
    with pytest.raises(Invalid) as too_early:
        account.standing(before)
    assert too_early.value.code == "clock_not_started"
    for mixed in (account.extend, account.restart):
        with pytest.raises(Invalid) as other_sort:
            mixed(at, limit=Limit(1, Unit.NATURAL_DAY))
        assert other_sort.value.code == "limit_clock"


@st.composite
def accounts(draw: st.DrawFn) -> tuple[Account, datetime]:
    """Make an account of some pauses, and a moment at or after the last of its turns."""
    times = sorted(draw(st.lists(moments, min_size=2, max_size=8)))
    account = Account.open(draw(limits), draw(calendars()), at=times[0])
    for at in times[1:-1]:
        account = account.pause(at, "挂账") if account.runs else account.resume(at)
    return account, times[-1]


unhurried = settings(deadline=None, max_examples=60)


@unhurried
@given(accounts())
def test_every_minute_is_accounted_for_and_adds_up(case: tuple[Account, datetime]) -> None:
    account, at = case
    spans = account.explain(at)
    edges = [account.turns[0].at, *(span.ends for span in spans)]
    assert [span.begins for span in spans] == edges[:-1]
    assert edges[-1] == at
    counted = sum((span.counted for span in spans), timedelta())
    assert counted == account.standing(at).used


@unhurried
@given(accounts())
def test_pausing_never_shortens(case: tuple[Account, datetime]) -> None:
    account, at = case
    limit = account.turns[0].limit
    assert limit is not None
    assert account.standing(at).due >= add(account.turns[0].at, limit, account.calendar)


@unhurried
@given(accounts())
def test_a_deadline_is_when_the_whole_limit_is_used(case: tuple[Account, datetime]) -> None:
    """If the clock runs, or goes on running, to the deadline, exactly the limit has been used."""
    account, at = case
    if not account.runs:
        account = account.resume(at)
    due = account.standing(at).due.astimezone(UTC)
    if due > at:
        limit = account.turns[0].limit
        assert limit is not None
        standing = account.standing(due)
        assert standing.used == standing.total == running_time(limit, account.calendar)
        assert standing.light is Light.YELLOW
        assert account.standing(due + timedelta(microseconds=1)).light is Light.RED


@unhurried
@given(calendars(), moments, moments, moments, limits)
def test_a_deadline_moves_by_what_a_pause_held(
    calendar: Calendar, one: datetime, two: datetime, three: datetime, limit: Limit
) -> None:
    start, pause, resume = sorted((one, two, three))
    due = add(start, limit, calendar)
    if due <= pause:
        return
    account = Account.open(limit, calendar, at=start).pause(pause, "").resume(resume)
    moved = account.standing(resume).due
    if limit.unit.is_working:
        assert between(due, moved, calendar) == between(pause, resume, calendar)
    else:
        assert moved.astimezone(UTC) - due.astimezone(UTC) == resume - pause


@unhurried
@given(accounts(), moments)
def test_a_pause_of_no_time_changes_nothing(
    case: tuple[Account, datetime], between_times: datetime
) -> None:
    account, at = case
    if not account.runs or between_times < account.turns[-1].at or at < between_times:
        return
    paused = account.pause(between_times, "").resume(between_times)
    assert paused.standing(at) == account.standing(at)
    assert paused.explain(at) == account.explain(at)
