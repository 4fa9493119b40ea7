"""Rows of a spreadsheet read as rules, border policies and special days, and written again.

Every column is documented in `docs/planners.md`.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from gridsvc.db.base import new_id
from gridsvc.errors import Invalid
from gridsvc.rules import cells
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.line import Line, Names
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from gridsvc.rules.window import Window

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)


def rule_of(line: Line, names: Names, *, valid_from: datetime) -> Rule:
    """Read a rule."""
    lead = line.organisations("lead", names)
    if len(lead) > 1:
        raise line.wrong("lead", en="names more than one organisation", zh="指明了多个单位")
    return Rule(
        id=new_id(),
        code=line.needed("code", cells.CODE),
        title=line.needed("title", cells.TEXT),
        title_en=line.maybe("title_en", cells.TEXT),
        scheme=line.scheme(names),
        category_code=line.maybe("category", cells.CODE),
        kind=line.maybe("kind", cells.KIND),
        window=_window(line),
        estate_types=frozenset(line.codes("estate_types")),
        priority=line.maybe("priority", cells.PRIORITY) or 0,
        layers=line.codes("layers"),
        lead=next(iter(lead), None),
        co_handlers=line.organisations("co_handlers", names),
        co_layers=line.codes("co_layers"),
        valid_from=valid_from,
    )


def _window(line: Line) -> Window:
    return Window(
        hours=line.maybe("hours", cells.HOURS),
        season=line.maybe("season", cells.SEASON),
        weekdays=line.maybe("weekdays", cells.WEEKDAYS) or frozenset(),
        special_days=line.maybe("special_days", cells.CODE),
    )


def row_of_rule(rule: Rule, organisations: Mapping[UUID, str]) -> dict[str, Any]:
    """Write a rule as the row that it is read from."""
    window = rule.window
    return {
        "code": rule.code,
        "title": rule.title,
        "title_en": rule.title_en,
        "scheme": rule.scheme,
        "category": rule.category_code,
        "kind": rule.kind,
        "hours": cells.write_hours(window.hours) if window.hours else None,
        "season": cells.write_season(window.season) if window.season else None,
        "weekdays": cells.write_weekdays(window.weekdays),
        "special_days": window.special_days,
        "estate_types": cells.write_codes(sorted(rule.estate_types)),
        "priority": rule.priority,
        "layers": cells.write_codes(rule.layers),
        "lead": organisations[rule.lead] if rule.lead else None,
        "co_handlers": cells.write_codes(organisations[one] for one in rule.co_handlers),
        "co_layers": cells.write_codes(rule.co_layers),
    }


def policy_of(line: Line, names: Names, *, valid_from: datetime) -> BorderPolicy:
    """Read a border policy."""
    return BorderPolicy(
        id=new_id(),
        code=line.needed("code", cells.CODE),
        title=line.needed("title", cells.TEXT),
        title_en=line.maybe("title_en", cells.TEXT),
        kind=line.needed("kind", cells.BORDER_KIND),
        layer=line.needed("layer", cells.CODE),
        areas=line.needed("areas", cells.CODES),
        within_m=line.maybe("within_m", cells.METRES) or 0.0,
        road=line.maybe("road", cells.TEXT),
        shape=line.maybe("shape", cells.SHAPE),
        scheme=line.scheme(names),
        category_code=line.maybe("category", cells.CODE),
        priority=line.maybe("priority", cells.PRIORITY) or 0,
        valid_from=valid_from,
    )


def row_of_policy(policy: BorderPolicy) -> dict[str, Any]:
    """Write a border policy as the row that it is read from."""
    return {
        "code": policy.code,
        "title": policy.title,
        "title_en": policy.title_en,
        "kind": policy.kind.value,
        "layer": policy.layer,
        "areas": cells.write_codes(policy.areas),
        "within_m": policy.within_m,
        "road": policy.road,
        "shape": cells.write_shape(policy.shape) if policy.shape else None,
        "scheme": policy.scheme,
        "category": policy.category_code,
        "priority": policy.priority,
    }


def special_day_of(line: Line, _: Names, *, valid_from: datetime) -> SpecialDay:
    """Read a special day."""
    return SpecialDay(
        id=new_id(),
        list_code=line.needed("list", cells.CODE),
        title=line.needed("title", cells.TEXT),
        title_en=line.maybe("title_en", cells.TEXT),
        day=line.needed("day", cells.DAY),
        valid_from=valid_from,
    )


def row_of_special_day(day: SpecialDay) -> dict[str, Any]:
    """Write a special day as the row that it is read from."""
    return {
        "list": day.list_code,
        "title": day.title,
        "title_en": day.title_en,
        "day": day.day.isoformat(),
    }


def keyed(values: Sequence[Value], key: Callable[[Value], Key]) -> Mapping[Key, Value]:
    """Arrange what was read from rows by what makes it one and the same; it stands there once."""
    found: dict[Key, Value] = {}
    for number, value in enumerate(values, start=1):
        if found.setdefault(key(value), value) is not value:
            raise Invalid(
                "repeated_row",
                en=f"Row {number}: {key(value)} stands in an earlier row already; nothing was "
                "saved.",
                zh=f"第 {number} 行：{key(value)} 在前面的行中已出现；未保存任何数据。",
                field="code",
                row=number,
            )
    return found
