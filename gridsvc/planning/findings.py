"""What a check of a draft found, and whether a person may take responsibility for it. A value."""

import hashlib
from dataclasses import dataclass
from typing import Any

from geodata.findings import ACCEPTABLE, Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A finding about a draft. Its key changes with what it says: another gap is another key."""

    code: str
    severity: Severity
    areas: tuple[str, ...]
    en: str
    zh: str
    area_m2: float | None = None
    place: Any = None
    accepted: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        """A short name, by which the finding is accepted."""
        said = f"{self.code}|{','.join(self.areas)}|{self.en}"
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def acceptable(self) -> bool:
        """Whether a person may take responsibility for it."""
        return self.severity is Severity.WARNING or self.code in ACCEPTABLE

    @property
    def blocks(self) -> bool:
        """Whether it keeps the draft from activation."""
        if self.severity is Severity.INFO:
            return False
        return not self.acceptable or self.accepted is None


def of_finding(finding: Finding) -> Check:
    """Take over a finding of a layer's own checks."""
    return Check(
        code=finding.code.value,
        severity=finding.severity,
        areas=finding.areas,
        en=finding.en,
        zh=finding.zh,
        area_m2=finding.area_m2,
        place=finding.place,
    )
