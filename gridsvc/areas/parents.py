"""Finding the area above to which each area belongs, where a file does not say. Pure.

By code: an official code begins with its parent's. By place: the parent that holds most of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import geopandas
import numpy as np
import pandas as pd
import shapely

from geodata.codes import parent_code, parse
from geodata.findings import Fault, Finding
from geodata.measure import area_m2
from gridsvc.areas.levels import TITLES

_LENGTHS = (12, 9, 6)
"""Digits of the codes of communities, streets and districts."""


class ParentBy(StrEnum):
    """How areas whose file has no column for it find the area that they belong to."""

    CODE = "code"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Above:
    """The areas above: the nearest level that has any in force."""

    level: str
    areas: geopandas.GeoDataFrame


def with_parents(
    frame: geopandas.GeoDataFrame, above: Above, by: ParentBy
) -> geopandas.GeoDataFrame:
    """Fill in the parents of a frame that names none."""
    find = _BY[by]
    return frame.assign(parent=pd.Series(find(frame, above.areas), dtype=object))


def parents_by_code(
    frame: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame
) -> list[str | None]:
    """Give each area the parent whose code its own lies under, None where none does."""
    codes = [code for code in parents["code"] if code is not None]
    by_digits = {parsed.significant: code for code in codes if (parsed := parse(code))}
    known = {code: code for code in codes} | by_digits
    return [next(_among(known, _codes_above(code)), None) for code in frame["code"]]


def _among(known: Mapping[str, str], wanted: Iterable[str]) -> Iterator[str]:
    return (known[code] for code in wanted if code in known)


def _codes_above(code: str | None) -> Iterator[str]:
    """Give what the code of a parent may be, the nearest first."""
    if code is None:
        return
    parsed = parse(code)
    if parsed is None:  # a city's own codes are often built like the official ones
        yield from (code[:length] for length in _LENGTHS if length < len(code))
        return
    for length in _LENGTHS:
        joins_communities = parsed.merged and length == 12
        if length < len(parsed.significant) and not joins_communities:
            yield parsed.significant[:length]


def parents_by_place(
    frame: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame
) -> list[str | None]:
    """Give each area the parent that holds the largest part of it.

    None where more of it lies outside all of them: a neighbour that is only touched along a common
    border is no parent.
    """
    areas, grounds = frame.geometry.to_numpy(), parents.geometry.to_numpy()
    usable = np.flatnonzero(shapely.is_valid(areas) & ~shapely.is_empty(areas))
    of_usable, of_parents = shapely.STRtree(grounds).query(areas[usable], predicate="intersects")
    rows = usable[of_usable]
    shared = area_m2(shapely.intersection(areas[rows], grounds[of_parents]))
    held = np.bincount(rows, shared, minlength=len(areas))
    outside = area_m2(areas) - held
    pairs = pd.DataFrame({"row": rows, "parent": of_parents, "shared": shared})
    largest = pairs[shared >= outside[rows]].sort_values(
        ["shared", "parent"], ascending=[False, True]
    )
    chosen: Mapping[int, int] = largest.drop_duplicates("row").set_index("row")["parent"].to_dict()
    codes = parents["code"].to_list()
    return [codes[chosen[row]] if row in chosen else None for row in range(len(frame))]


_BY: Mapping[
    ParentBy, Callable[[geopandas.GeoDataFrame, geopandas.GeoDataFrame], list[str | None]]
] = {ParentBy.CODE: parents_by_code, ParentBy.PLACE: parents_by_place}


def explained(
    findings: Sequence[Finding], frame: geopandas.GeoDataFrame, above: Above, by: ParentBy
) -> list[Finding]:
    """Say of each area that no parent was found for what was looked for and where."""
    return [
        _explained(finding, frame, above, by) if finding.code is Fault.MISSING_PARENT else finding
        for finding in findings
    ]


def _explained(
    finding: Finding, frame: geopandas.GeoDataFrame, above: Above, by: ParentBy
) -> Finding:
    code, name = frame.loc[finding.rows[0], ["code", "name"]]
    level_zh, level = TITLES[above.level]
    en, zh = f"{code or '?'} {name or ''}".strip(), f"{name or ''}（{code or '?'}）"
    if by is ParentBy.PLACE:
        return replace(
            finding,
            en=f"{en} lies outside every {level.lower()} in force, wholly or for the most part, "
            "and has no parent.",
            zh=f"{zh}全部或大部分位于现行各{level_zh}之外，没有上级。",
        )
    wanted = parent_code(code or "")
    if wanted is None:
        return replace(
            finding,
            en=f"The code of {en} does not say to which {level.lower()} it belongs; name a column "
            "with --parent, or choose --parent-by place.",
            zh=f"{zh}的编码看不出所属的{level_zh}；请用 --parent 指明列，"
            "或选择 --parent-by place。",
        )
    return replace(
        finding,
        en=f"{en} belongs to {wanted} by its code, and no {level.lower()} in force has that code; "
        "load it first, or the area stays without a parent.",
        zh=f"{zh}按编码属于 {wanted}，现行{level_zh}中没有该编码；请先载入，否则该区域没有上级。",
    )
