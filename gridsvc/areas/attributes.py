"""What is kept of an area beside its parent and shape, as the database can hold it. Pure."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import geopandas
import numpy as np
import pandas as pd

from geodata.frames import COLUMNS
from gridsvc.errors import Invalid

COUNTS = ("population", "households")
FIRST_CLASS = (*COUNTS, "estate_type")
"""Columns of a frame that have one of their own in the table; the others become attributes."""
LONGEST_CODE = 64
"""What the API takes where a code is asked for."""
LARGEST_COUNT = 2**63 - 1

Row = Mapping[str, Any]


def kept_of(frame: geopandas.GeoDataFrame) -> list[dict[str, Any]]:
    """Give, row by row, the values of the table's own columns, and the others as attributes."""
    extras = [name for name in frame.columns if name not in {*COLUMNS, *FIRST_CLASS}]
    return [_kept(row, extras) for row in frame.drop(columns="geometry").to_dict("records")]


def _kept(row: Row, extras: list[str]) -> dict[str, Any]:
    code, estate_type = _code(row), plain(row.get("estate_type"))
    return {
        "code": code,
        "name": plain(row["name"]) or code,
        **{name: _count(row, name) for name in COUNTS},
        "estate_type": None if estate_type is None else str(estate_type),
        "attributes": {str(name): plain(row[name]) for name in extras},
    }


def _code(row: Row) -> str | None:
    code: str | None = plain(row["code"])
    if code is not None and len(code) > LONGEST_CODE:
        raise Invalid(
            "code_too_long",
            en=f'"{code[:LONGEST_CODE]}…" has {len(code)} characters; a code has at most '
            f"{LONGEST_CODE}. Is this the column with the codes?",
            zh=f"“{code[:LONGEST_CODE]}……”长 {len(code)} 个字符；编码最长 {LONGEST_CODE} 个字符。"
            "所指的列是编码列吗？",
            field="code",
        )
    return code


def _count(row: Row, name: str) -> int | None:
    value = plain(row.get(name))
    if value is None or value == "":
        return None
    whole = isinstance(value, int | float) and value == int(value)
    number = int(value) if whole or (isinstance(value, str) and value.isdecimal()) else -1
    if 0 <= number <= LARGEST_COUNT:
        return number
    raise Invalid(
        "not_a_count",
        en=f'The column "{name}" holds {value!r} for the area {row["code"]}; it must be a whole '
        "number. Correct it, or give the column another name.",
        zh=f"区域 {row['code']} 的列“{name}”为 {value!r}，应为整数。请更正，或将该列改名。",
        field=name,
    )


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever a file's column holds
    """Make a value of a file fit for JSON and SQL: None for nothing, Python's own for numpy's."""
    if isinstance(value, np.generic):
        value = value.item()
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value)
        case float():
            return value if isfinite(value) else None
        case dict():
            return {_text(str(name)): plain(inner) for name, inner in value.items()}
        case list() | tuple() | np.ndarray():
            return [plain(inner) for inner in value]
    return None if pd.isna(value) else str(value)


def _text(text: str) -> str:
    if "\0" in text:
        raise Invalid(
            "nul_in_text",
            en=f"The text {text!r} holds the character NUL, which cannot be kept; export the file "
            "anew.",
            zh=f"文本 {text!r} 含有无法保存的 NUL 字符；请重新导出文件。",
            field="file",
        )
    return text
