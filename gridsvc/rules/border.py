"""Who has what lies on or across a border, as declared: one policy, as data. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from shapely.geometry.base import BaseGeometry


class BorderKind(StrEnum):
    """What a policy declares."""

    SIDE = "side"
    """The border, and what lies within some metres of it, belongs to the first area."""
    PARITY = "parity"
    """Along a road the even house numbers are the first area's, the odd ones the second's."""
    EXCEPTION = "exception"
    """What lies in a shape (a park, a market astride two districts) is the first area's."""
    JOINT = "joint"
    """As `exception` or, without a shape, as `side`; the other areas' leads help."""


class Ground(IntEnum):
    """What a policy speaks of, the most exact first."""

    SHAPE = 0
    ROAD = 1
    BORDER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderPolicy:
    """A declared answer for a border of one layer."""

    id: UUID
    code: str
    title: str
    title_en: str | None = None
    kind: BorderKind
    layer: str
    areas: tuple[str, ...]
    """Codes of areas of the layer, the favoured one first."""
    within_m: float = 0.0
    """How far from the common border it still holds, on either side."""
    road: str | None = None
    """Name of the road whose numbers count."""
    shape: BaseGeometry | None = None
    """EPSG:4326 (lon, lat)."""
    scheme: str | None = None
    category_code: str | None = None
    priority: int = 0
    valid_from: datetime
    valid_to: datetime | None = None
    since: datetime | None = None
    """From when on it truly was so, where it is taken to have held always."""

    @property
    def began(self) -> datetime:
        """Since when it is so."""
        return self.since or self.valid_from

    @property
    def ground(self) -> Ground:
        """What the policy speaks of."""
        if self.kind is BorderKind.PARITY:
            return Ground.ROAD
        with_shape = self.kind is BorderKind.EXCEPTION or (
            self.kind is BorderKind.JOINT and self.shape is not None
        )
        return Ground.SHAPE if with_shape else Ground.BORDER

    def in_force(self, at: datetime) -> bool:
        """Whether the policy is valid at a time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)
