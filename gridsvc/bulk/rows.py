"""Answers as columns of a table, beside those that were read."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from gridsvc.bulk.names import Names
from gridsvc.bulk.points import NONE, OUTCOMES, Answers, Ints

COLUMNS = ("outcome", "lead", "zone", "layer", "distance_to_boundary_m")
"""What is told of each decision."""
_TEXT = pa.dictionary(pa.int32(), pa.string())


def answer_columns(answers: Answers, names: Names) -> pa.Table:
    """Write answers as columns."""
    outcomes = [str(outcome) for outcome in OUTCOMES]
    metres = np.round(answers.distance_m, 2)
    columns = [
        _column(answers.outcome, outcomes.__getitem__),
        _column(answers.lead, lambda number: names[number][0]),
        _column(answers.zone, lambda number: names[number][1]),
        _column(answers.zone, lambda number: names[number][0]),
        pa.array(metres, mask=np.isnan(metres)),
    ]
    return pa.table(columns, names=list(COLUMNS))


def _column(numbers: Ints, name_of: Callable[[int], str]) -> pa.DictionaryArray:
    """Make a column of texts; its dictionary is in order, whoever met a name first."""
    present = np.flatnonzero(np.bincount(numbers[numbers != NONE]))
    texts = [name_of(number) for number in present.tolist()]
    distinct = sorted(set(texts))
    place = {text: position for position, text in enumerate(distinct)}
    positions = np.zeros(present.max(initial=0) + 1, dtype=np.int32)
    positions[present] = [place[text] for text in texts]
    return pa.DictionaryArray.from_arrays(
        pa.array(positions[np.maximum(numbers, 0)], mask=numbers == NONE),
        pa.array(distinct, pa.string()),
    )
