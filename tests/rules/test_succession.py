"""What ends and what begins: time before a change stays as it was, whatever is put in when."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gridsvc.rules.rule import Rule
from gridsvc.rules.succession import succeed
from tests.rules.values import BEGAN, rule

DAYS = 6
MOMENTS = [BEGAN + timedelta(days=day) for day in range(DAYS)]
Titles = dict[str, str]

puts = st.lists(
    st.tuples(
        st.sampled_from(MOMENTS),
        st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["一", "二"]), max_size=3),
        st.booleans(),
    ),
    max_size=6,
)


def put(
    stored: Sequence[Rule], titles: Mapping[str, str], *, at: datetime, replace: bool
) -> tuple[Rule, ...]:
    given_rules = {code: rule(code, title=title) for code, title in titles.items()}
    change = succeed(
        stored,
        given_rules,
        at=at,
        key=lambda one: one.code,
        leaves_out=lambda one: replace and one.in_force(at),
    )
    assert {one.code for one in (*change.kept, *change.begun)} == set(titles)
    return change.after


def titles_at(rules: Sequence[Rule], at: datetime) -> Titles:
    held = [one for one in rules if one.in_force(at)]
    assert len({one.code for one in held}) == len(held)
    return {one.code: one.title for one in held}


@given(puts=puts)
def test_each_put_holds_from_its_moment_until_the_next_that_is_planned(
    puts: list[tuple[datetime, Titles, bool]],
) -> None:
    stored: tuple[Rule, ...] = ()
    for at, titles, replace in puts:
        before = [titles_at(stored, moment) for moment in MOMENTS]
        stored = put(stored, titles, at=at, replace=replace)
        after = [titles_at(stored, moment) for moment in MOMENTS]
        now = MOMENTS.index(at)
        assert after[:now] == before[:now]
        assert after[now] == ({} if replace else before[now]) | titles


@given(puts=puts, at=st.sampled_from(MOMENTS))
def test_what_is_in_force_already_changes_nothing(
    puts: list[tuple[datetime, Titles, bool]], at: datetime
) -> None:
    stored: tuple[Rule, ...] = ()
    for moment, titles, replace in puts:
        stored = put(stored, titles, at=moment, replace=replace)
    assert put(stored, titles_at(stored, at), at=at, replace=True) == stored
