"""Seeded chance: the same seed gives the same city. No global generator, no clock."""

import zlib

import numpy as np
from numpy.typing import ArrayLike, NDArray


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Make the generator of one purpose.

    Each purpose has its own, so that a change to the names does not move the streets.

    Parameters
    ----------
    seed : int
        The city's seed, not negative.
    purpose : str
        What the numbers are for.

    Returns
    -------
    Generator
        Independent of those for other purposes and of the order of the calls.
    """
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def apportion(total: int, weights: ArrayLike, *, least: int = 0) -> NDArray[np.int64]:
    """Share a number of whole things out by weight, by the method of the largest remainder.

    Parameters
    ----------
    total : int
        How many there are, at least `least` for each.
    weights : array_like, shape (n,)
        Positive.
    least : int
        What each gets in any case.

    Returns
    -------
    ndarray of int64, shape (n,)
        Its sum is `total`.
    """
    weights = np.asarray(weights, dtype=np.float64)
    exact = (total - least * len(weights)) * weights / weights.sum()
    shares = np.floor(exact).astype(np.int64)
    rest = total - least * len(weights) - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:rest]] += 1
    return np.asarray(shares + least)
