"""On which side of a line a point lies, where plain floating point cannot tell, too.

The quick answer stands where its error bound (Ozaki, Bünger, Ogita, Oishi and Rump, 2016) lets it.
Otherwise the determinant is summed from pairs of floats, each the rounded number and what rounding
took away (Dekker, 1971). That is exact wherever the differences of coordinates are floats
themselves, as they are for any two numbers within a factor of two of each other, and beyond that
to 30 digits. GEOS does the same, and agrees.
"""

from typing import Final

from geodata.index.compiled import inner

FILTER: Final = 3.3306690621773724e-16
"""Where a determinant is less than this share of its terms' sum, its sign may be wrong."""
_SPLITTER: Final = 134217729.0  # 2**27 + 1 halves a float's 53 bits

Pair = tuple[float, float]


@inner
def orientation(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    """Tell where a point lies beside the line from a to b: 1 left, -1 right, 0 on it."""
    left = (ax - x) * (by - y)
    right = (ay - y) * (bx - x)
    det = left - right
    if abs(det) >= abs(left + right) * FILTER:
        return (det > 0) - (det < 0)
    return _compared(
        _product(_sum(ax, -x), _sum(by, -y)),
        _product(_sum(ay, -y), _sum(bx, -x)),
    )


@inner
def _compared(one: Pair, other: Pair) -> int:
    """Tell which of two is greater: the largest part of their difference that is not 0 decides."""
    carried, least = _sum(one[1], -other[1])
    carried, low = _sum(one[0], carried)
    rest, least = _sum(least, -other[0])
    rest, low = _sum(low, rest)
    high, rest = _sum(carried, rest)
    for part in (high, rest, low, least):
        if part != 0:
            return 1 if part > 0 else -1
    return 0


@inner
def _product(a: Pair, b: Pair) -> Pair:
    product = a[0] * b[0]
    a_high, a_low = _halves(a[0])
    b_high, b_low = _halves(b[0])
    rest = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return _sum(product, rest + (a[0] * b[1] + a[1] * b[0]))


@inner
def _sum(a: float, b: float) -> Pair:
    """Add: the rounded sum, and what rounding took away."""
    rounded = a + b
    of_b = rounded - a
    return rounded, (a - (rounded - of_b)) + (b - of_b)


@inner
def _halves(a: float) -> Pair:
    wide = _SPLITTER * a
    high = wide - (wide - a)
    return high, a - high
