"""Rules, border policies and special days as the API shows and takes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from shapely.geometry import mapping

from geodata.findings import Severity
from gridsvc.http.values import Code, Day, Moment, Real, Text, Whole
from gridsvc.rules.border import BorderKind, BorderPolicy
from gridsvc.rules.cells import FARTHEST_M, LARGEST_PRIORITY
from gridsvc.rules.findings import Fault
from gridsvc.rules.rows import row_of_policy, row_of_rule
from gridsvc.rules.rule import Rule

Named = Annotated[Code, Field(min_length=1)]
Title = Annotated[Text, Field(min_length=1, max_length=200)]
Priority = Annotated[Whole, Field(ge=0, le=LARGEST_PRIORITY)]
Codes = Annotated[list[Named], Field(max_length=200)]
Weekday = Annotated[Whole, Field(ge=1, le=7)]

RULE: JsonDict = {
    "title": "夜间施工噪声归城管",
    "title_en": "Construction noise at night",
    "category": "E0301",
    "hours": "22:00-06:00",
    "layers": ["city_management", "street"],
}
BORDER: JsonDict = {
    "title": "人民路中心线归北片",
    "kind": "side",
    "layer": "sanitation",
    "areas": ["SN-379902-01", "SN-379902-02"],
    "within_m": 15,
}
DAYS: JsonDict = {"title": "烟花爆竹禁放日", "days": ["2027-02-05", "2027-02-06"]}


class RuleBody(BaseModel):
    """What a rule is to be from a time on; `hours` and `season` are as in a spreadsheet."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [RULE]})

    title: Title
    title_en: Title | None = None
    scheme: Named | None = None
    category: Named | None = None
    kind: Literal["component", "event"] | None = None
    hours: Annotated[str, Field(examples=["22:00-06:00"], max_length=20)] | None = None
    season: Annotated[str, Field(examples=["11-15..03-15"], max_length=20)] | None = None
    weekdays: Annotated[list[Weekday], Field(max_length=7)] = []
    special_days: Named | None = None
    estate_types: Codes = []
    priority: Priority = 0
    layers: Codes = []
    lead: Named | None = None
    co_handlers: Codes = []
    co_layers: Codes = []

    def row(self, code: str) -> dict[str, Any]:
        """Give the cells of the spreadsheet."""
        cells = self.model_dump(include=set(RuleBody.model_fields))
        return {**cells, "code": code, "weekdays": [str(day) for day in self.weekdays]}


class BorderBody(BaseModel):
    """What a border policy is to be from a time on; `shape` is GeoJSON in WGS84."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [BORDER]})

    title: Title
    title_en: Title | None = None
    kind: BorderKind
    layer: Named
    areas: Annotated[Codes, Field(min_length=1)]
    within_m: Annotated[Real, Field(ge=0, le=FARTHEST_M, allow_inf_nan=False)] = 0
    road: Title | None = None
    shape: dict[str, Any] | None = None
    scheme: Named | None = None
    category: Named | None = None
    priority: Priority = 0

    def row(self, code: str) -> dict[str, Any]:
        """Give the cells of the spreadsheet."""
        return {**self.model_dump(include=set(BorderBody.model_fields)), "code": code}


class SpecialDaysBody(BaseModel):
    """The days of a list from a time on; none ends the list."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [DAYS]})

    title: Title
    title_en: Title | None = None
    days: Annotated[list[Day], Field(max_length=2_000)]

    def rows(self, code: str) -> list[dict[str, Any]]:
        """Give the rows of the spreadsheet."""
        title = {"list": code, "title": self.title, "title_en": self.title_en}
        return [{**title, "day": day} for day in sorted(set(self.days))]


class RulePut(RuleBody):
    valid_from: Moment | None = None


class BorderPut(BorderBody):
    valid_from: Moment | None = None


class SpecialDaysPut(SpecialDaysBody):
    valid_from: Moment | None = None


class RuleRow(RuleBody):
    code: Named


class BorderRow(BorderBody):
    code: Named


class SpecialDaysRow(SpecialDaysBody):
    code: Named


class SheetsBody(BaseModel):
    """What is to be checked together; a table that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    rules: Annotated[list[RuleRow], Field(max_length=2_000)] | None = None
    borders: Annotated[list[BorderRow], Field(max_length=2_000)] | None = None
    special_days: Annotated[list[SpecialDaysRow], Field(max_length=100)] | None = None
    replace: bool = False
    """Whether what is in force and not among the rows is to end."""
    valid_from: Moment | None = None


class FindingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: Fault
    severity: Severity
    rows: Sequence[str]
    """Codes of the rules or policies concerned."""
    en: str
    zh: str


class FindingsOut(BaseModel):
    findings: list[FindingOut]


def _version(one: Rule | BorderPolicy) -> dict[str, Any]:
    return {"id": one.id, "valid_from": one.valid_from, "valid_to": one.valid_to}


class RuleOut(RuleBody):
    """One version of a rule."""

    id: UUID
    code: str
    valid_from: datetime
    valid_to: datetime | None

    @classmethod
    def of(cls, rule: Rule, codes: Mapping[UUID, str]) -> "RuleOut":
        """Show a rule."""
        lists = {
            "weekdays": sorted(rule.window.weekdays),
            "estate_types": sorted(rule.estate_types),
            "layers": rule.layers,
            "co_handlers": [codes[one] for one in rule.co_handlers],
            "co_layers": rule.co_layers,
        }
        return cls.model_validate({**row_of_rule(rule, codes), **lists, **_version(rule)})


class BorderOut(BorderBody):
    """One version of a border policy."""

    id: UUID
    code: str
    valid_from: datetime
    valid_to: datetime | None

    @classmethod
    def of(cls, policy: BorderPolicy) -> "BorderOut":
        """Show a border policy."""
        shape = mapping(policy.shape) if policy.shape else None
        own = {"areas": policy.areas, "shape": shape}
        return cls.model_validate({**row_of_policy(policy), **own, **_version(policy)})


class EntryOut(BaseModel):
    """Who put a version in and who ended it; None for a command, or for nobody yet."""

    model_config = ConfigDict(from_attributes=True)

    recorded_at: datetime
    recorded_by: str | None
    ended_at: datetime | None
    ended_by: str | None


class RuleVersion(BaseModel):
    rule: RuleOut
    entry: EntryOut


class BorderVersion(BaseModel):
    border: BorderOut
    entry: EntryOut


class SpecialDaysOut(BaseModel):
    """A list of special days as it is in force."""

    code: str
    title: str
    title_en: str | None
    days: list[Day]


class RuleSaved(BaseModel):
    rule: RuleOut
    warnings: list[FindingOut]


class BorderSaved(BaseModel):
    border: BorderOut
    warnings: list[FindingOut]


class SpecialDaysSaved(BaseModel):
    special_days: SpecialDaysOut | None
    """None where the list has no day any more."""
    warnings: list[FindingOut]
