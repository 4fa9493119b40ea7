"""A proposal in sentences of both languages, for the prompt and for the pages. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gridsvc.catalogue.columns import COLUMN_OF
from gridsvc.catalogue.difference import Change, Sort, Values
from gridsvc.schemes.consequences import Concern

SORTS = {
    Sort.ADDED: ("新增", "added"),
    Sort.CHANGED: ("修改", "changed"),
    Sort.ENDED: ("停用", "ended"),
}
ORDER = ("条件顺序", "Order of the conditions")


@dataclass(frozen=True, slots=True)
class Told:
    """The same in both languages."""

    zh: str
    en: str


def told_change(change: Change) -> Told:
    """Say one change."""
    zh, en = SORTS[change.sort]
    which = f"{change.category} {change.category_name}"
    if change.condition is not None:
        which += f" · {change.condition} {change.text}"
    zh_fields = "；".join(f"{_field(one.field)[0]} {_pair(one)}" for one in change.fields)
    en_fields = "; ".join(f"{_field(one.field)[1]} {_pair(one)}" for one in change.fields)
    return Told(
        zh=f"[{zh}] {which}" + (f"：{zh_fields}" if zh_fields else ""),
        en=f"[{en}] {which}" + (f": {en_fields}" if en_fields else ""),
    )


def _field(name: str) -> tuple[str, str]:
    column = COLUMN_OF.get(name)
    return (column.zh, column.en) if column else ORDER


def _pair(values: Values) -> str:
    return f"{values.before or '–'} → {values.after or '–'}"


def told_concern(concern: Concern) -> Told:
    """Say what a class or condition that ends has to do with."""
    condition = f" · {concern.condition}" if concern.condition else ""
    which = f"{concern.category}{condition}"
    parts = [
        ("未结案件", "open cases", concern.open_cases),
        ("规则", "rules", ", ".join(concern.rules)),
        ("边界规则", "border policies", ", ".join(concern.borders)),
        ("职责", "responsibilities", ", ".join(concern.responsibilities)),
        ("部件", "components", concern.assets),
    ]
    zh = "；".join(f"{name} {value}" for name, _, value in parts if value)
    en = "; ".join(f"{name} {value}" for _, name, value in parts if value)
    end_zh, end_en = ("更名", "is renamed") if concern.renamed else ("停用", "ends")
    return Told(
        f"{which} {end_zh}：{zh or '无引用'}", f"{which} {end_en}: {en or 'nothing names it'}"
    )


def counts(changes: Sequence[Change]) -> Told:
    """Say how many categories and conditions are added, changed and ended."""
    of = [(sort, sum(change.sort is sort for change in changes)) for sort in Sort]
    return Told(
        zh="、".join(f"{SORTS[sort][0]} {count}" for sort, count in of),
        en=", ".join(f"{count} {SORTS[sort][1]}" for sort, count in of),
    )
