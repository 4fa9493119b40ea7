"""How likely two reports mean the same: words, distance and time, and nothing else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.incidents.likeness import Around, agreement, likeness

AROUND = Around(50, timedelta(hours=24))
TEXTS = st.text(max_size=30)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("路边有暴露垃圾", "路边有暴露垃圾", 1.0),
        ("路边有暴露垃圾", "路边 有暴露垃圾！", 1.0),
        ("ＡＢＣ路灯", "abc路灯", 1.0),
        ("暴露垃圾", "垃圾暴露", 2 / 3),
        ("井盖破损", "路灯不亮", 0.0),
        ("哈哈哈", "哈哈", 2 / 3),
        ("水", "水", 1.0),
        ("水", "水管", 0.0),
        ("", "", 0.0),
        ("！？", "。", 0.0),
    ],
)
def test_words_agree_by_their_pairs_of_characters(one: str, other: str, expected: float) -> None:
    assert agreement(one, other) == pytest.approx(expected)


@given(TEXTS, TEXTS)
def test_the_words_of_either_are_compared_with_the_others(one: str, other: str) -> None:
    assert agreement(one, other) == agreement(other, one)
    assert 0 <= agreement(one, other) <= 1
    assert agreement(one, one) == (1 if any(map(str.isalnum, one)) else agreement(one, one))


@given(TEXTS, TEXTS, st.floats(0, 60), st.floats(0, 60), st.integers(0, 100_000))
def test_nearer_and_sooner_is_never_less_alike(
    one: str, other: str, here: float, there: float, seconds: int
) -> None:
    near, far = sorted([here, there])
    apart = timedelta(seconds=seconds)
    found = likeness(one, other, AROUND, distance_m=near, apart=apart)
    farther = likeness(one, other, AROUND, distance_m=far, apart=apart)
    later = likeness(one, other, AROUND, distance_m=near, apart=apart + timedelta(hours=1))
    assert 0 <= max(farther.score, later.score) <= found.score <= 1
    before = likeness(one, other, AROUND, distance_m=near, apart=-apart)
    assert before == found


def test_nearness_alone_is_never_likely_and_it_says_why() -> None:
    same_place = likeness("井盖破损", "路灯不亮", AROUND, distance_m=0, apart=timedelta())
    assert (same_place.score, same_place.likely) == (0.5, False)
    close = likeness("路边暴露垃圾", "暴露垃圾", AROUND, distance_m=12, apart=timedelta(minutes=30))
    assert close.likely
    assert close.zh == "相距12米，相隔30分钟，描述相似度75%。"
    assert close.en == "12 m and 30 min apart; the words agree to 75%."
