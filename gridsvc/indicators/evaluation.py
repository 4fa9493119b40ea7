"""From counts to figures: shares, scores made of them, and places in a ranking. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gridsvc.indicators.definition import Composite, Term
from gridsvc.indicators.vocabulary import PARTS, Unit

_EXACTNESS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Share:
    """Some of all."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.numerator + other.numerator, self.denominator + other.denominator)

    def value(self, unit: Unit = Unit.PERCENT) -> Decimal | None:
        """Give the share, rounded half up as official tables are; of nothing there is none."""
        if self.denominator == 0:
            return None
        return _rounded(Decimal(self.numerator) * PARTS[unit] / Decimal(self.denominator))


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_EXACTNESS, ROUND_HALF_UP)


def score(composite: Composite, shares: Mapping[str, Share]) -> Decimal | None:
    """Work out a score from the shares of its indicators; where one has none, there is none.

    Terms are in points of a hundred, whatever unit their indicators are told in.
    """
    total = Decimal(str(composite.base))
    for term in composite.terms:
        value = shares[term.indicator].value()
        if value is None:
            return None
        total += _points(term, value)
    return _rounded(_held(total, composite.low, composite.high))


def _points(term: Term, value: Decimal) -> Decimal:
    points = 100 - value if term.inverted else value
    return Decimal(str(term.weight)) * _held(points, term.low, term.high)


def _held(number: Decimal, low: float, high: float) -> Decimal:
    return max(Decimal(str(low)), min(Decimal(str(high)), number))


def places(values: Sequence[Decimal | None], *, less_is_better: bool) -> list[int | None]:
    """Give each value its place; equal ones share theirs, and what has no value has none."""
    ordered = sorted((value for value in values if value is not None), reverse=not less_is_better)
    place = {value: number for number, value in reversed([*enumerate(ordered, start=1)])}
    return [None if value is None else place[value] for value in values]


def rolled_up(
    shares: Mapping[str | None, Mapping[str, Share]], above: Mapping[str, Iterable[str]]
) -> dict[str | None, dict[str, Share]]:
    """Add what each organisation has to all `above` it, itself among them."""
    found: dict[str | None, dict[str, Share]] = {}
    for code, figures in shares.items():
        for holder in (None,) if code is None else above[code]:
            sums = found.setdefault(holder, {})
            for name, share in figures.items():
                sums[name] = sums.get(name, Share()) + share
    return found
