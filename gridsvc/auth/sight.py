"""Which incidents a caller sees: the rule, for every channel alike. Pure.

It is worked out here, once, from the appointments. Queries narrow themselves by it, so that they
find their index (`gridsvc.incidents.visibility`), and the database holds everybody to it, whatever
a query asks (`gridsvc.auth.confining`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from gridsvc.auth.policy import Permission, giving
from gridsvc.auth.principal import Appointment, Principal, Scope, Sees

SHARE_LEVELS = ("district", "street")
"""Levels of which incidents are counted already, by who leads them (`visibility`)."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen: all of it, or what any of these says."""

    everything: bool = False
    reporters: frozenset[UUID] = frozenset()
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Codes by level: what lies in one."""
    organisations: frozenset[UUID] = frozenset()
    """What one of them leads or helps with."""
    within: Mapping[Scope, frozenset[UUID]] = field(default_factory=dict)
    """What one of them leads or helps with inside an area."""

    @property
    def callable(self) -> frozenset[UUID]:
        """The organisations that see what they are called to, wherever it is."""
        return self.organisations.union(*self.within.values())

    def members(self) -> dict[str, list[Any]]:
        """Write it as the database's policies read it; equal ones alike."""
        within = sorted(self.within.items(), key=lambda it: (it[0].level, it[0].code))
        return {
            "reporters": _listed(self.reporters),
            **{level: _listed(codes) for level, codes in sorted(self.areas.items())},
            "organisations": _listed(self.organisations),
            "within": [
                {"level": scope.level, "code": scope.code, "owners": _listed(owners)}
                for scope, owners in within
            ],
            "owners_within": _listed(frozenset().union(*self.within.values())),
            "shares_within": [
                f"{scope.level}/{scope.code}/{owner}"
                for scope, owners in within
                if scope.level in SHARE_LEVELS
                for owner in _listed(owners)
            ],
        }

    def text(self) -> str:
        """Write it in one line; equal ones alike."""
        return "" if self.everything else json.dumps(self.members())


def _listed(things: Iterable[object]) -> list[str]:
    return sorted(map(str, things))


def sight_of(who: Principal, permission: Permission = Permission.INCIDENTS_READ) -> Sight:
    """Put together the incidents for which appointments give the caller a permission."""
    gathering = _Gathering()
    for appointment in giving(who, permission):
        gathering.add(appointment, who.account_id)
    return gathering.sight()


class _Gathering:
    """What the appointments looked at so far show."""

    def __init__(self) -> None:
        self.everything = False
        self.reporters: set[UUID] = set()
        self.areas: dict[str, set[str]] = {}
        self.organisations: set[UUID] = set()
        self.within: dict[Scope, set[UUID]] = {}

    def add(self, appointment: Appointment, account_id: UUID) -> None:
        """Add what one more shows."""
        match appointment.sees:
            case Sees.OWN:
                self.reporters.add(account_id)
                self._see("grid", appointment.grids)
            case Sees.AREA:
                self.organisations.update(appointment.organisations)
                if appointment.scope is None:
                    self.everything = True
                else:
                    self._see(appointment.scope.level, [appointment.scope.code])
            case Sees.ORGANISATION if appointment.scope is None:
                self.organisations.update(appointment.organisations)
            case Sees.ORGANISATION:
                owners = self.within.setdefault(appointment.scope, set())
                owners.update(appointment.organisations)

    def _see(self, level: str, codes: Iterable[str]) -> None:
        self.areas.setdefault(level, set()).update(codes)

    def sight(self) -> Sight:
        if self.everything:
            return Sight(everything=True)
        return Sight(
            reporters=frozenset(self.reporters),
            areas={level: frozenset(codes) for level, codes in self.areas.items() if codes},
            organisations=frozenset(self.organisations),
            within={scope: frozenset(them) for scope, them in self.within.items() if them},
        )
