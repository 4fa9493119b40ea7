"""Single edits of a layer: what each does to the areas that it names. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.redraw import merge, new_corners, split, with_corners
from gridsvc.areas.attributes import COUNTS, LONGEST_CODE
from gridsvc.areas.publish import AreaValues
from gridsvc.errors import Conflict, Invalid

Areas = Mapping[str, AreaValues]
"""By code."""
CodeMap = Mapping[str, tuple[str, ...]]
"""Old code: what came of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an edit writes and takes away, and which codes came of which."""

    put: tuple[AreaValues, ...] = ()
    gone: frozenset[str] = frozenset()
    came_of: CodeMap = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Add:
    """A new area."""

    area: AreaValues

    @property
    def named(self) -> frozenset[str]:
        """The codes of the areas that are changed."""
        return frozenset()

    @property
    def made(self) -> tuple[str, ...]:
        """The codes of the areas that come of it."""
        return (self.area["code"],)

    def apply(self, areas: Areas, beside: Areas) -> Effect:  # noqa: ARG002 - as every edit's
        """Write it beside the others."""
        return Effect(put=(self.area,))


@dataclass(frozen=True, slots=True)
class Change:
    """Another shape, name, parent or other value of one area; what is not given stays."""

    code: str
    values: Mapping[str, Any]

    @property
    def named(self) -> frozenset[str]:
        """The codes of the areas that are changed."""
        return frozenset({self.code})

    @property
    def made(self) -> tuple[str, ...]:
        """The codes of the areas that come of it."""
        return (self.code,)

    def apply(self, areas: Areas, beside: Areas) -> Effect:  # noqa: ARG002 - as every edit's
        """Write the values over the old ones."""
        return Effect(put=({**areas[self.code], **self.values},))


@dataclass(frozen=True, slots=True)
class Half:
    """What one side of a cut is called; how many live there is known only to who counts."""

    code: str
    name: str
    name_en: str | None = None
    population: int | None = None
    households: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """One area cut in two along a line; the first half lies to the left of it."""

    code: str
    line: BaseGeometry
    into: tuple[Half, Half]

    @property
    def named(self) -> frozenset[str]:
        """The codes of the areas that are changed."""
        return frozenset({self.code})

    @property
    def made(self) -> tuple[str, ...]:
        """The codes of the areas that come of it."""
        return tuple(half.code for half in self.into)

    def apply(self, areas: Areas, beside: Areas) -> Effect:
        """Cut, and give the neighbours the corners of the cut, so that no border parts."""
        old = areas[self.code]
        shapes = split(old["geometry"], self.line)
        corners = new_corners(old["geometry"], list(shapes))
        halves = [
            {
                **old,
                "code": half.code,
                "name": half.name,
                "attributes": _renamed(old, half.name, half.name_en),
                "geometry": multi(shape),
                "population": half.population,
                "households": half.households,
            }
            for half, shape in zip(self.into, shapes, strict=True)
        ]
        touched = [
            {**area, "geometry": multi(with_corners(area["geometry"], corners))}
            for area in beside.values()
        ]
        changed = [one for one in touched if one["geometry"] != beside[one["code"]]["geometry"]]
        return Effect(
            put=(*halves, *changed),
            gone=self.named - set(self.made),
            came_of={self.code: self.made},
        )


@dataclass(frozen=True, slots=True)
class Merge:
    """Several areas joined into one."""

    codes: tuple[str, ...]
    code: str
    name: str
    parent: str | None
    name_en: str | None = None

    @property
    def named(self) -> frozenset[str]:
        """The codes of the areas that are changed."""
        return frozenset(self.codes)

    @property
    def made(self) -> tuple[str, ...]:
        """The codes of the areas that come of it."""
        return (self.code,)

    def apply(self, areas: Areas, beside: Areas) -> Effect:  # noqa: ARG002 - as every edit's
        """Join; the first one's other values stay, people are added up where all are counted."""
        self._refuse_itself()
        olds = [areas[code] for code in self.codes]
        joined = {
            **olds[0],
            "code": self.code,
            "name": self.name,
            "attributes": _renamed(olds[0], self.name, self.name_en),
            "parent_code": self.parent if self.parent is not None else _common_parent(olds),
            "geometry": multi(merge([old["geometry"] for old in olds])),
            **{name: _total([old[name] for old in olds]) for name in COUNTS},
        }
        return Effect(
            put=(joined,),
            gone=self.named - {self.code},
            came_of=dict.fromkeys(self.codes, (self.code,)),
        )

    def _refuse_itself(self) -> None:
        if len(self.named) < 2:
            raise Invalid(
                "merged_with_itself",
                en=f'The area "{self.codes[0]}" is joined with nothing but itself; name others.',
                zh=f"区域“{self.codes[0]}”只与自身合并；请指明其他区域。",
                field="codes",
            )


