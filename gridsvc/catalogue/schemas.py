"""The catalogue as the API shows it."""

from typing import Self

from pydantic import BaseModel

from gridsvc.catalogue.entry import Filing
from gridsvc.catalogue.lookup import Renumbered
from gridsvc.catalogue.repository import CategoryRecord


class ConditionOut(BaseModel):
    """A filing condition (立案条件), with its own limit and what closes it (结案条件)."""

    code: str
    text: str
    text_en: str | None
    limit_value: int
    limit_unit: str
    closing: str | None
    closing_en: str | None
    lead: str | None
    """As the city's table words it; who owns a case says the decision."""
    supervisor: str | None

    @classmethod
    def of(cls, filing: Filing) -> Self:
        return cls(
            code=filing.code,
            text=filing.text,
            text_en=filing.text_en,
            limit_value=int(filing.limit.value),
            limit_unit=filing.limit.unit.value,
            closing=filing.closing,
            closing_en=filing.closing_en,
            lead=filing.lead,
            supervisor=filing.supervisor,
        )


class CategoryOut(BaseModel):
    """A category; its limit holds where a report names no condition: the shortest of theirs."""

    scheme: str
    scheme_version: int
    code: str
    name: str
    name_en: str | None
    major_code: str
    major_name: str
    major_name_en: str | None
    kind: str
    limit_value: int
    limit_unit: str
    conditions: list[ConditionOut]

    @classmethod
    def of(cls, record: CategoryRecord) -> Self:
        return cls(
            scheme=record.scheme,
            scheme_version=record.scheme_version,
            code=record.code,
            name=record.name,
            name_en=record.name_en,
            major_code=record.major_code,
            major_name=record.major_name,
            major_name_en=record.major_name_en,
            kind=record.kind,
            limit_value=record.limit_value,
            limit_unit=record.limit_unit,
            conditions=[ConditionOut.of(one.filing) for one in record.conditions],
        )


class MeantOut(BaseModel):
    """Which code of another order of event majors was asked for."""

    code: str
    numbering: str
    zh: str
    en: str


class CategoryFound(CategoryOut):
    meant: MeantOut | None = None
    """None where it was asked for by its own code."""

    @classmethod
    def by_other(cls, found: Renumbered) -> Self:
        numbering = found.numbering.name
        meant = MeantOut(code=found.asked, numbering=numbering, zh=found.zh, en=found.en)
        return cls.of(found.record).model_copy(update={"meant": meant})
