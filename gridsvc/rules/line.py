"""One line of a spreadsheet: its cells read one by one, or refused with the line's number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from gridsvc.errors import Invalid
from gridsvc.rules.cells import CODE, CODES, Form

Row = Mapping[str, Any]
"""Cells by column; an empty cell is None. A list is one text, or a list of texts."""

_SAID = 40
"""How much of a cell that cannot be read is said again."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Names:
    """What lines name by code."""

    organisations: Mapping[str, UUID]
    schemes: Mapping[str, frozenset[str]]
    """The schemes in force that have a category, minor or major, of some code."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number, counted from 1."""

    row: Row
    number: int

    def maybe(self, name: str, form: Form[Value]) -> Value | None:
        """Read a cell that may be empty."""
        cell = self.row.get(name)
        given = cell.strip() if isinstance(cell, str) else cell
        if given is None or given == "":
            return None
        try:
            return form.read(given)
        except (AttributeError, TypeError, ValueError):
            said = str(given).encode(errors="replace").decode()[:_SAID]
            raise self.wrong(
                name,
                en=f'is "{said}", not like {form.example}',
                zh=f"为“{said}”，格式应如 {form.example}",
            ) from None

    def needed(self, name: str, form: Form[Value]) -> Value:
        """Read a cell that may not be empty."""
        value = self.maybe(name, form)
        if not value:
            raise self.wrong(name, en="is empty", zh="为空")
        return value

    def codes(self, name: str) -> tuple[str, ...]:
        """Read a list of codes that may be empty."""
        return self.maybe(name, CODES) or ()

    def organisations(self, name: str, names: Names) -> tuple[UUID, ...]:
        """Read a list of organisations."""
        codes = self.codes(name)
        for code in codes:
            if code not in names.organisations:
                raise self.wrong(
                    name,
                    en=f'names the organisation "{code}", which is not there',
                    zh=f"引用的单位“{code}”不存在",
                )
        return tuple(names.organisations[code] for code in codes)

    def scheme(self, names: Names) -> str | None:
        """Read the scheme of the line's category, which may be left out where only one has it."""
        code, scheme = self.maybe("category", CODE), self.maybe("scheme", CODE)
        if code is None or scheme is not None:
            return scheme if code else None
        schemes = sorted(names.schemes.get(code, ()))
        if len(schemes) != 1:
            listed = ", ".join(schemes) or "-"
            raise self.wrong(
                "category",
                en=f'"{code}" is in force in {len(schemes)} schemes ({listed}); name one',
                zh=f"“{code}”届时在 {len(schemes)} 个分类方案中有效（{listed}），请指明",
            )
        return schemes[0]

    def wrong(self, name: str, *, en: str, zh: str) -> Invalid:
        """Make the error for a cell."""
        return Invalid(
            "invalid_cell",
            en=f"Row {self.number}: {name} {en}; nothing was saved.",
            zh=f"第 {self.number} 行：{name} {zh}；未保存任何数据。",
            field=name,
            row=self.number,
        )
