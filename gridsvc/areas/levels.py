"""The administrative levels: what they are called, and which lies above which. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "district": ("区", "District"),
        "street": ("街道", "Street"),
        "community": ("社区", "Community"),
        "grid": ("网格", "Grid"),
        "sub_estate": ("小区", "Sub-estate"),
    }
)
"""Chinese and English, the coarsest level first."""

_ABOVE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "street": ("district",),
        "community": ("street", "district"),
        "grid": ("community", "street", "district"),
        "sub_estate": ("community", "street", "district"),
    }
)


def levels_above(level: str | None) -> tuple[str, ...]:
    """List the levels above one, the nearest first; none of a district or a zone layer."""
    return _ABOVE.get(level or "", ())
