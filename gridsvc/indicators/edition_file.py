"""Reads the definitions from their file, and says of everything that cannot be what and where."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gridsvc.errors import Invalid
from gridsvc.http.wording import in_chinese
from gridsvc.indicators.definition import Composite, Edition, Indicator, Term, Words
from gridsvc.indicators.vocabulary import Condition, Moment, Unit

SHIPPED = Path(__file__).parent / "indicators.toml"

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Version = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Number = Annotated[float, Field(ge=-1_000, le=1_000, allow_inf_nan=False)]
Conditions = Annotated[tuple[Condition, ...], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Words(_Part):
    zh: Sentence
    en: Sentence

    def words(self) -> Words:
        return Words(self.zh, self.en)


class _Figure(_Part):
    version: Version
    name: _Words
    sentence: _Words
    less_is_better: bool = False
    example: bool = False


class _Indicator(_Figure):
    unit: Unit = Unit.PERCENT
    moment: Moment
    numerator: Conditions
    denominator: Conditions
    filters: tuple[Condition, ...] = ()


class _Term(_Part):
    indicator: Code
    weight: Number
    inverted: bool = False
    low: Number = 0
    high: Number = 100


class _Score(_Figure):
    base: Number = 0
    low: Number = 0
    high: Number = 100
    terms: Annotated[tuple[_Term, ...], Field(min_length=1)]


class _File(_Part):
    indicators: dict[Code, _Indicator]
    scores: dict[Code, _Score] = {}

    def edition(self) -> Edition:
        return Edition(
            {code: _indicator(code, it) for code, it in self.indicators.items()},
            {code: _composite(code, it) for code, it in self.scores.items()},
        )


def _indicator(code: str, it: _Indicator) -> Indicator:
    return Indicator(
        code=code,
        version=it.version,
        name=it.name.words(),
        sentence=it.sentence.words(),
        less_is_better=it.less_is_better,
        example=it.example,
        unit=it.unit,
        moment=it.moment,
        numerator=it.numerator,
        denominator=it.denominator,
        filters=it.filters,
    )


def _composite(code: str, it: _Score) -> Composite:
    return Composite(
        code=code,
        version=it.version,
        name=it.name.words(),
        sentence=it.sentence.words(),
        less_is_better=it.less_is_better,
        example=it.example,
        terms=tuple(Term(**term.model_dump()) for term in it.terms),
        base=it.base,
        low=it.low,
        high=it.high,
    )


def read_edition(text: str) -> Edition:
    """Read the definitions and check them; what could not be counted is refused."""
    try:
        edition = _File.model_validate(tomllib.loads(text)).edition()
    except tomllib.TOMLDecodeError as error:
        raise _refused("file", f"not TOML ({error})", f"不是有效的 TOML（{error}）") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise _refused(where, first["msg"], in_chinese(first)) from error
    _check(edition)
    return edition


def _check(edition: Edition) -> None:
    for code, composite in edition.composites.items():
        if code in edition.indicators:
            raise _refused(f"scores.{code}", "an indicator has this code", "与指标代码重复")
        for term in composite.terms:
            if term.indicator not in edition.indicators:
                raise _refused(
                    f"scores.{code}",
                    f"there is no indicator {term.indicator}",
                    f"没有指标 {term.indicator}",
                )
            _check_limits(f"scores.{code}.{term.indicator}", term.low, term.high)
        _check_limits(f"scores.{code}", composite.low, composite.high)


def _check_limits(where: str, low: float, high: float) -> None:
    if low >= high:
        raise _refused(where, f"low {low:g} is not below high {high:g}", "low 必须小于 high")


def _refused(where: str, en: str, zh: str) -> Invalid:
    return Invalid(
        "indicators_invalid",
        en=f"{where} of the indicators: {en}.",
        zh=f"指标文件的 {where}：{zh}。",
        field=where,
    )


@cache
def shipped() -> Edition:
    """Give the definitions that the program brings along."""
    return read_edition(SHIPPED.read_text(encoding="utf-8"))
