"""A version of a scheme as a file states it, held against the version before. Writes nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.catalogue.difference import Change, difference
from gridsvc.catalogue.entry import Entry
from gridsvc.catalogue.model import CategoryScheme
from gridsvc.catalogue.numbering import Numbering, numbering_named
from gridsvc.catalogue.renumbering import Remark, followed, renumbered
from gridsvc.catalogue.repository import entries_of, newest_version
from gridsvc.catalogue.service import Title
from gridsvc.catalogue.settling import contradictions, settled
from gridsvc.catalogue.stated import Fault, Stated, Table, read_table
from gridsvc.errors import Invalid
from gridsvc.sheets import read_leaves

MOST_FAULTS = 200
"""How many are told at once; whoever has more than these has the wrong file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file, of which scheme it is, and what else is said about it. None leaves it as it was."""

    scheme: str
    file: Path
    encoding: str | None = None
    kind: str | None = None
    """Of sheets that do not say whether they are of components or of events."""
    name: str | None = None
    name_en: str | None = None
    numbering: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a file would make of a scheme."""

    scheme: str
    title: Title
    follows: CategoryScheme | None
    before: Sequence[Entry]
    entries: Sequence[Entry]
    changes: Sequence[Change]
    remarks: Sequence[Remark]

    @property
    def base(self) -> int:
        """The version that it was compared with, 0 for none."""
        return self.follows.version if self.follows else 0

    @property
    def retitled(self) -> bool:
        """Whether the name or the numbering of the scheme changes."""
        last, title = self.follows, self.title
        named = (last.name, last.name_en, last.numbering) if last else None
        return named != (title.name, title.name_en, title.numbering)


async def propose(db: AsyncSession, wanted: Wanted) -> Proposal:
    """Read a file whole, or refuse it with everything that is wrong with it."""
    table = await asyncio.to_thread(_read, wanted)
    last = await newest_version(db, wanted.scheme)
    before = await entries_of(db, last) if last else []
    order = _numbering(wanted, last, table)
    rows, remarks = renumbered(table.rows, order) if order else (list(table.rows), [])
    _refuse(table, rows)
    entries = settled(rows, {entry.code: entry for entry in before})
    return Proposal(
        scheme=wanted.scheme,
        title=_title(wanted, last, order),
        follows=last,
        before=before,
        entries=entries,
        changes=difference(before, entries),
        remarks=[*_about_numbering(wanted, last, order), *remarks],
    )


def _read(wanted: Wanted) -> Table:
    return read_table(read_leaves(wanted.file, encoding=wanted.encoding), kind=wanted.kind)


def _numbering(wanted: Wanted, last: CategoryScheme | None, table: Table) -> Numbering | None:
    """Choose by what is said, then by the version before, then by the file's own names."""
    said = wanted.numbering or (last and last.numbering)
    return numbering_named(said) if said else followed(table.rows)


def _about_numbering(
    wanted: Wanted, last: CategoryScheme | None, order: Numbering | None
) -> list[Remark]:
    before = last.numbering if last else None
    if order is None or order.name == before:
        return []
    if before is None and wanted.numbering is None:
        zh = f"按文件中的名称，事件大类的编号为：{order.zh}（{order.name}）。"
        en = f"By the names in the file its event majors are: {order.en} ({order.name})."
    else:
        zh = f"事件大类的编号改为：{order.zh}；以原编号引用这些大类的规则等将指向另一类。"
        en = f"Event majors are numbered anew: {order.en}; rules and others that name these by "
        en += "their old numbers would mean the other class."
    return [Remark(zh, en)]


def _title(wanted: Wanted, last: CategoryScheme | None, order: Numbering | None) -> Title:
    return Title(
        name=wanted.name or (last.name if last else wanted.scheme),
        name_en=wanted.name_en or (last.name_en if last else None),
        numbering=order.name if order else None,
    )


def _refuse(table: Table, rows: Sequence[Stated]) -> None:
    faults = [*table.faults, *contradictions(rows)]
    if faults:
        raise _bad_rows(sorted(faults, key=lambda one: (one.leaf, one.row)))
    if not rows:
        raise Invalid(
            "no_rows",
            en="The table has no rows below its head line.",
            zh="表格只有表头，没有数据行。",
            field="file",
        )


def _bad_rows(faults: Sequence[Fault]) -> Invalid:
    first, count = faults[0], len(faults)
    return Invalid(
        "bad_rows",
        en=f"{count} of the table's cells cannot be taken; nothing was loaded. The first: "
        f"{first.place['en']}: {first.en}",
        zh=f"表格中有 {count} 处错误，未载入任何数据。第一处：{first.place['zh']}：{first.zh}",
        errors=[
            {
                "field": "file",
                "code": "bad_cell",
                "en": f"{fault.place['en']}: {fault.en}",
                "zh": f"{fault.place['zh']}：{fault.zh}",
                "sheet": fault.leaf,
                "row": fault.row,
                "column": fault.column,
            }
            for fault in faults[:MOST_FAULTS]
        ],
    )
