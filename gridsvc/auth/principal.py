"""Who is calling: the account, its role and the part of the city it is for."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account is for."""

    ADMINISTRATOR = "administrator"
    COMMAND_CENTRE = "command_centre"
    GRID_WORKER = "grid_worker"
    PLANNER = "planner"


@dataclass(frozen=True, slots=True)
class Scope:
    """An administrative area: everything inside it, at every level below."""

    level: str
    code: str


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request. `scope` None means the whole city."""

    account_id: UUID
    credential_id: UUID
    login: str
    role: Role
    organisation_id: UUID | None
    scope: Scope | None
    language: str
