"""Numbers of the workload page's areas for parts of the work: steps, categories, another period."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta, tzinfo
from itertools import pairwise

import numpy as np
import pandas as pd

from gridsvc.errors import Invalid
from gridsvc.reports.parts import Classes, Steps
from gridsvc.reports.tally import Table
from gridsvc.reports.workload import Workload
from maps.measures import Measure
from maps.parts import Part

MOST_STEPS = 100
"""All of them are sent at once."""
MOST_CLASSES = 24
"""Maps that one can still take in."""
_DIVISORS = ("population", "workers", "area_km2")


def by_step(frame: pd.DataFrame, load: Workload, steps: Steps, zone: tzinfo) -> list[Part]:
    """Give the numbers of each step."""
    count = len(steps.edges) - 1
    if count > MOST_STEPS:
        raise Invalid(
            "too_many_steps",
            en=f"A map shows at most {MOST_STEPS} steps; these would be {count}.",
            zh=f"地图最多逐期显示 {MOST_STEPS} 期；此处为 {count} 期。",
            field="each",
        )
    tables = load.by_part(steps.numbers(load.counted), count)
    days = [edge.astimezone(zone).date() for edge in steps.edges]
    return [
        Part(value=f"{day}", label=_label(day, until), frame=_numbered(frame, load, table))
        for (day, until), table in zip(pairwise(days), tables, strict=True)
    ]


def _label(first: date, until: date) -> str:
    last = max(first, until - timedelta(days=1))
    return f"{first}" if first == last else f"{first} – {last}"


def by_class(frame: pd.DataFrame, load: Workload, classes: Classes) -> list[Part]:
    """Give the numbers of the categories that occur, the most frequent first."""
    tables = load.by_part(classes.numbers(load.counted), len(classes.codes))
    found = sorted(
        (
            (-int(table.filed.sum()), code, name, table)
            for code, name, table in zip(classes.codes, classes.names, tables, strict=True)
            if len(table.keys)
        ),
        key=lambda it: it[:2],
    )
    return [
        Part(value=code, label=name, frame=_numbered(frame, load, table))
        for _, code, name, table in found[:MOST_CLASSES]
    ]


def before(frame: pd.DataFrame, second: Workload, known: Mapping[str, str]) -> pd.DataFrame:
    """Give the numbers of another period, with gaps where an area was not known then.

    Where no area at all was known, nothing is said of when they came to be.
    """
    numbered = _numbered(frame, second, second.by_place())
    if known:
        fresh = ~frame["code"].isin(list(known)).to_numpy()
        columns = [measure.value for measure in Measure]
        numbered[columns] = numbered[columns].astype(float)
        numbered.loc[fresh, columns] = np.nan
    return numbered


def ended(frame: pd.DataFrame, known: Mapping[str, str]) -> Sequence[str]:
    """Name the areas that were known then and are not any more."""
    now = set(frame["code"])
    return [name for code, name in known.items() if code not in now]


def _numbered(frame: pd.DataFrame, load: Workload, table: Table) -> pd.DataFrame:
    """Give a frame's areas, which are the places in their order, other numbers."""
    people = [name for name in _DIVISORS if name in frame]
    counted = table.over(len(load.places.codes)).columns()
    return pd.DataFrame(frame[["code", *people]]).assign(**counted)
