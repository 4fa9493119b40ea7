"""Indicators as JSON: their definitions, and their values with the numbers behind them."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel

from gridsvc.indicators.definition import Composite, Indicator, Named, Words
from gridsvc.indicators.evaluation import Share
from gridsvc.indicators.service import Row, Worked
from gridsvc.indicators.vocabulary import Condition, Moment, Unit


class WordsOut(BaseModel):
    zh: str
    en: str

    @classmethod
    def of(cls, words: Words) -> Self:
        return cls(zh=words.zh, en=words.en)


class TermOut(BaseModel):
    indicator: str
    weight: float
    inverted: bool
    low: float
    high: float


class IndicatorOut(BaseModel):
    """A definition. A share has conditions and a moment, a score its terms."""

    code: str
    version: int
    kind: Literal["share", "score"]
    name: WordsOut
    sentence: WordsOut
    less_is_better: bool
    example: bool
    """Ours, for want of an official one."""
    unit: Unit | None = None
    moment: Moment | None = None
    numerator: list[Condition] = []
    denominator: list[Condition] = []
    filters: list[Condition] = []
    base: float | None = None
    low: float | None = None
    high: float | None = None
    terms: list[TermOut] = []

    @classmethod
    def of(cls, figure: Indicator | Composite) -> Self:
        if isinstance(figure, Composite):
            terms = [TermOut.model_validate(it, from_attributes=True) for it in figure.terms]
            score = {"base": figure.base, "low": figure.low, "high": figure.high}
            return cls(**_named(figure), kind="score", terms=terms, **score)
        return cls(
            **_named(figure),
            kind="share",
            unit=figure.unit,
            moment=figure.moment,
            numerator=list(figure.numerator),
            denominator=list(figure.denominator),
            filters=list(figure.filters),
        )


def _named(figure: Named) -> dict[str, object]:
    return {
        "code": figure.code,
        "version": figure.version,
        "name": WordsOut.of(figure.name),
        "sentence": WordsOut.of(figure.sentence),
        "less_is_better": figure.less_is_better,
        "example": figure.example,
    }


class ShareOut(BaseModel):
    indicator: str
    numerator: int
    denominator: int

    @classmethod
    def of(cls, indicator: str, share: Share) -> Self:
        return cls(indicator=indicator, numerator=share.numerator, denominator=share.denominator)


class FigureOut(BaseModel):
    code: str | None
    """Of the group; null for the cases that belong to none, and for all together."""
    name: str | None
    name_en: str | None
    value: float | None
    """Null where there is nothing to take a share of."""
    place: int | None
    counts: list[ShareOut]
    """One for a share; for a score one for each of its terms."""

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            value=None if row.value is None else float(row.value),
            place=row.place,
            counts=[ShareOut.of(name, share) for name, share in row.shares.items()],
        )


class WorkedOut(BaseModel):
    indicator: IndicatorOut
    since: datetime
    until: datetime
    at: datetime
    area: str | None
    category: str | None
    by: str | None
    whole: FigureOut
    rows: list[FigureOut]

    @classmethod
    def of(cls, worked: Worked) -> Self:
        asked = worked.asked
        return cls(
            indicator=IndicatorOut.of(worked.figure),
            since=asked.since,
            until=asked.until,
            at=asked.at,
            area=asked.area,
            category=asked.category,
            by=asked.by.name if asked.by else None,
            whole=FigureOut.of(worked.whole),
            rows=[FigureOut.of(row) for row in worked.rows],
        )
