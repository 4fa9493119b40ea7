"""Numbers of incidents per area: what is counted, and per what; rows in, rates out."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from maps.words import Language, words


class Measure(StrEnum):
    """Which incidents are counted, or what is told of them."""

    FILED = "filed"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    MEDIAN = "median_handling_minutes"
    """How long handling took; shown in hours, and divided by nothing."""


COUNTED: Final = (Measure.FILED, Measure.OPEN, Measure.OVERDUE, Measure.CLOSED)


class Basis(StrEnum):
    """What a number of incidents is divided by."""

    ABSOLUTE = "absolute"
    PER_1000 = "per_1000"
    PER_WORKER = "per_worker"
    PER_KM2 = "per_km2"


RAMPS: Final[Mapping[Measure, str]] = {
    Measure.FILED: "YlGnBu",
    Measure.OPEN: "YlOrBr",
    Measure.OVERDUE: "PuRd",
    Measure.CLOSED: "BuGn",
    Measure.MEDIAN: "PuBu",
}
"""The ColorBrewer sequence of each measure."""

_DIVISORS: Final = {
    Basis.PER_1000: ("population", 1_000),
    Basis.PER_WORKER: ("workers", 1),
    Basis.PER_KM2: ("area_km2", 1),
}
_MINUTES: Final = 60


def on(measure: Measure, basis: Basis) -> Basis:
    """Say on what basis a measure is shown.

    Parameters
    ----------
    measure : Measure
        What is shown.
    basis : Basis
        What was asked for.

    Returns
    -------
    Basis
        The same; a time is divided by nothing.
    """
    return Basis.ABSOLUTE if measure is Measure.MEDIAN else basis


def measured(frame: pd.DataFrame, measure: Measure, *, basis: Basis) -> npt.NDArray[np.float64]:
    """Work out one number for each area.

    Parameters
    ----------
    frame : DataFrame
        A column for each measure; those of times, `population`, `workers` and `area_km2` may be
        missing, or have gaps.
    measure : Measure
        What is counted.
    basis : Basis
        What the number is divided by.

    Returns
    -------
    ndarray of float
        NaN where there is nothing to divide by: nobody lives or works there, or it is not known.
        Times are in hours, to the tenth.
    """
    counts = numbers(frame, measure.value)
    if measure is Measure.MEDIAN:
        return np.round(counts / _MINUTES, 1)
    if basis is Basis.ABSOLUTE:
        return counts
    column, unit = _DIVISORS[basis]
    divisor = numbers(frame, column) / unit
    rates = np.full(len(counts), np.nan)
    np.divide(counts, divisor, out=rates, where=divisor > 0)
    return rates


def numbers(frame: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """Give a column as numbers, all of them missing where the frame lacks it.

    Parameters
    ----------
    frame : DataFrame
        Any frame.
    column : str
        Of numbers and gaps.

    Returns
    -------
    ndarray of float
        NaN in the gaps.
    """
    if column not in frame:
        return np.full(len(frame), np.nan)
    values: npt.NDArray[np.float64] = pd.to_numeric(frame[column]).to_numpy(float, na_value=np.nan)
    return values


def listed(values: npt.NDArray[np.float64], decimals: int) -> list[float | None]:
    """Give values to a browser.

    Parameters
    ----------
    values : ndarray of float
        NaN where there is no data.
    decimals : int
        With as many as they are shown.

    Returns
    -------
    list of float or None
        Rounded; None where there is no data.
    """
    told, known = np.full(len(values), None, dtype=object), ~np.isnan(values)
    if decimals:
        told[known] = [round(value, decimals) for value in values[known].tolist()]
    else:  # without a point
        told[known] = np.rint(values[known]).astype(np.int64).astype(object)
    rounded: list[float | None] = told.tolist()
    return rounded


def view_title(measure: Measure, basis: Basis, *, language: Language) -> str:
    """Name a measure on a basis.

    Parameters
    ----------
    measure : Measure
        What is counted.
    basis : Basis
        What the number is divided by.
    language : Language
        Of the name.

    Returns
    -------
    str
        For example ``每千人未结`` or ``Open per 1,000 residents``.
    """
    text = words(language)
    if measure is Measure.MEDIAN:
        return text["view_median"]
    return text[f"view_{basis.value}"].format(measure=text[measure.value])
