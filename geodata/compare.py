"""Say what differs between two editions of a layer, area by area. Neither is judged or changed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.layer import Layer
from geodata.measure import Flags, area_text, counted
from geodata.overlay import Pieces, difference
from geodata.parts import Rows, Shapes, together


class Sentence(NamedTuple):
    """One thing said in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Relabelled:
    """An area which has another name, or another parent, than before; "" where it had none."""

    code: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Moved:
    """An area whose land is another than before.

    Parameters
    ----------
    code : str
        The area.
    gained_m2, lost_m2 : float or None
        Geodesic area of what came to it and of what left it; None where one of its shapes is not
        valid, so that nothing can be measured.
    place : shapely geometry or None
        What came and what left together (the symmetric difference), EPSG:4326 (lon, lat).
    """

    code: str
    gained_m2: float | None
    lost_m2: float | None
    place: BaseGeometry | None

    @property
    def moved_m2(self) -> float | None:
        """Geodesic area of the symmetric difference."""
        if self.gained_m2 is None or self.lost_m2 is None:
            return None
        return self.gained_m2 + self.lost_m2


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two editions of a layer; everything in ascending order of code.

    Parameters
    ----------
    added, removed : tuple of str
        Codes that only the new, or only the old edition has.
    renamed, reparented : tuple of Relabelled
        Codes with another name; with another parent.
    moved : tuple of Moved
        Codes with other land.
    rewritten : tuple of str
        Codes whose coordinates differ while their land is the same to within 1 cm: rounded, or with
        corners added or in another order.
    unchanged : int
        How many codes have the same name, parent and land (the rewritten ones among them).
    left_out : int
        How many rows of both editions could not be compared: they have no code, or one that stands
        in a row before.
    sentences : tuple of Sentence
        Each change in words, in the order of the fields above.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[Relabelled, ...]
    reparented: tuple[Relabelled, ...]
    moved: tuple[Moved, ...]
    rewritten: tuple[str, ...]
    unchanged: int
    left_out: int
    sentences: tuple[Sentence, ...] = ()

    @property
    def summary(self) -> Sentence:
        """The counts in one sentence."""
        numbers = [
            len(self.added),
            len(self.removed),
            len(self.renamed),
            len(self.reparented),
            len(self.moved),
            self.unchanged,
        ]
        en = "{:,} added, {:,} removed, {:,} renamed, {:,} under another parent, {:,} moved, "
        zh = "新增 {:,}，撤销 {:,}，更名 {:,}，变更上级 {:,}，边界变化 {:,}，未变 {:,}。"
        return Sentence(en=(en + "{:,} unchanged.").format(*numbers), zh=zh.format(*numbers))


class _Common(NamedTuple):
    """The areas of both editions, by ascending code."""

    codes: list[str]
    old_rows: Rows
    new_rows: Rows


def compare(old: geopandas.GeoDataFrame, new: geopandas.GeoDataFrame) -> Difference:
    """Compare two editions of a layer by the codes of their areas.

    Parameters
    ----------
    old, new : GeoDataFrame
        Have the columns of an AreaFrame, EPSG:4326 (lon, lat); further columns are not compared. A
        missing or empty shape is no land.

    Returns
    -------
    Difference
        The order of rows does not matter. Pieces of land with a mean width below 1 cm are rounding
        and do not count.

    Raises
    ------
    ColumnError, CrsError
        A table is not that of an AreaFrame (see `geodata.frames.check_areas`).
    """
    before, after = Layer.of(old), Layer.of(new)
    common = _common(before, after)
    renamed = _relabelled(common, before.names, after.names)
    reparented = _relabelled(common, before.parents, after.parents)
    moved, rewritten = _land(common, before, after)
    changed = {it.code for it in (*renamed, *reparented)} | {it.code for it in moved}
    found = Difference(
        added=tuple(sorted(after.rows.keys() - before.rows.keys())),
        removed=tuple(sorted(before.rows.keys() - after.rows.keys())),
        renamed=renamed,
        reparented=reparented,
        moved=moved,
        rewritten=rewritten,
        unchanged=len(common.codes) - len(changed),
        left_out=len(before) - len(before.rows) + len(after) - len(after.rows),
    )
    return replace(found, sentences=tuple(_sentences(before, after, found)))