@dataclass(frozen=True, slots=True)
class Recode:
    """Another code for an area."""

    code: str
    to: str

    @property
    def named(self) -> frozenset[str]:
        """The codes of the areas that are changed."""
        return frozenset({self.code})

    @property
    def made(self) -> tuple[str, ...]:
        """The codes of the areas that come of it."""
        return (self.to,)

    def apply(self, areas: Areas, beside: Areas) -> Effect:  # noqa: ARG002 - as every edit's
        """Write the area under the other code."""
        return Effect(
            put=({**areas[self.code], "code": self.to},),
            gone=self.named - {self.to},
            came_of={self.code: (self.to,)},
        )


@dataclass(frozen=True, slots=True)
class Remove:
    """An area taken out."""

    code: str

    @property
    def named(self) -> frozenset[str]:
        """The codes of the areas that are changed."""
        return frozenset({self.code})

    @property
    def made(self) -> tuple[str, ...]:
        """The codes of the areas that come of it."""
        return ()

    def apply(self, areas: Areas, beside: Areas) -> Effect:  # noqa: ARG002 - as every edit's
        """Take it away."""
        return Effect(gone=frozenset({self.code}))


Edit = Add | Change | Split | Merge | Recode | Remove


def refuse_wrong_codes(edit: Edit, known: Collection[str]) -> None:
    """Refuse an edit of areas that are not there, or that makes two of one code."""
    missing = sorted(edit.named - set(known))
    if missing:
        raise Invalid(
            "unknown_area",
            en=f"The draft has no area {', '.join(missing)}.",
            zh=f"草案中没有区域 {'、'.join(missing)}。",
            field="code",
        )
    for code in edit.made:
        if not code or len(code) > LONGEST_CODE:
            raise Invalid(
                "code_too_long",
                en=f"A code has 1 to {LONGEST_CODE} characters.",
                zh=f"编码须为 1 至 {LONGEST_CODE} 个字符。",
                field="code",
            )
    taken = sorted((set(edit.made) & set(known)) - edit.named)
    twice = sorted({code for code in edit.made if edit.made.count(code) > 1})
    if taken or twice:
        listed = (taken or twice)[0]
        raise Conflict(
            "code_taken",
            en=f'The code "{listed}" would stand for two areas.',
            zh=f"编码“{listed}”将对应两个区域。",
            field="code",
        )


def followed(codes: CodeMap, came_of: CodeMap) -> dict[str, tuple[str, ...]]:
    """Carry a code map on through a further edit: what came of what came of a code."""
    found = {
        old: tuple(dict.fromkeys(last for new in news for last in came_of.get(new, (new,))))
        for old, news in codes.items()
    }
    made = {new for news in codes.values() for new in news}
    first = {old: news for old, news in came_of.items() if old not in made}
    return {**first, **found}


def multi(shape: BaseGeometry) -> BaseGeometry:
    """Make a shape one that the table takes."""
    return shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape


def _renamed(old: AreaValues, name: str, name_en: str | None) -> dict[str, Any]:
    """Give what else is known of an area; its English name is not that of one called otherwise."""
    attributes = dict(old["attributes"])
    if name_en is not None:
        attributes["name_en"] = name_en
    elif name != old["name"]:
        attributes.pop("name_en", None)
    return attributes


def _common_parent(olds: list[AreaValues]) -> str | None:
    parents: set[str | None] = {old["parent_code"] for old in olds}
    if len(parents) > 1:
        raise Invalid(
            "several_parents",
            en="The areas belong to different parents; name that of the joined one.",
            zh="这些区域的上级不同；请指明合并后的上级。",
            field="parent",
        )
    return parents.pop()


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
