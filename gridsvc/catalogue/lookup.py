"""Finding the category that a report names. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from gridsvc.catalogue.entry import EVENT
from gridsvc.catalogue.numbering import NUMBERINGS, Major, Numbering, counterpart
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
        raise _unknown(catalogue, code, scheme=scheme, at=at)
    if len({c.scheme for c in found}) > 1:
        schemes = sorted({c.scheme for c in found})
        raise Invalid(
            "ambiguous_category",
            en=f'Several schemes have a category "{code}": {", ".join(schemes)}; name `scheme`.',
            zh=f"多个分类方案都有“{code}”：{'、'.join(schemes)}；请指定 scheme。",
            field="scheme",
        )
    return found[0]


@dataclass(frozen=True, slots=True)
class Renumbered:
    """A category that was asked for by the code that another order of event majors gives it."""

    record: CategoryRecord
    asked: str
    numbering: Numbering

    @property
    def zh(self) -> str:
        """Say so."""
        own, name = self.record.code, self.record.name
        return f"按“{self.numbering.zh}”编号的 {self.asked} 在本方案中为 {own}“{name}”"

    @property
    def en(self) -> str:
        """Say so."""
        own, name = self.record.code, self.record.name_en or self.record.name
        return f'{self.asked} by the order "{self.numbering.en}" is {own} "{name}" in this scheme'


def by_numbering(
    catalogue: Catalogue, code: str, numbering: Numbering, *, scheme: str | None, at: datetime
) -> Renumbered:
    """Find the category that another order of event majors calls `code`."""
    own = counterpart(code, _majors(catalogue, scheme=scheme, at=at), numbering)
    return Renumbered(find_category(catalogue, own, scheme=scheme, at=at), code, numbering)


def _majors(catalogue: Catalogue, *, scheme: str | None, at: datetime) -> set[Major]:
    return {
        Major(record.major_code, record.major_name)
        for record in chain.from_iterable(catalogue.values())
        if record.kind == EVENT and record.holds(at) and scheme in {None, record.scheme}
    }


def _unknown(catalogue: Catalogue, code: str, *, scheme: str | None, at: datetime) -> Invalid:
    """Say that there is no such category, and which one another order would mean by it."""
    zh = en = ""
    majors = _majors(catalogue, scheme=scheme, at=at)
    for numbering in NUMBERINGS.values():
        own = counterpart(code, majors, numbering)
        meant = [one for one in catalogue.get(own, ()) if own != code and one.holds(at)]
        if meant:
            other = Renumbered(meant[0], code, numbering)
            zh, en = f"{other.zh}。", f" {other.en}."
    return Invalid(
        "unknown_category",
        en=f'No category "{code}" is in force then; GET /v1/categories lists them.{en}',
        zh=f"当时有效的类别中没有“{code}”；可用 GET /v1/categories 查询。{zh}",
        field="category",
    )
