"""What areas are called, on pages in either language."""

from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.frames import as_text
from maps.words import Language, words


class AreaNames(Sequence[str]):
    """Names made when they are asked for: of the areas of a city a page tells few."""

    def __init__(self, choices: Sequence[npt.NDArray[np.object_]], nameless: str) -> None:
        self._choices = choices
        self._nameless = nameless

    def __len__(self) -> int:
        return len(self._choices[0])

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...

    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        """Give the name of an area, or those of some."""
        if isinstance(row, slice):
            return AreaNames([choice[row] for choice in self._choices], self._nameless)
        told = texts(pd.Series([choice[row] for choice in self._choices], dtype=object))
        return next(filter(None, told), self._nameless)

    def __iter__(self) -> Iterator[str]:
        told = [texts(pd.Series(choice, dtype=object)) for choice in self._choices]
        return (next(filter(None, each), self._nameless) for each in zip(*told, strict=True))


def area_names(areas: pd.DataFrame, language: Language) -> AreaNames:
    """Say how areas are called.

    Parameters
    ----------
    areas : DataFrame
        `code` and `name`; for English pages also `name_en`, where there is one.
    language : Language
        Of the page.

    Returns
    -------
    sequence of str
        The name in that language, else the name, else the code; never empty.
    """
    columns = ["name_en", "name", "code"] if language is Language.EN else ["name", "code"]
    choices = [areas[column].to_numpy(dtype=object) for column in columns if column in areas]
    return AreaNames(choices, words(language)["unnamed"])


def texts(values: pd.Series) -> list[str]:
    """Give a column as text, with an empty one where a value is missing.

    Parameters
    ----------
    values : Series
        Text or whole numbers; None, NaN or NA where there is nothing.

    Returns
    -------
    list of str
        One per value.
    """
    return [value or "" for value in as_text(values)]
