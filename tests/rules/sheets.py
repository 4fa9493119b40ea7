"""Rows as a spreadsheet has them, for the city of squares."""

from typing import Any

RULE: dict[str, Any] = {
    "code": "night-noise",
    "title": "夜间施工噪声归城管",
    "title_en": "Noise at night",
    "category": "0301",
    "hours": "22:00-06:00",
    "layers": "cleaning;street",
    "co_handlers": "power",
}
POLICY: dict[str, Any] = {
    "code": "G00-G01",
    "title": "中心线归北",
    "kind": "side",
    "layer": "grid",
    "areas": "G01;G00",
    "within_m": "8",
}
DAY: dict[str, Any] = {"list": "firework_ban", "title": "禁放日", "day": "2026-02-17"}


def rule_row(code: str = "night-noise", **cells: Any) -> dict[str, Any]:
    return {**RULE, "code": code, **cells}


def border_row(code: str = "G00-G01", **cells: Any) -> dict[str, Any]:
    return {**POLICY, "code": code, **cells}


def day_row(day: str = "2026-02-17", **cells: Any) -> dict[str, Any]:
    return {**DAY, "day": day, **cells}
