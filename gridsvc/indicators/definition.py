"""What an indicator is: which cases it counts among which, and the sentence that says so. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridsvc.errors import Invalid, NotFound
from gridsvc.indicators.vocabulary import Condition, Moment, Unit


@dataclass(frozen=True, slots=True)
class Words:
    """Something said in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Choose a language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What every figure has: a code, a name, the sentence that defines it, a version of that."""

    code: str
    version: int
    name: Words
    sentence: Words
    less_is_better: bool = False
    example: bool = False
    """Ours, for want of an official one: a city should state its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator(Named):
    """A share: of the cases that meet all of some conditions, those that meet others as well."""

    unit: Unit
    moment: Moment
    numerator: tuple[Condition, ...]
    denominator: tuple[Condition, ...]
    filters: tuple[Condition, ...] = ()
    """What both are narrowed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What an indicator adds to a score: its points, held within limits, times a weight."""

    indicator: str
    weight: float
    inverted: bool = False
    """The full score less the indicator's value."""
    low: float = 0
    high: float = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite(Named):
    """A score made of indicators: a base and weighted terms, held within limits."""

    terms: tuple[Term, ...]
    base: float = 0
    low: float = 0
    high: float = 100


@dataclass(frozen=True, slots=True)
class Edition:
    """All the definitions that hold at a time."""

    indicators: Mapping[str, Indicator]
    composites: Mapping[str, Composite]

    def figures(self) -> Mapping[str, Indicator | Composite]:
        """Give all by code, in the order of the file."""
        return {**self.indicators, **self.composites}

    def find(self, code: str) -> Indicator | Composite:
        """Find one, or say which there are."""
        figures = self.figures()
        if code not in figures:
            raise NotFound(
                "unknown_indicator",
                en=f'There is no indicator "{code}"; there are: {", ".join(figures)}.',
                zh=f"没有指标“{code}”；可选：{'、'.join(figures)}。",
                field="code",
            )
        return figures[code]

    def shares(self, code: str) -> tuple[Indicator, ...]:
        """Give what has to be counted for a figure."""
        found = self.find(code)
        if isinstance(found, Indicator):
            return (found,)
        return tuple(self.indicators[term.indicator] for term in found.terms)

    def share(self, code: str) -> Indicator:
        """Find one that is counted; a score has no cases of its own."""
        found = self.find(code)
        if isinstance(found, Composite):
            parts = ", ".join(term.indicator for term in found.terms)
            raise Invalid(
                "no_cases",
                en=f"{code} is a score and has no cases of its own; ask those of {parts}.",
                zh=f"{code} 是综合得分，没有对应案件；请查询其组成指标：{parts}。",
                field="code",
            )
        return found
