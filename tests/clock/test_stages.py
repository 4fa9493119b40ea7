from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit, Unit
from gridsvc.clock.stages import StageRule, Step, stage_accounts
from tests.clock.calendars import china

RULES = {
    "dispatch": StageRule(Limit(15, Unit.URGENT_MINUTE), resumes=False),
    "handle": StageRule(Limit(1, Unit.WORK_DAY)),
}


def step(time: str, stage: str, hands: str = "") -> Step:
    return Step(china(f"2026-07-22T{time}"), stage, hands)


def due(stage: str, at: str, *steps: Step) -> str:
    account = stage_accounts(steps, RULES, Calendar())[stage]
    return f"{account.standing(china(f'2026-07-22T{at}')).due:%d %H:%M}"


DISPATCHED = (step("09:00", "dispatch"), step("09:10", "handle", "water"))
RETURNED = (*DISPATCHED, step("11:10", "dispatch"))


def test_a_return_pauses_the_department_and_starts_the_dispatcher() -> None:
    accounts = stage_accounts(RETURNED, RULES, Calendar())
    assert not accounts["handle"].runs
    assert due("dispatch", "11:10", *RETURNED) == "22 11:25"  # the whole fifteen minutes again


def test_back_to_the_same_department_the_rest_runs() -> None:
    steps = (*RETURNED, step("11:20", "handle", "water"))
    assert due("handle", "11:20", *steps) == "23 09:20"


def test_to_another_department_the_limit_starts_anew() -> None:
    steps = (*RETURNED, step("11:20", "handle", "power"))
    assert due("handle", "11:20", *steps) == "23 11:20"
    handed_on = (*DISPATCHED, step("11:20", "handle", "power"))  # without a return between
    assert due("handle", "11:20", *handed_on) == "23 11:20"


def test_a_stage_without_a_limit_has_no_clock() -> None:
    steps = (*DISPATCHED, step("10:10", "suspended"), step("17:10", "handle", "water"))
    assert set(stage_accounts(steps, RULES, Calendar())) == {"dispatch", "handle"}
    assert due("handle", "17:10", *steps) == "23 16:10"


def test_the_same_step_twice_changes_nothing() -> None:
    steps = (*DISPATCHED, step("10:10", "handle", "water"))
    assert due("handle", "10:10", *steps) == "23 09:10"
