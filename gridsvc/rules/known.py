"""What rules and border policies may name, as it is at one moment: a value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shapely.geometry.base import BaseGeometry

from gridsvc.rules.window import SpecialDays


@dataclass(frozen=True, slots=True)
class Category:
    """A minor class, or a major class with the kinds of all its minors."""

    kinds: frozenset[str]
    major_code: str | None
    """The major class of a minor; None of a major itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that may be named."""

    layers: frozenset[str]
    organisations: Mapping[UUID, str]
    """Their codes."""
    categories: Mapping[tuple[str, str], Category]
    """By scheme and code."""
    special: SpecialDays
    estate_types: frozenset[str]
    areas: Mapping[tuple[str, str], BaseGeometry]
    """Shapes by layer and code; of areas that policies name, EPSG:4326 (lon, lat)."""
