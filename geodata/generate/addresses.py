"""Addresses as people write them, with what they mean: to measure how well they are understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import pandas as pd

from geodata.generate import names
from geodata.generate.chance import stream
from geodata.generate.city import City
from geodata.generate.roads import KINDS, LAST_NUMBER

_BEFORE: Final = ("居民反映，", "位于", "在")
_BEHIND: Final = ("附近", "门口有垃圾", "3号楼下", "对面")
_STRANGE: Final = "曹杨浦陵阜衡嵩岱泗沂"
"""Characters of no made-up name."""
_SPOKEN: Final = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """A road or an estate with the names of the areas that it lies in."""

    code: str
    core: str
    suffix: str
    street: str
    district: str

    @property
    def name(self) -> str:
        """The whole name."""
        return self.core + self.suffix


_Chance = np.random.Generator
_Writer = Callable[[Place, _Chance], str]


def written_addresses(city: City, count: int, *, seed: int = 7) -> pd.DataFrame:
    """Write addresses of roads and sub-estates in the ways that people do.

    Parameters
    ----------
    city : City
        Whose roads and estates.
    count : int
        How many of each way.
    seed : int
        Which ones, not negative.

    Returns
    -------
    DataFrame
        `way` (how it is written), `text`, `code` (of the road or estate meant, None where there is
        no such place).
    """
    rng = stream(seed, "written addresses")
    suffixes = [word for kind in names.ESTATE_SUFFIXES.values() for word in names.listed(kind)[0]]
    estates = _places(city, city.levels["sub_estate"], "parent", suffixes)
    roads = _places(city, city.roads, "community", list(names.listed(KINDS)[0]))
    rows = [
        (way, write(place, rng), None if way.startswith("unknown") else place.code)
        for way, write in WAYS.items()
        for things in [roads if "road" in way else estates]
        for place in (things[row] for row in rng.integers(len(things), size=count))
    ]
    return pd.DataFrame(rows, columns=["way", "text", "code"])


def _places(
    city: City, frame: geopandas.GeoDataFrame, community: str, suffixes: list[str]
) -> list[Place]:
    street, district = (
        city.levels[level].set_index("code")["name"] for level in ("street", "district")
    )
    found = []
    for code, name, above in zip(frame["code"], frame["name"], frame[community], strict=True):
        suffix = max((one for one in suffixes if name.endswith(one)), key=len)
        core = name.removesuffix(suffix)
        found.append(Place(code, core, suffix, street[above[:9]], district[above[:6]]))
    return found


def _number(rng: _Chance) -> int:
    return int(rng.integers(1, LAST_NUMBER + 1))


def _any(words: tuple[str, ...], rng: _Chance) -> str:
    return words[int(rng.integers(len(words)))]


def _full_width(text: str) -> str:
    return text.translate({ord("0") + digit: "０１２３４５６７８９"[digit] for digit in range(10)})


def _spoken(number: int) -> str:
    return "".join(_SPOKEN[int(digit)] for digit in str(number))


def _misspelt(word: str, rng: _Chance) -> str:
    at = int(rng.integers(len(word)))
    return word[:at] + _any(tuple(_STRANGE), rng) + word[at + 1 :]


WAYS: Final[Mapping[str, _Writer]] = {
    "road in full": lambda it, rng: f"{it.district}{it.street}{it.name}{_number(rng)}号",
    "road in its street": lambda it, rng: f"{it.street} {it.name} {_number(rng)}弄3号",
    "road in its district": lambda it, rng: f"{it.district}{it.name}{_number(rng)}号",
    "road with noise": lambda it, rng: (
        f"{_any(_BEFORE, rng)}{it.street}{it.name}{_spoken(_number(rng))}号{_any(_BEHIND, rng)}"
    ),
    "road in other digits": lambda it, rng: _full_width(f"{it.street}，{it.name}{_number(rng)}號"),
    "estate in full": lambda it, _: f"{it.district}{it.street}{it.name}12号楼302室",
    "estate in its street": lambda it, _: f"{it.street}{it.name}",
    "estate in its district": lambda it, _: f"{it.district}{it.name}",
    "estate with noise": lambda it, rng: (
        f"{_any(_BEFORE, rng)}{it.street}{it.name}{_any(_BEHIND, rng)}"
    ),
    "estate without its kind": lambda it, _: f"{it.district}{it.street}{it.core}2栋",
    "estate by name alone": lambda it, _: it.name,
    "misspelt road": lambda it, rng: f"{it.street}{_misspelt(it.core, rng)}{it.suffix}8号",
    "misspelt estate": lambda it, rng: f"{it.street}{_misspelt(it.core, rng)}{it.suffix}",
    "unknown road": lambda it, rng: f"{it.street}{_misspelt(_STRANGE[:2], rng)}路7号",
    "unknown estate": lambda it, rng: f"{it.street}{_misspelt(_STRANGE[2:4], rng)}{it.suffix}",
}
"""How people write, by the name of the way."""
