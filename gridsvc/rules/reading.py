"""Reading rules, border policies and special days for the endpoints."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import NotFound
from gridsvc.rules import repository
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.model import BorderPolicyRow, RoutingRule
from gridsvc.rules.repository import Entry
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay
from gridsvc.rules.surroundings import organisation_codes


async def rules_at(db: AsyncSession, at: datetime) -> tuple[Sequence[Rule], Mapping[UUID, str]]:
    """List the rules in force at a time by code, with the codes of all organisations."""
    found = [rule for rule in await repository.rules(db) if rule.in_force(at)]
    return found, await organisation_codes(db)


async def borders_at(db: AsyncSession, at: datetime) -> Sequence[BorderPolicy]:
    """List the border policies in force at a time by code."""
    return [one for one in await repository.border_policies(db) if one.in_force(at)]


async def special_days_in_force(db: AsyncSession, at: datetime) -> Sequence[SpecialDay]:
    """List the special days in force at a time by list and day."""
    return [one for one in await repository.special_days(db) if one.in_force(at)]


async def rule_versions(
    db: AsyncSession, code: str
) -> tuple[Sequence[tuple[Rule, Entry]], Mapping[UUID, str]]:
    """List every version of a rule, the newest first, with the codes of all organisations."""
    entries = await repository.entries(db, RoutingRule, code)
    if not entries:
        raise never_had(code)
    found = [(one, entries[one.id]) for one in await repository.rules(db) if one.id in entries]
    return found[::-1], await organisation_codes(db)


async def border_versions(db: AsyncSession, code: str) -> Sequence[tuple[BorderPolicy, Entry]]:
    """List every version of a border policy, the newest first."""
    entries = await repository.entries(db, BorderPolicyRow, code)
    if not entries:
        raise never_had(code)
    policies = await repository.border_policies(db)
    return [(one, entries[one.id]) for one in policies if one.id in entries][::-1]


def never_had(code: str) -> NotFound:
    """Make the answer for a code that nothing ever had."""
    return NotFound(en=f'Nothing ever had the code "{code}".', zh=f"没有编码“{code}”。")
