"""The checks of a file of components, column by column. Nothing is changed here. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.findings import Severity
from geodata.nearby import Array
from geodata.parts import Shapes
from gridsvc.assets.classes import names, parse
from gridsvc.assets.findings import Finding, Words, in_rows, of_values
from gridsvc.assets.shape import KINDS
from gridsvc.assets.state import CHINESE, WORDS

LONGEST_NAME: Final = 200
_FIT: Final = tuple(shapely.GeometryType[kind.upper()] for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Known:
    """What a file may refer to."""

    classes: Mapping[str, str]
    """Name of each class of components, by its code."""
    not_classes: Mapping[str, Words]
    """What is wrong with the other classes that the file names."""
    bodies: frozenset[str]
    """Codes and names of the organisations, the names that two of them share left out."""


def check(frame: geopandas.GeoDataFrame, known: Known) -> list[Finding]:
    """List what is wrong with the components of a file, but for where they stand.

    Parameters
    ----------
    frame : GeoDataFrame
        EPSG:4326; `code`, `name`, `category`, `owner`, `maintainer`, `state` are text or None.
    known : Known
        What the text may refer to.
    """
    return [
        *_codes(frame["code"], [c if c in known.classes else None for c in frame["category"]]),
        *of_values(frame["category"], known.not_classes, missing=_NO_CLASS),
        *of_values(frame["owner"], _unknown(frame["owner"], known), missing=_NO_OWNER),
        *of_values(frame["maintainer"], _unknown(frame["maintainer"], known)),
        *of_values(frame["state"], _states(frame["state"])),
        *_names(frame["name"]),
        *_shapes(frame.geometry.to_numpy()),
    ]


_NO_CODE: Words = ("missing_code", "there is no code.", "没有编码。")
_NO_CLASS: Words = (
    "missing_category",
    "no class is named, and the code names none of the scheme's.",
    "未注明类别，编码中的类别也不在分类方案之内。",
)
_NO_OWNER: Words = ("missing_owner", "there is no owner.", "没有权属单位。")
_EMPTY: Words = ("empty_geometry", "there is no shape; draw it.", "没有图形；请补绘。")
_UNFIT: Words = (
    "unfit_geometry",
    f"the shape is not one of {', '.join(KINDS)}.",
    f"图形类型应为 {'、'.join(KINDS)} 之一。",
)
_CROSSED: Words = (
    "invalid_geometry",
    "the border crosses or touches itself; redraw it.",
    "边界自相交；请重绘。",
)
_LONG: Words = (
    "name_too_long",
    f"the name has more than {LONGEST_NAME} characters. Is this the column with the names?",
    f"名称超过 {LONGEST_NAME} 个字符。所指的列是名称列吗？",
)


def _codes(codes: pd.Series, categories: Sequence[str | None]) -> Iterator[Finding]:
    yield from in_rows(np.flatnonzero(codes.isna()), _NO_CODE)
    for row, (code, category) in enumerate(zip(codes, categories, strict=True)):
        words = None if code is None else _wrong_code(code, category)
        if words is not None:
            yield from in_rows(np.array([row]), words)
    repeated = codes[codes.duplicated(keep=False) & codes.notna()].unique()
    yield from of_values(codes, {code: _repeated(code) for code in repeated})


def _wrong_code(code: str, category: str | None) -> Words | None:
    parsed = parse(code, category or "")
    if parsed is None:
        return (
            "bad_code",
            f'"{code}" is no code of a component: 16 digits, which begin with those of a county.',
            f"“{code}”不是部件编码：应为 16 位数字，以县级行政区划代码开头。",
        )
    if category is None or names(parsed, category):
        return None
    return (
        "code_of_another_class",
        f'the code {code} is one of class {parsed.major}{parsed.minor}, not "{category}".',
        f"编码 {code} 属于类别 {parsed.major}{parsed.minor}，而非“{category}”。",
    )


def _repeated(code: str) -> Words:
    return (
        "duplicate_code",
        f"all have the code {code}; give each component its own.",
        f"编码 {code} 重复；每个部件须有自己的编码。",
    )


def _unknown(values: pd.Series, known: Known) -> dict[str, Words]:
    return {
        value: (
            f"unknown_{values.name}",
            f'there is no organisation "{value}", by code or by name.',
            f"没有编码或名称为“{value}”的单位。",
        )
        for value in values.dropna().unique()
        if value not in known.bodies
    }


def _states(values: pd.Series) -> dict[str, Words]:
    listed, chinese = ", ".join(CHINESE), "、".join(CHINESE.values())
    return {
        value: (
            "unknown_state",
            f'"{value}" is no state; there are {listed}, or in Chinese {chinese}.',
            f"“{value}”不是部件状态；可用 {chinese}（或 {listed}）。",
        )
        for value in values.dropna().unique()
        if value not in WORDS
    }


def _names(values: pd.Series) -> Iterator[Finding]:
    lengths = np.array([len(value or "") for value in values], dtype=np.int64)
    yield from in_rows(np.flatnonzero(lengths > LONGEST_NAME), _LONG)


def _shapes(shapes: Shapes) -> Iterator[Finding]:
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    fit = np.isin(shapely.get_type_id(shapes), _FIT)
    yield from in_rows(np.flatnonzero(empty), _EMPTY)
    yield from in_rows(np.flatnonzero(~empty & ~fit), _UNFIT)
    yield from in_rows(np.flatnonzero(~empty & fit & ~shapely.is_valid(shapes)), _CROSSED)


def check_ground(metres: Array, *, margin_m: float) -> list[Finding]:
    """List the rows outside of the map: a city may own things there, but not far away.

    Parameters
    ----------
    metres : ndarray of float64, shape (n,)
        How far outside each component stands, as `ground.metres_outside` tells.
    margin_m : float
        Beyond it, something is wrong with the coordinates.
    """
    far = (
        "outside_service_area",
        f"it lies more than {margin_m / 1000:g} km outside of the map; check the coordinates.",
        f"位于地图范围之外 {margin_m / 1000:g} 公里以上；请检查坐标及坐标系。",
    )
    near = ("outside_map", "it lies outside of the map.", "位于地图范围之外。")
    beyond = metres > margin_m
    return [
        *in_rows(np.flatnonzero(beyond), far),
        *in_rows(np.flatnonzero((metres > 0) & ~beyond), near, severity=Severity.WARNING),
    ]