def _common(before: Layer, after: Layer) -> _Common:
    codes = sorted(before.rows.keys() & after.rows.keys())
    return _Common(
        codes=codes,
        old_rows=np.array([before.rows[code] for code in codes], dtype=np.intp),
        new_rows=np.array([after.rows[code] for code in codes], dtype=np.intp),
    )


def _relabelled(common: _Common, old: list[str], new: list[str]) -> tuple[Relabelled, ...]:
    pairs = zip(common.codes, common.old_rows, common.new_rows, strict=True)
    return tuple(
        Relabelled(code=code, old=old[before], new=new[after])
        for code, before, after in pairs
        if old[before] != new[after]
    )


def _land(
    common: _Common, before: Layer, after: Layer
) -> tuple[tuple[Moved, ...], tuple[str, ...]]:
    """Tell whose land moved, and whose was only written anew."""
    old, new = before.shapes[common.old_rows], after.shapes[common.new_rows]
    differs = shapely.to_wkb(old) != shapely.to_wkb(new)
    known = _known(before)[common.old_rows] & _known(after)[common.new_rows]
    rows = np.flatnonzero(differs & known)
    gained = Pieces.of(difference(_filled(new[rows]), _filled(old[rows])), rows)
    lost = Pieces.of(difference(_filled(old[rows]), _filled(new[rows])), rows)
    moved = [
        Moved(code=common.codes[row], gained_m2=None, lost_m2=None, place=None)
        for row in np.flatnonzero(differs & ~known)
    ]
    moved += _moved(common.codes, gained, lost)
    elsewhere = {it.code for it in moved}
    rewritten = (common.codes[row] for row in rows if common.codes[row] not in elsewhere)
    return tuple(sorted(moved, key=lambda it: it.code)), tuple(rewritten)


def _moved(codes: list[str], gained: Pieces, lost: Pieces) -> Iterator[Moved]:
    gained_m2 = np.bincount(gained.rows, gained.area_m2(), minlength=len(codes))
    lost_m2 = np.bincount(lost.rows, lost.area_m2(), minlength=len(codes))
    both = Pieces(
        shapes=np.concatenate([gained.shapes, lost.shapes]),
        rows=np.concatenate([gained.rows, lost.rows]),
    )
    for row, shapes in both.by_rows():
        yield Moved(
            code=codes[int(row)],
            gained_m2=float(gained_m2[row]),
            lost_m2=float(lost_m2[row]),
            place=together(shapes),
        )


def _known(layer: Layer) -> Flags:
    flags: Flags = layer.usable | shapely.is_missing(layer.shapes) | shapely.is_empty(layer.shapes)
    return flags


def _filled(shapes: Shapes) -> Shapes:
    return np.where(shapely.is_missing(shapes), shapely.Polygon(), shapes)


def _sentences(before: Layer, after: Layer, found: Difference) -> Iterator[Sentence]:
    for code in found.added:
        yield _say(after, code, "is new", "为新增区域")
    for code in found.removed:
        yield _say(before, code, "is gone", "已撤销")
    for name in found.renamed:
        yield _say(
            after,
            name.code,
            f"was called {name.old or 'nothing'}",
            f"原名为“{name.old}”" if name.old else "原无名称",
        )
    for parent in found.reparented:
        yield _say(
            after,
            parent.code,
            f"moved from the parent {parent.old or 'none'} to {parent.new or 'none'}",
            f"上级由 {parent.old or '无'} 改为 {parent.new or '无'}",
        )
    for land in found.moved:
        yield _say(after, land.code, *_land_text(land))
    if found.left_out:
        rows = counted(found.left_out, "row")
        yield Sentence(
            en=f"{rows} without a code of their own could not be compared.",
            zh=f"有 {found.left_out:,} 行没有编码或编码重复，未参与比较。",
        )


def _say(layer: Layer, code: str, en: str, zh: str) -> Sentence:
    row = layer.rows[code]
    return Sentence(en=f"{layer.en(row)} {en}.", zh=f"{layer.zh(row)}{zh}。")


def _land_text(land: Moved) -> tuple[str, str]:
    if land.gained_m2 is None or land.lost_m2 is None:
        return (
            "has another shape, but not both are valid, so that nothing can be measured",
            "图形已改变，但新旧图形并非都有效，无法量算",
        )
    gained_en, gained_zh = area_text(land.gained_m2)
    lost_en, lost_zh = area_text(land.lost_m2)
    return f"gained {gained_en} and lost {lost_en}", f"边界变化：增加 {gained_zh}，减少 {lost_zh}"
