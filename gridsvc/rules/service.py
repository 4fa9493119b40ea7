"""Changing rules, border policies and special days: read, checked as a whole, kept or refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import Severity
from geodata.measure import counted
from gridsvc.areas.withdrawal import held_beginning
from gridsvc.errors import Invalid
from gridsvc.rules import repository
from gridsvc.rules.book import Change, LeavesOut, Sheets, change_of, findings_at, read_book
from gridsvc.rules.findings import Finding, in_order
from gridsvc.rules.line import Row
from gridsvc.rules.reading import never_had
from gridsvc.rules.rows import row_of_policy, row_of_rule, row_of_special_day
from gridsvc.rules.surroundings import names_at, organisation_codes
from gridsvc.rules.writing import hold, write

Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Saved:
    """How many rows began, ended and stayed, and what is odd about them."""

    begun: int
    ended: int
    kept: int
    warnings: Sequence[Finding]


async def begins(db: AsyncSession, wanted: datetime | None, *, field: str) -> datetime:
    """Give the time from which a change holds that somebody asks for now, by now or for later.

    Asked before anything is read: until the commit nobody else changes rules or decides by them.
    """
    await hold(db)
    return await held_beginning(db, wanted, field=field)


async def put(
    db: AsyncSession,
    sheets: Sheets,
    *,
    valid_from: datetime,
    replace: bool = False,
    by: UUID | None = None,
) -> Saved:
    """Put rows in from a time on; `replace` ends those in force then that the sheets do not have.

    A row that says what is in force already is left alone. Raises Invalid, with all findings, where
    the resulting whole has an error that is new, or that concerns a row of the sheets.
    """
    leaves_out = _in_force(valid_from) if replace else _none
    return await _change(db, sheets, at=valid_from, leaves_out=leaves_out, by=by)


async def check(
    db: AsyncSession, sheets: Sheets, *, valid_from: datetime, replace: bool = False
) -> Sequence[Finding]:
    """Say what `put` would find, and save nothing."""
    leaves_out = _in_force(valid_from) if replace else _none
    return await _judge(db, await _read(db, sheets, at=valid_from, leaves_out=leaves_out))


async def put_special_list(
    db: AsyncSession, code: str, rows: Rows, *, valid_from: datetime, by: UUID | None = None
) -> Saved:
    """Make a list of special days be these and no others from a time on."""
    sheets = Sheets(special_days=rows)
    return await _change(db, sheets, at=valid_from, leaves_out=_named(code), by=by)


async def end_rule(
    db: AsyncSession, code: str, *, valid_from: datetime, by: UUID | None = None
) -> Saved:
    """End a rule from a time on, with what is planned of it for later."""
    _require(code, {rule.code for rule in await repository.rules(db)})
    return await _change(db, Sheets(rules=[]), at=valid_from, leaves_out=_named(code), by=by)


async def end_border(
    db: AsyncSession, code: str, *, valid_from: datetime, by: UUID | None = None
) -> Saved:
    """End a border policy from a time on, with what is planned of it for later."""
    _require(code, {policy.code for policy in await repository.border_policies(db)})
    return await _change(db, Sheets(borders=[]), at=valid_from, leaves_out=_named(code), by=by)


def _require(code: str, codes: set[str]) -> None:
    if code not in codes:
        raise never_had(code)


def _none(_: object) -> bool:
    return False


def _in_force(at: datetime) -> LeavesOut:
    return lambda one: one.in_force(at)


def _named(code: str) -> LeavesOut:
    return lambda one: one.code == code


async def _change(
    db: AsyncSession, sheets: Sheets, *, at: datetime, leaves_out: LeavesOut, by: UUID | None
) -> Saved:
    await hold(db)
    change = await _read(db, sheets, at=at, leaves_out=leaves_out)
    findings = await _judge(db, change)
    refuse_errors(findings)
    await write(db, change, by=by)
    parts = (change.rules, change.policies, change.days)
    return Saved(
        begun=sum(len(part.begun) for part in parts),
        ended=sum(len(part.ended) for part in parts),
        kept=sum(len(part.kept) for part in parts),
        warnings=findings,
    )


async def _read(db: AsyncSession, sheets: Sheets, *, at: datetime, leaves_out: LeavesOut) -> Change:
    names = await names_at(db, at)
    return change_of(await read_book(db), sheets, names, at=at, leaves_out=leaves_out)


async def _judge(db: AsyncSession, change: Change) -> Sequence[Finding]:
    """List what is wrong or odd by this change: what is new, or concerns what was given.

    The whole is checked as it is at once, and as it will be at each moment at which anything that
    is planned begins or ends.
    """
    at = change.rules.at
    before: set[Finding] = set()
    after: set[Finding] = set()
    for moment in sorted({at} | change.after.turning_points(since=at)):
        before.update(await findings_at(db, change.before, moment))
        after.update(await findings_at(db, change.after, moment))
    return in_order(one for one in after if one not in before or change.concerns(one))


def refuse_errors(findings: Sequence[Finding]) -> None:
    """Refuse findings among which is an error; the error has them all."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        count = counted(len(errors), "error")
        raise Invalid(
            "rules_refused",
            en=f"{count} kept it from being saved: {' '.join(one.en for one in errors)}",
            zh=f"有 {len(errors)} 处错误，未保存：{''.join(one.zh for one in errors)}",
            findings=[as_told(finding) for finding in findings],
        )


def as_told(finding: Finding) -> dict[str, Any]:
    """Write a finding as an answer shows it."""
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "rows": list(finding.rows),
        "en": finding.en,
        "zh": finding.zh,
    }


async def rule_rows(db: AsyncSession, at: datetime) -> list[dict[str, Any]]:
    """Give the rules in force at a time as rows that `put` takes."""
    codes = await organisation_codes(db)
    return [row_of_rule(one, codes) for one in await repository.rules(db) if one.in_force(at)]


async def border_rows(db: AsyncSession, at: datetime) -> list[dict[str, Any]]:
    """Give the border policies in force at a time as rows that `put` takes."""
    return [row_of_policy(one) for one in await repository.border_policies(db) if one.in_force(at)]


async def special_day_rows(db: AsyncSession, at: datetime) -> list[dict[str, Any]]:
    """Give the special days in force at a time as rows that `put` takes."""
    return [
        row_of_special_day(one) for one in await repository.special_days(db) if one.in_force(at)
    ]
