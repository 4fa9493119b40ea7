"""Finding the category that a report names. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from gridsvc.catalogue.repository import CategoryRecord
from gridsvc.errors import Invalid

Catalogue = Mapping[str, tuple[CategoryRecord, ...]]
"""Categories by code; several schemes may use one code."""


def catalogue_of(records: Iterable[CategoryRecord]) -> Catalogue:
    """Arrange categories by code."""
    found: dict[str, tuple[CategoryRecord, ...]] = {}
    for record in records:
        found[record.code] = (*found.get(record.code, ()), record)
    return found


def find_category(
    catalogue: Catalogue, code: str, *, scheme: str | None, at: datetime
) -> CategoryRecord:
    """Find a category in force at a time, or say why there is none."""
    named = [c for c in catalogue.get(code, ()) if scheme is None or c.scheme == scheme]
    found = [c for c in named if c.holds(at)]
    if not found:
        raise Invalid(
            "unknown_category",
            en=f'No category "{code}" is in force then; GET /v1/categories lists them.',
            zh=f"当时有效的类别中没有“{code}”；可用 GET /v1/categories 查询。",
            field="category",
        )
    if len({c.scheme for c in found}) > 1:
        schemes = sorted({c.scheme for c in found})
        raise Invalid(
            "ambiguous_category",
            en=f'Several schemes have a category "{code}": {", ".join(schemes)}; name `scheme`.',
            zh=f"多个分类方案都有“{code}”：{'、'.join(schemes)}；请指定 scheme。",
            field="scheme",
        )
    return found[0]
