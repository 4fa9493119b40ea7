"""Accounts, appointments and roles as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gridsvc.auth.integrations import SERVICE
from gridsvc.auth.principal import Duty, Scope, Sees
from gridsvc.auth.service import NewAccount
from gridsvc.errors import Invalid
from gridsvc.http.values import Code, Moment, Text
from gridsvc.people.service import Asked, Held, NewRole, Person

Level = Literal["district", "street", "community", "grid", "sub_estate"]
Login = Annotated[Text, Path(min_length=1, max_length=100)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScopeIn(Strict):
    level: Level
    code: Code


class AppointmentIn(Strict):
    """What somebody is appointed to: from now on and for the whole city, unless it says less."""

    role: Annotated[Code, Field(examples=["dispatcher"])]
    organisation: Annotated[Code | None, Field(description="code; it and all below it")] = None
    scope: Annotated[ScopeIn | None, Field(description="the whole city without")] = None
    valid_from: Moment | None = None
    valid_to: Annotated[Moment | None, Field(description="the end is not included")] = None

    def asked(self) -> Asked:
        return Asked(
            role=self.role,
            organisation=self.organisation,
            scope=Scope(self.scope.level, self.scope.code) if self.scope else None,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class AppointmentOut(BaseModel):
    id: UUID
    role: str
    role_name: str
    role_name_en: str
    organisation: str | None
    scope_level: str | None
    scope_code: str | None
    valid_from: datetime
    valid_to: datetime | None

    @classmethod
    def of(cls, held: Held) -> "AppointmentOut":
        row = held.row
        return cls(
            id=row.id,
            role=row.role,
            role_name=held.role.name,
            role_name_en=held.role.name_en,
            organisation=held.organisation,
            scope_level=row.level,
            scope_code=row.code,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )


class ServiceIn(Strict):
    """What a program's account has in the place of a password."""

    owner: Annotated[Code, Field(description="code of the organisation that answers for it")]
    expires_at: Moment
    addresses: Annotated[
        list[Annotated[Text, Field(max_length=64)]],
        Field(max_length=50, description="networks it may come from; anywhere without"),
    ] = []


class AccountIn(Strict):
    """A person's, with a password, or a program's, with `service`."""

    login: Annotated[Text, Field(min_length=1, max_length=64)]
    password: Password | None = None
    service: ServiceIn | None = None
    must_change_password: Annotated[
        bool, Field(strict=True, description="at the first sign-in")
    ] = False
    language: Literal["zh", "en"] = "zh"
    appointments: Annotated[list[AppointmentIn], Field(max_length=20)] = []

    def person(self) -> NewAccount:
        if self.password is None or self.service is not None:
            raise Invalid(
                "password_or_service",
                en="Give a password for a person, or service for a program, and not both.",
                zh="个人账号请提供 password，服务账号请提供 service，二者只取其一。",
                field="password",
            )
        return NewAccount(
            self.login,
            self.password.get_secret_value(),
            self.language,
            must_change_password=self.must_change_password,
        )


class AccountOut(BaseModel):
    login: str
    kind: Literal["person", "service"]
    owner: str | None
    expires_at: datetime | None
    addresses: list[str]
    language: str
    created_at: datetime
    disabled_at: datetime | None
    must_change_password: bool
    appointments: list[AppointmentOut]
    """Past ones too, the oldest first."""

    @classmethod
    def of(cls, person: Person) -> "AccountOut":
        account = person.account
        return cls(
            login=account.login,
            kind="service" if account.kind == SERVICE else "person",
            owner=person.owner,
            expires_at=account.expires_at,
            addresses=account.addresses,
            language=account.language,
            created_at=account.created_at,
            disabled_at=account.disabled_at,
            must_change_password=account.must_change_password,
            appointments=[AppointmentOut.of(held) for held in person.held],
        )


class AccountPage(BaseModel):
    accounts: list[AccountOut]
    next: str | None
    """Where the next page begins: give it back as `after`."""


class RoleIn(Strict):
    """A set of permissions for one duty; `sees` says which cases it shows, if it may read any."""

    name: Name
    name_en: Name
    duty: Duty = Duty.CASES
    sees: Sees
    permissions: Annotated[list[Code], Field(max_length=100, examples=[["incidents:read"]])]
    second_factor: Annotated[
        bool, Field(strict=True, description="who has the role signs in with a code as well")
    ] = False

    def role(self, code: str) -> NewRole:
        return NewRole(
            code=code,
            name=self.name,
            name_en=self.name_en,
            duty=self.duty,
            sees=self.sees,
            permissions=self.permissions,
            second_factor=self.second_factor,
        )


class RoleOut(BaseModel):
    code: str
    name: str
    name_en: str
    duty: Duty
    sees: Sees
    permissions: list[str]
    second_factor: bool
