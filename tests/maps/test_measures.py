import numpy as np
import pandas as pd
import pytest

from maps.measures import Basis, Measure, measured, numbers, view_title
from maps.words import Language

FRAME = pd.DataFrame(
    {
        "filed": [10, 0, 4, 7],
        "open": [2, 0, 4, 1],
        "population": [2_000, 500, 0, None],
        "workers": [4, 1, 0, None],
    }
)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (Basis.ABSOLUTE, [10, 0, 4, 7]),
        (Basis.PER_1000, [5, 0, np.nan, np.nan]),
        (Basis.PER_WORKER, [2.5, 0, np.nan, np.nan]),
    ],
)
def test_nobody_to_divide_by_is_no_data_and_not_zero(basis: Basis, expected: list[float]) -> None:
    np.testing.assert_array_equal(measured(FRAME, Measure.FILED, basis=basis), expected)


def test_a_column_that_is_not_there_is_not_known() -> None:
    frame = FRAME.drop(columns=["workers"])
    assert np.isnan(measured(frame, Measure.OPEN, basis=Basis.PER_WORKER)).all()


@pytest.mark.parametrize("dtype", ["Int64", "object", "float64"])
def test_gaps_are_gaps_in_any_dtype(dtype: str) -> None:
    np.testing.assert_array_equal(
        numbers(pd.DataFrame({"n": pd.Series([1, None], dtype=dtype)}), "n"), [1, np.nan]
    )


def test_a_view_is_named_in_both_languages() -> None:
    arguments = (Measure.OVERDUE, Basis.PER_1000)
    assert view_title(*arguments, language=Language.EN) == "Overdue per 1,000 residents"
    assert view_title(*arguments, language=Language.ZH) == "每千人超期"
