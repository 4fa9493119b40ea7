"""Which limit holds for a report, and why: its filing condition's, or the category's. Pure."""

from dataclasses import dataclass
from typing import Any

from gridsvc.catalogue.entry import shortest
from gridsvc.catalogue.repository import CategoryRecord, ConditionRecord
from gridsvc.clock.limit import Limit
from gridsvc.errors import Invalid


@dataclass(frozen=True, slots=True)
class Held:
    """A limit, the condition that was named, and the reason in both languages."""

    limit: Limit
    condition: ConditionRecord | None
    zh: str
    en: str

    @property
    def detail(self) -> dict[str, Any]:
        """As an event tells it, and the answer to a report."""
        return {
            "value": int(self.limit.value),
            "unit": self.limit.unit.value,
            "condition": self.condition.filing.code if self.condition else None,
            "zh": self.zh,
            "en": self.en,
        }


def held(category: CategoryRecord, named: str | None) -> Held:
    """Find the limit of a report that names a condition of its category, or none."""
    if named is not None:
        return _of_condition(_condition(category, named))
    limit = category.limit
    if not category.conditions:
        zh, en = f"该类别的时限：{limit.zh}", f"The limit of the category: {limit.en}"
        return Held(limit, None, zh, en)
    first = shortest(tuple(one.filing for one in category.conditions))
    return Held(
        limit,
        None,
        zh=f"未指明立案条件，取该类别各条件中最短的时限：{limit.zh}（“{first.text}”）",
        en=f"No filing condition is named, so the shortest limit of the category holds: {limit.en} "
        f'("{first.text_en or first.text}")',
    )


def _of_condition(condition: ConditionRecord) -> Held:
    filing = condition.filing
    return Held(
        filing.limit,
        condition,
        zh=f"按立案条件“{filing.text}”：{filing.limit.zh}",
        en=f'By the filing condition "{filing.text_en or filing.text}": {filing.limit.en}',
    )


def _condition(category: CategoryRecord, named: str) -> ConditionRecord:
    codes = {one.filing.code: one for one in category.conditions}
    if named in codes:
        return codes[named]
    listed = ", ".join(codes) or "-"
    raise Invalid(
        "unknown_condition",
        en=f'Category "{category.code}" has no filing condition "{named}"; it has: {listed}.',
        zh=f"类别“{category.code}”没有立案条件“{named}”；现有：{listed}。",
        field="condition",
    )
