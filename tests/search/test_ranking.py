"""In which order what was found is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.search.ranking import Closeness, Hit, Kind, closeness, ranked


def hit(code: str, name: str, name_en: str | None = None, kind: Kind = Kind.AREA) -> Hit:
    return Hit(kind=kind, code=code, name=name, name_en=name_en, of="", of_en=None, bbox=None)


@pytest.mark.parametrize(
    ("words", "found", "expected"),
    [
        ("s1", hit("S1", "甲街道"), Closeness.CODE),
        ("甲街道", hit("S1", "甲街道"), Closeness.NAME),
        ("street one", hit("S1", "甲街道", "Street One"), Closeness.NAME),
        ("5101", hit("510104", "锦江"), Closeness.CODE_BEGINS),
        ("甲", hit("S1", "甲街道"), Closeness.NAME_BEGINS),
        ("街道", hit("S1", "甲街道"), Closeness.WITHIN),
    ],
)
def test_a_code_is_closer_than_a_name_and_a_beginning_than_a_part(
    words: str, found: Hit, expected: Closeness
) -> None:
    assert closeness(found, words) is expected


def test_equally_close_ones_stand_by_kind_and_then_the_shorter_name_first() -> None:
    hits = [
        hit("3", "东街一号组织", kind=Kind.ORGANISATION),
        hit("2", "东街办事处"),
        hit("1", "东街办"),
        hit("4", "东街", kind=Kind.COMPONENT),
    ]
    assert [one.code for one in ranked(hits, "东街", most=3)] == ["4", "1", "2"]


HITS = st.lists(
    st.builds(hit, st.text(max_size=3), st.text(max_size=4), kind=st.sampled_from(Kind)),
    max_size=8,
)


@given(hits=HITS, words=st.text(min_size=1, max_size=2), most=st.integers(1, 8))
def test_nothing_closer_is_left_out_and_their_order_is_not_theirs(
    hits: list[Hit], words: str, most: int
) -> None:
    told = ranked(hits, words, most=most)
    kept = [closeness(one, words) for one in told]
    everything = sorted(closeness(one, words) for one in hits)
    assert kept == everything[:most]
    assert [closeness(one, words) for one in ranked(hits[::-1], words, most=most)] == kept
