"""Drafts as the API takes and shows them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from geodata.crs import Crs
from geodata.read import Columns
from geodata.repair import Fix
from gridsvc.areas.parents import ParentBy
from gridsvc.http.values import Code, Moment, Text, Whole
from gridsvc.planning.drafts import Wanted
from gridsvc.planning.edits import Add, Change, Edit, Half, Merge, Recode, Remove, Split
from gridsvc.planning.kinds import Kind
from gridsvc.planning.shapes import read_area, read_line
from gridsvc.planning.uploading import Upload

ROLLBACK = "rollback: "
"""How the title of a roll-back begins; people read it in their language."""

Strip = StringConstraints(strip_whitespace=True)
Title = Annotated[Text, Field(min_length=1, max_length=200)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
NewCode = Annotated[Code, Field(min_length=1)]
Reason = Annotated[Text, Field(min_length=2, max_length=2_000), Strip]
Note = Annotated[Text, Field(max_length=2_000)]
Count = Annotated[Whole, Field(ge=0, le=2**53)]


def _fit_to_keep(value: dict[str, Any]) -> dict[str, Any]:
    """Refuse what JSON can say and the database cannot hold."""
    try:
        written = orjson.dumps(value)
    except TypeError:
        written = None
    if written is None or b"\\u0000" in written:
        message = "it holds NUL, half a character or a number of more than 64 bits"
        raise PydanticCustomError("not_kept", message)
    return value


Json = Annotated[dict[str, Any], AfterValidator(_fit_to_keep)]
GeoJson = Json


class Strict(BaseModel):
    """Refuses what it does not know: a misspelt field would be ignored without a word."""

    model_config = ConfigDict(extra="forbid")


class DraftIn(Strict):
    """A draft to be made."""

    kind: Kind
    layer: Code | None = None
    title: Title
    note: Note = ""
    release: Annotated[Whole, Field(ge=1, le=2**31)] | None = None
    """Of a layer: the release to start from, instead of what is in force."""
    as_of: Moment | None = None
    """Of a table: the time to start from, instead of now."""

    def wanted(self) -> Wanted:
        """Say it to the service."""
        return Wanted(
            kind=self.kind,
            layer=self.layer,
            title=self.title,
            note=self.note,
            release=self.release,
            as_of=self.as_of,
        )


class Values(Strict):
    """What an area has beside its code and shape."""

    name: Name | None = None
    parent: Code | None = None
    population: Count | None = None
    households: Count | None = None
    estate_type: Annotated[Text, Field(max_length=64)] | None = None
    attributes: Json | None = None

    def given(self) -> dict[str, Any]:
        """List what was sent, by column; what was not stays as it is."""
        names = {"parent": "parent_code"}
        sent = self.model_dump(include=set(Values.model_fields), exclude_unset=True)
        return {names.get(name, name): value for name, value in sent.items()}


class AddIn(Values):
    """A new area."""

    action: Literal["add"]
    code: NewCode
    geometry: GeoJson
    crs: Crs

    def edit(self) -> Edit:
        """Make the edit."""
        nothing = dict.fromkeys(("parent_code", "population", "households", "estate_type"))
        shape = read_area(self.geometry, self.crs)
        area = {"code": self.code, "name": self.code, "geometry": shape, "attributes": {}}
        given = {name: value for name, value in self.given().items() if value is not None}
        return Add({**nothing, **area, **given})


class ChangeIn(Values):
    """Another shape, name, parent or value of an area; what is left out stays."""

    action: Literal["change"]
    code: Code
    geometry: GeoJson | None = None
    crs: Crs | None = None

    def edit(self) -> Edit:
        """Make the edit."""
        values = self.given()
        for kept, otherwise in (("name", self.code), ("attributes", {})):
            if kept in values and values[kept] is None:
                values[kept] = otherwise
        if self.geometry is not None:
            values["geometry"] = read_area(self.geometry, self.crs)
        return Change(self.code, values)


class HalfIn(Strict):
    code: NewCode
    name: Name
    name_en: Name | None = None
    population: Count | None = None
    households: Count | None = None


class SplitIn(Strict):
    """An area cut along a line; the first half lies to the left of it."""

    action: Literal["split"]
    code: Code
    line: GeoJson
    crs: Crs
    into: Annotated[list[HalfIn], Field(min_length=2, max_length=2)]

    def edit(self) -> Edit:
        """Make the edit."""
        left, right = (Half(**half.model_dump()) for half in self.into)
        return Split(self.code, read_line(self.line, self.crs), (left, right))


class MergeIn(Strict):
    """Several areas joined into one."""

    action: Literal["merge"]
    codes: Annotated[list[Code], Field(min_length=2, max_length=200)]
    code: NewCode
    name: Name
    name_en: Name | None = None
    parent: Code | None = None

    def edit(self) -> Edit:
        """Make the edit."""
        codes = tuple(dict.fromkeys(self.codes))
        return Merge(codes, self.code, self.name, self.parent, self.name_en)


class RecodeIn(Strict):
    """Another code for an area."""

    action: Literal["recode"]
    code: Code
    to: NewCode

    def edit(self) -> Edit:
        """Make the edit."""
        return Recode(self.code, self.to)


class RemoveIn(Strict):
    """An area taken out."""

    action: Literal["remove"]
    code: Code

    def edit(self) -> Edit:
        """Make the edit."""
        return Remove(self.code)


EditIn = Annotated[
    AddIn | ChangeIn | SplitIn | MergeIn | RecodeIn | RemoveIn, Field(discriminator="action")
]


class RowsIn(Strict):
    """All rows of a table, as a spreadsheet has them."""

    rows: Annotated[list[Json], Field(max_length=100_000)]


class RowIn(Strict):
    """One row of a table by column, as a spreadsheet has it."""

    row: Json


class SheetIn(BaseModel):
    """How a spreadsheet is read."""

    encoding: Annotated[Text, Field(max_length=40)] | None = None
    """Of a CSV file that is not in UTF-8."""


class UploadIn(BaseModel):
    """How a file of areas is read, as the options of `gridsvc load` say it."""

    code: Name = "code"
    name: Name = "name"
    parent: Name | None = None
    parent_by: ParentBy = ParentBy.CODE
    layer: Name | None = None
    """Inside the file."""
    crs: Annotated[Text, Field(max_length=2_000)] | None = None
    encoding: Annotated[Text, Field(max_length=40)] | None = None
    repair: list[Fix] = []

    def upload(self, path: Path, *, most_bytes: int) -> Upload:
        """Say it to the service."""
        return Upload(
            path=path,
            columns=Columns(code=self.code, name=self.name, parent=self.parent),
            source_layer=self.layer,
            crs=self.crs,
            encoding=self.encoding,
            parent_by=self.parent_by,
            fixes=frozenset(self.repair),
            most_bytes=most_bytes,
        )


class CodesIn(Strict):
    """Which codes came of which, by old code."""

    codes: dict[Code, Annotated[list[Code], Field(max_length=200)]]


class AcceptanceIn(Strict):
    """Findings that somebody takes responsibility for: by key, or all of a kind."""

    findings: Annotated[list[Text], Field(max_length=10_000)] = []
    codes: Annotated[list[Code], Field(max_length=50)] = []
    reason: Reason


class ActivationIn(Strict):
    """From when on; now without a time."""

    at: Moment | None = None


class RebaseIn(Strict):
    """Whose areas count where both have changed the same ones; without it they are named."""

    prefer: Literal["draft", "map"] | None = None
    at: Moment | None = None
    """Onto what is planned to be in force then, instead of what is now."""


class RollbackIn(Strict):
    """What is to be as it once was: a layer by its release, a table as of a time."""

    kind: Kind
    layer: Code | None = None
    release: Annotated[Whole, Field(ge=1, le=2**31)] | None = None
    as_of: Moment | None = None
    reason: Reason
    at: Moment | None = None

    def wanted(self) -> Wanted:
        """Say it to the service."""
        return Wanted(
            kind=self.kind,
            layer=self.layer,
            title=f"{ROLLBACK}{self.reason}"[:200],
            note=self.reason,
            release=self.release,
            as_of=self.as_of,
        )


class ReroutingIn(Strict):
    """Why the open cases are decided anew; each changed one carries it."""

    reason: Reason


class ReroutingOut(BaseModel):
    """A run over the open cases."""

    id: UUID
    reason: str
    state: Literal["running", "done", "failed", "cancelled"]
    started_at: datetime
    ended_at: datetime | None
    total: int
    seen: int
    changed: int
    """Cases with another owner, or another area, than before."""
    failure: dict[str, Any] | None
    """Code and sentences of what ended it, where it failed."""


class DraftOut(BaseModel):
    id: UUID
    kind: str
    layer: str | None
    layer_title: str | None
    layer_title_en: str | None
    title: str
    note: str
    state: Literal["open", "scheduled", "activated", "discarded"]
    """`scheduled`: activated for a time that has not come; it can still be taken back."""
    version: int
    base_release: int | None
    created_at: datetime
    created_by: str | None
    valid_from: datetime | None
    release: int | None
    codes: dict[str, list[str]]


class DraftPage(BaseModel):
    drafts: list[DraftOut]
    next: str | None


class EditOut(BaseModel):
    sequence: int
    at: datetime
    by: str | None
    action: str
    detail: dict[str, Any]


class CheckOut(BaseModel):
    key: str
    code: str
    severity: str
    areas: list[str]
    en: str
    zh: str
    area_m2: float | None
    place: GeoJson | None
    accepted: dict[str, Any] | None
    blocks: bool


class RowsOut(BaseModel):
    rows: list[dict[str, Any]]


class DiffOut(BaseModel):
    """What a draft changes; `areas` of a layer, `rows` of a table."""

    areas: dict[str, Any] | None
    rows: dict[str, list[dict[str, Any]]] | None


class CasesOut(BaseModel):
    """The open cases that would change owner, the most pressing first."""

    total: int
    seen: int
    changed: int
    kept_by_person: int
    without_owner: int
    cases: list[dict[str, Any]]


class WorkloadOut(BaseModel):
    """Who would have had how much to do."""

    total: int
    seen: int
    organisations: list[dict[str, Any]]
