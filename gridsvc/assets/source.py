"""A file of components as a frame: its columns found, its classes read from the codes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import geopandas
import pandas as pd

from geodata.errors import ColumnError
from geodata.frames import as_text
from geodata.read import read_placed
from gridsvc.areas.attributes import plain
from gridsvc.assets.classes import class_digits
from gridsvc.errors import Invalid

COLUMNS: Final = ("code", "name", "category", "owner", "maintainer", "state")
"""What a component has; every other column of a file becomes an attribute."""
_CLASS_STARTS: Final = 6  # after the county


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is asked for: a file, how it is read, what is said of all its rows, and from when."""

    path: Path
    valid_from: datetime
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which column of the file is what; where nothing is said, the one of that name."""
    said: Mapping[str, str] = field(default_factory=dict)
    """`category`, `owner`, `maintainer` or `state` of all rows."""
    scheme: str | None = None
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    replace: bool = False
    margin_m: float = 5_000.0


def read_components(load: Load) -> geopandas.GeoDataFrame:
    """Read a file: COLUMNS as text or None, `attributes`, and the shapes in EPSG:4326."""
    raw = read_placed(load.path, layer=load.layer, encoding=load.encoding, crs=load.crs)
    if raw.empty:
        raise Invalid(
            "no_components",
            en=f"{load.path.name} holds no components.",
            zh=f"{load.path.name} 中没有部件。",
            field="file",
        )
    table = pd.DataFrame(raw.drop(columns=raw.geometry.name))
    chosen = {what: load.columns.get(what, what) for what in COLUMNS}
    _require(table, {chosen["code"], *load.columns.values()})
    texts = {what: _column(table, name, what, load.said) for what, name in chosen.items()}
    extras = table.drop(columns=[name for name in chosen.values() if name in table.columns])
    attributes = [
        {str(name): plain(value) for name, value in row.items()}
        for row in extras.to_dict("records")
    ] or [{} for _ in range(len(table))]
    frame = pd.DataFrame({**texts, "attributes": pd.Series(attributes, dtype=object)})
    return geopandas.GeoDataFrame(frame, geometry=raw.geometry.to_numpy(), crs=raw.crs)


def _require(table: pd.DataFrame, needed: Collection[str]) -> None:
    missing = sorted(name for name in needed if name not in table.columns)
    if missing:
        found = [str(column) for column in table.columns] or ["-"]
        raise ColumnError(
            "column_missing",
            en=f"There is no column {', '.join(missing)}; there are: {', '.join(found)}. Say which "
            "of them holds what.",
            zh=f"没有列 {'、'.join(missing)}；现有列：{'、'.join(found)}。请指明各列的含义。",
        )


def _column(table: pd.DataFrame, name: str, what: str, said: Mapping[str, str]) -> pd.Series:
    if what in said:
        return pd.Series([said[what]] * len(table), dtype=object, name=what)
    if name in table.columns:
        texts = [plain(text) for text in as_text(table[name])]
        return pd.Series(texts, dtype=object, name=what)
    return pd.Series([None] * len(table), dtype=object, name=what)


def with_classes(frame: geopandas.GeoDataFrame, classes: Collection[str]) -> pd.Series:
    """Give the class of each row: the one it names, or else the one that its code names."""
    known: dict[str, list[str]] = {}
    for code in sorted(classes):
        known.setdefault(class_digits(code) or "", []).append(code)
    found = [
        category or (code and _named(code, known))
        for code, category in zip(frame["code"], frame["category"], strict=True)
    ]
    return pd.Series(found, dtype=object, name="category")


def _named(code: str, known: Mapping[str, list[str]]) -> str | None:
    """Read the class in a code; None if the scheme has none that is called so, or several."""
    digits = (code[_CLASS_STARTS : _CLASS_STARTS + length] for length in (4, 5))
    found = [category for text in digits for category in known.get(text, ())]
    return found[0] if len(found) == 1 else None
