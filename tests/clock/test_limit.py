import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.clock.limit import Limit, Unit, parse_limit
from gridsvc.errors import Invalid


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2紧急工作时", Limit(2, Unit.URGENT_HOUR)),
        ("2个紧急工作小时", Limit(2, Unit.URGENT_HOUR)),
        ("4工作时", Limit(4, Unit.WORK_HOUR)),
        ("4个工作小时", Limit(4, Unit.WORK_HOUR)),
        ("1工作日", Limit(1, Unit.WORK_DAY)),
        ("5 个工作日内", Limit(5, Unit.WORK_DAY)),
        ("15自然日", Limit(15, Unit.NATURAL_DAY)),
        ("7个自然天", Limit(7, Unit.NATURAL_DAY)),
        ("2紧急工作日", Limit(2, Unit.NATURAL_DAY)),
        ("0.5工作日", Limit(0.5, Unit.WORK_DAY)),
        (" ２ 紧急工作时\n", Limit(2, Unit.URGENT_HOUR)),
        ("4个紧急工作时", Limit(4, Unit.URGENT_HOUR)),
        ("两个工作日", Limit(2, Unit.WORK_DAY)),
        ("一个半工作日", Limit(1.5, Unit.WORK_DAY)),
        ("半个工作日之内", Limit(0.5, Unit.WORK_DAY)),
        ("十个自然日", Limit(10, Unit.NATURAL_DAY)),
        ("十五个工作日", Limit(15, Unit.WORK_DAY)),
        ("二十三工作时", Limit(23, Unit.WORK_HOUR)),
        ("15紧急工作分钟", Limit(15, Unit.URGENT_MINUTE)),
        ("30个工作分钟", Limit(30, Unit.WORK_MINUTE)),
        ("2 urgent working hours", Limit(2, Unit.URGENT_HOUR)),
        ("4 emergency hours", Limit(4, Unit.URGENT_HOUR)),
        ("Within 5 working days", Limit(5, Unit.WORK_DAY)),
        ("1 business day", Limit(1, Unit.WORK_DAY)),
        ("a  work hour", Limit(1, Unit.WORK_HOUR)),
        ("15 urgent minutes", Limit(15, Unit.URGENT_MINUTE)),
        ("7 calendar days", Limit(7, Unit.NATURAL_DAY)),
        ("7 natural days", Limit(7, Unit.NATURAL_DAY)),
    ],
)
def test_the_wording_decides(text: str, limit: Limit) -> None:
    assert parse_limit(text) == limit


@given(st.integers(1, 9999), st.sampled_from(["分", "分钟", "时", "小时", "日", "天"]))
def test_urgent_wins_over_working(value: int, span: str) -> None:
    assert not parse_limit(f"{value}紧急工作{span}").unit.is_working
    assert parse_limit(f"{value}工作{span}").unit.is_working


@pytest.mark.parametrize(
    "text",
    [
        *("", "工作日", "个工作日", "2", "2小时", "2天", "15分钟", "-2工作时", "2工作时3"),
        *("1e3工作时", "2自然时", "一一工作日", "几个工作日", "1个半半工作日"),
        *("2 hours", "working day", "2 natural hours", "two working days", "2 working"),
    ],
)
def test_a_wording_that_leaves_a_doubt_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_limit(text)
    assert refusal.value.code == "limit_wording"
    assert refusal.value.detail["text"] == text


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, 10_001])
def test_a_limit_is_more_than_none_and_not_endless(value: float) -> None:
    with pytest.raises(Invalid) as refusal:
        Limit(value, Unit.WORK_DAY)
    assert refusal.value.code == "limit_value"


def test_a_wording_of_nothing_is_refused_as_no_limit() -> None:
    with pytest.raises(Invalid) as refusal:
        parse_limit("0工作日")
    assert refusal.value.code == "limit_value"


@pytest.mark.parametrize(
    ("unit", "hours", "working"),
    [
        (Unit.URGENT_MINUTE, 1 / 60, False),
        (Unit.URGENT_HOUR, 1, False),
        (Unit.WORK_MINUTE, 1 / 60, True),
        (Unit.WORK_HOUR, 1, True),
        (Unit.WORK_DAY, 8, True),
        (Unit.NATURAL_DAY, 24, False),
    ],
)
def test_every_unit_says_how_long_and_of_which_clock(
    unit: Unit, hours: float, working: bool
) -> None:
    assert Limit(1.5, unit).duration == timedelta(hours=1.5 * hours)
    assert unit.is_working == working
