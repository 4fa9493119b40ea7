"""Definitions: what is shipped, what a file may not say, and a city's own in force."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Conflict, Invalid, NotFound
from gridsvc.indicators.conditions import _SQL
from gridsvc.indicators.definition import Indicator
from gridsvc.indicators.edition_file import read_edition, shipped
from gridsvc.indicators.editions import edition_at, publish_edition
from gridsvc.indicators.vocabulary import Condition, Moment
from tests.factories import BEGAN

MINE = """
[indicators.mine]
version = 1
name = { zh = "我的", en = "mine" }
sentence = { zh = "句", en = "sentence" }
moment = "due"
numerator = ["closed"]
denominator = ["should_close"]
"""
SCORE = """
[scores.total]
version = 1
name = { zh = "分", en = "score" }
sentence = { zh = "句", en = "sentence" }
terms = [{ indicator = "mine", weight = 0.5 }]
"""
DAY = timedelta(days=1)


def test_both_closing_rates_are_of_what_should_be_closed() -> None:
    for code in ("closing", "closing_on_time"):
        found = shipped().share(code)
        assert (found.denominator, found.moment) == ((Condition.SHOULD_CLOSE,), Moment.DUE)


def test_every_condition_has_its_sql() -> None:
    assert set(_SQL) == set(Condition)


def test_every_score_that_is_shipped_is_marked_as_an_example() -> None:
    assert all(it.example for it in shipped().composites.values())


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        (("version = 1", "version = 0"), "indicators.mine.version"),
        (("version = 1", "version = true"), "indicators.mine.version"),
        (('moment = "due"', 'moment = "someday"'), "indicators.mine.moment"),
        (('["closed"]', '["solved_by_magic"]'), "indicators.mine.numerator.0"),
        (('["closed"]', "[]"), "indicators.mine.numerator"),
        (('zh = "句", ', ""), "indicators.mine.sentence.zh"),
        (('zh = "我的"', 'zh = " "'), "indicators.mine.name.zh"),
        (("indicators.mine", 'indicators."Mine!"'), "indicators.Mine!.[key]"),
        (("version = 1", "version = 1\nformula = 'eval'"), "indicators.mine.formula"),
        (("weight = 0.5", "weight = nan"), "scores.total.terms.0.weight"),
        (("weight = 0.5", "weight = 0.5, low = 9, high = 3"), "scores.total.mine"),
        (('indicator = "mine"', 'indicator = "yours"'), "scores.total"),
        (("scores.total", "scores.mine"), "scores.mine"),
        (("terms = [{", "low = 100\nterms = [{"), "scores.total"),
        (("[indicators.mine]", "[indicators.mine"), "file"),
    ],
)
def test_a_file_that_cannot_be_is_refused_where_it_is_wrong(
    changed: tuple[str, str], where: str
) -> None:
    text = MINE + SCORE
    assert changed[0] in text
    with pytest.raises(Invalid) as refused:
        read_edition(text.replace(*changed))
    assert (refused.value.code, refused.value.field) == ("indicators_invalid", where)
    assert refused.value.zh


def test_a_score_has_no_cases_and_nobody_knows_what_is_not_there() -> None:
    with pytest.raises(Invalid) as refused:
        read_edition(MINE + SCORE).share("total")
    assert refused.value.code == "no_cases"
    with pytest.raises(NotFound):
        shipped().find("total")


async def test_a_city_has_its_own_from_a_time_on(db: AsyncSession) -> None:
    assert await publish_edition(db, MINE, valid_from=BEGAN + DAY) == 1
    assert await edition_at(db, BEGAN) == shipped()
    assert list((await edition_at(db, BEGAN + DAY)).figures()) == ["mine"]
    with pytest.raises(Conflict):
        await publish_edition(db, MINE, valid_from=BEGAN + DAY)
    changed = MINE.replace('["closed"]', '["closed_on_time"]')
    with pytest.raises(Invalid) as refused:
        await publish_edition(db, changed, valid_from=BEGAN + 2 * DAY)
    assert refused.value.field == "mine.version"
    newer = changed.replace("version = 1", "version = 2")
    assert await publish_edition(db, newer, valid_from=BEGAN + 2 * DAY) == 2
    before, after = [(await edition_at(db, BEGAN + n * DAY)).share("mine") for n in (1, 2)]
    assert isinstance(before, Indicator)
    assert (before.version, after.version) == (1, 2)
