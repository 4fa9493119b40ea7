"""Who is calling: the account, and the appointments by which it may do and see things."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network
from uuid import UUID


class Role(StrEnum):
    """The roles that the program ships with, by code; roles are data, a city may have others."""

    ACCEPTOR = "acceptor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    CITY_CENTRE = "city_centre"
    COMMAND_CENTRE = "command_centre"
    COMMUNITY = "community"
    DEPARTMENT_HANDLER = "department_handler"
    DISPATCHER = "dispatcher"
    DISTRICT_CENTRE = "district_centre"
    EVALUATOR = "evaluator"
    GRID_WORKER = "grid_worker"
    PLANNER = "planner"
    SECURITY_ADMINISTRATOR = "security_administrator"
    SHIFT_LEADER = "shift_leader"
    STREET_CENTRE = "street_centre"
    VERIFIER = "verifier"


class Duty(StrEnum):
    """What a role is for. An account serves one of them, and only one.

    So whoever keeps the system sees no cases and makes no accounts, and nobody reads, or keeps,
    what was written down about themselves.
    """

    AUDIT = "audit"
    CASES = "cases"
    SECURITY = "security"
    SYSTEM = "system"


class Sees(StrEnum):
    """Which incidents a role shows, if it may read any."""

    AREA = "area"
    """All inside the appointment's area, and wherever they lie those of its organisation."""
    ORGANISATION = "organisation"
    """Those of its organisation, inside the appointment's area."""
    OWN = "own"
    """Those that the account has reported, and all in the grids of the post that it holds."""


@dataclass(frozen=True, slots=True)
class Scope:
    """An administrative area: everything inside it, at every level below."""

    level: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A role in an organisation for an area, as it holds now."""

    role: str
    name: str
    name_en: str
    """Of the role."""
    permissions: frozenset[str]
    """By name; a role of another release may hold some that this one does not know."""
    sees: Sees
    organisation_id: UUID | None = None
    organisations: tuple[UUID, ...] = ()
    """Its own and all below it."""
    scope: Scope | None = None
    """None means the whole city."""
    grids: tuple[str, ...] = ()
    """Of the post that the account holds."""


@dataclass(frozen=True, slots=True)
class Integration:
    """What is special about a program's account."""

    networks: tuple[str, ...]
    """From which it may come; from anywhere without."""
    last_used_at: datetime | None
    """When the token that it came with was used last, to the minute."""

    def may_come_from(self, address: str | None) -> bool:
        """Tell whether an address lies in one of the networks."""
        if not self.networks:
            return True
        try:
            here = ip_address(address or "")
        except ValueError:
            return False
        # A server that listens on both kinds of addresses writes the older in the newer.
        here = getattr(here, "ipv4_mapped", None) or here
        return any(here in ip_network(network) for network in self.networks)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request, with the appointments that are in force."""

    account_id: UUID
    credential_id: UUID
    login: str
    appointments: tuple[Appointment, ...]
    language: str
    integration: Integration | None = None
    """Of a program that is nobody's own."""

    def limited_to(self, permissions: Collection[str]) -> "Principal":
        """Leave of each appointment what a token may be used for."""
        kept = frozenset(permissions)
        limited = (replace(it, permissions=it.permissions & kept) for it in self.appointments)
        return replace(self, appointments=tuple(limited))

    def role_in(self, language: str) -> str:
        """Say in a language what the caller is."""
        if language == "zh":
            return "、".join(dict.fromkeys(it.name for it in self.appointments))
        return ", ".join(dict.fromkeys(it.name_en for it in self.appointments))
