"""Schemes and proposals as the API takes and shows them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from gridsvc.catalogue.difference import Change
from gridsvc.catalogue.model import CategoryScheme
from gridsvc.http.values import Text
from gridsvc.schemes.consequences import Concern
from gridsvc.schemes.proposal import Proposal, Wanted
from gridsvc.schemes.telling import counts, told_change, told_concern

Short = Annotated[Text, Field(min_length=1, max_length=200)]


class SchemeOut(BaseModel):
    """A version of a scheme."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    version: int
    name: str
    name_en: str | None
    numbering: str | None
    """Order of the event majors: which class is 04, which 05."""
    valid_from: datetime
    valid_to: datetime | None
    categories: int
    conditions: int


class VersionIn(BaseModel):
    """What is said about a table of categories. What is left out stays as it was."""

    model_config = ConfigDict(extra="forbid")

    name: Short | None = None
    name_en: Short | None = None
    kind: Literal["component", "event"] | None = None
    """What sheets hold that do not say so."""
    numbering: Short | None = None
    encoding: Annotated[Text, Field(max_length=40)] | None = None
    valid_from: Annotated[Text, Field(max_length=40)] | None = None
    """Date or time, now if none; without an offset in the city's zone."""
    base: Annotated[int, Field(ge=0)] | None = None
    """The version that the difference was looked at with, 0 for none: another one is refused."""

    def wanted(self, scheme: str, file: Path) -> Wanted:
        """Say it to the service."""
        said = self.model_dump(exclude={"valid_from", "base"})
        return Wanted(scheme=scheme, file=file, **said)


class RemarkOut(BaseModel):
    """What was done that nobody asked for."""

    model_config = ConfigDict(from_attributes=True)

    zh: str
    en: str


class ValuesOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    field: str
    before: str | None
    after: str | None


class ChangeOut(BaseModel):
    """A category, or one of its conditions, that is added, changed or ended."""

    sort: Literal["added", "changed", "ended"]
    category: str
    category_name: str
    condition: str | None
    text: str | None
    fields: list[ValuesOut]
    zh: str
    en: str

    @classmethod
    def of(cls, change: Change) -> Self:
        told = told_change(change)
        return cls(
            sort=change.sort.value,
            category=change.category,
            category_name=change.category_name,
            condition=change.condition,
            text=change.text,
            fields=[ValuesOut.model_validate(one) for one in change.fields],
            zh=told.zh,
            en=told.en,
        )


class ConcernOut(BaseModel):
    """A class or condition that ends or is renamed, with the cases and references that it has."""

    category: str
    condition: str | None
    renamed: bool
    open_cases: int | None
    """None for who may not read cases."""
    rules: list[str]
    borders: list[str]
    responsibilities: list[str]
    assets: int
    zh: str
    en: str

    @classmethod
    def of(cls, concern: Concern) -> Self:
        told = told_concern(concern)
        return cls(
            category=concern.category,
            condition=concern.condition,
            renamed=concern.renamed,
            open_cases=concern.open_cases,
            rules=list(concern.rules),
            borders=list(concern.borders),
            responsibilities=list(concern.responsibilities),
            assets=concern.assets,
            zh=told.zh,
            en=told.en,
        )


class ProposalOut(BaseModel):
    """What a file makes of a scheme."""

    scheme: str
    base: int
    """The version that it is compared with, 0 for none."""
    version: int | None
    """The one that was put in force; None where it was only looked at."""
    valid_from: datetime | None
    name: str
    name_en: str | None
    numbering: str | None
    categories: int
    summary: RemarkOut
    remarks: list[RemarkOut]
    changes: list[ChangeOut]
    concerns: list[ConcernOut]

    @classmethod
    def of(
        cls, proposal: Proposal, concerns: list[Concern], made: CategoryScheme | None = None
    ) -> Self:
        return cls(
            scheme=proposal.scheme,
            base=proposal.base,
            version=made.version if made else None,
            valid_from=made.valid_from if made else None,
            name=proposal.title.name,
            name_en=proposal.title.name_en,
            numbering=proposal.title.numbering,
            categories=len(proposal.entries),
            summary=RemarkOut.model_validate(counts(proposal.changes)),
            remarks=[RemarkOut.model_validate(one) for one in proposal.remarks],
            changes=[ChangeOut.of(one) for one in proposal.changes],
            concerns=[ConcernOut.of(one) for one in concerns],
        )
