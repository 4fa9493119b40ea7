"""What a check of rules and border policies found: which rows, how grave, in both languages. Pure.

What each code means to a planner, and what to do, stands in `docs/planners.md`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from geodata.findings import Severity


class Fault(StrEnum):
    """The kinds of finding, by their stable codes."""

    UNKNOWN_LAYER = "unknown_layer"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_ORGANISATION = "unknown_organisation"
    UNKNOWN_SPECIAL_DAYS = "unknown_special_days"
    UNKNOWN_ESTATE_TYPE = "unknown_estate_type"
    UNKNOWN_AREA = "unknown_area"
    TIE = "tie"
    NEVER_HOLDS = "never_holds"
    SHADOWED = "shadowed"
    SAYS_NOTHING = "says_nothing"
    LEAD_AND_LAYERS = "lead_and_layers"
    TOO_FEW_AREAS = "too_few_areas"
    NOT_TWO_AREAS = "not_two_areas"
    ROAD_MISSING = "road_missing"
    SHAPE_MISSING = "shape_missing"
    SHAPE_NOT_MEANT = "shape_not_meant"
    NO_COMMON_BORDER = "no_common_border"
    CORNER_ONLY = "corner_only"
    SHAPE_ELSEWHERE = "shape_elsewhere"
    CHANGES_NOTHING = "changes_nothing"


WARNINGS = frozenset(
    {
        Fault.NEVER_HOLDS,
        Fault.SHADOWED,
        Fault.SAYS_NOTHING,
        Fault.LEAD_AND_LAYERS,
        Fault.CORNER_ONLY,
        Fault.CHANGES_NOTHING,
    }
)
"""What is told when rows are saved; everything else keeps them from being saved."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd, and the codes of the rows concerned."""

    code: Fault
    rows: tuple[str, ...]
    en: str
    zh: str

    @property
    def severity(self) -> Severity:
        """Whether it keeps the rows from being saved."""
        return Severity.WARNING if self.code in WARNINGS else Severity.ERROR


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by severity, kind and rows; each is told once."""
    return sorted(set(findings), key=lambda it: (it.severity, it.code, it.rows, it.en))
