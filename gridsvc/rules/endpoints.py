"""Rules, border policies and special days over HTTP. Each signature says who may call."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Path, Query

from gridsvc.areas.beginning import beginning
from gridsvc.http.answers import problems
from gridsvc.http.content import JsonBody
from gridsvc.http.deps import Now, ReadDb, WriteDb
from gridsvc.http.requires import CanActivate, CanPlan, CanReadAreas
from gridsvc.http.values import Code, Moment
from gridsvc.rules import reading, service
from gridsvc.rules.book import Sheets
from gridsvc.rules.findings import Finding
from gridsvc.rules.schemas import (
    BorderOut,
    BorderPut,
    BorderSaved,
    BorderVersion,
    EntryOut,
    FindingOut,
    FindingsOut,
    RuleOut,
    RulePut,
    RuleSaved,
    RuleVersion,
    SheetsBody,
    SpecialDaysOut,
    SpecialDaysPut,
    SpecialDaysSaved,
)
from gridsvc.rules.special import SpecialDay

router = APIRouter(prefix="/v1", tags=["rules"], responses=problems(401, 403, 422))

At = Annotated[Moment | None, Query(description="as it was then; now by default")]
Ending = Annotated[Moment | None, Query(description="when it ends; now by default")]
OwnCode = Annotated[Code, Path(min_length=1)]


def _told(findings: Iterable[Finding]) -> list[FindingOut]:
    return [FindingOut.model_validate(finding) for finding in findings]


@router.get("/rules")
async def list_rules(_: CanReadAreas, db: ReadDb, now: Now, at: At = None) -> list[RuleOut]:
    """List the rules in force, by code."""
    rules, codes = await reading.rules_at(db, at or now)
    return [RuleOut.of(rule, codes) for rule in rules]


@router.post("/rules/check")
async def check_sheets(
    *, body: SheetsBody, _: CanPlan, __: JsonBody, db: ReadDb, now: Now
) -> FindingsOut:
    """Say what is wrong or odd about rows, together with all that is in force; save nothing."""
    days = (
        None
        if body.special_days is None
        else [row for one in body.special_days for row in one.rows(one.code)]
    )
    sheets = Sheets(
        rules=None if body.rules is None else [one.row(one.code) for one in body.rules],
        borders=None if body.borders is None else [one.row(one.code) for one in body.borders],
        special_days=days,
    )
    since = beginning(body.valid_from, now, field="valid_from")
    found = await service.check(db, sheets, valid_from=since, replace=body.replace)
    return FindingsOut(findings=_told(found))


@router.get("/rules/{code}/versions", responses=problems(404))
async def list_rule_versions(_: CanPlan, db: ReadDb, code: OwnCode) -> list[RuleVersion]:
    """List everything that a rule was, is and will be, the newest first, and who changed it."""
    versions, codes = await reading.rule_versions(db, code)
    return [
        RuleVersion(rule=RuleOut.of(rule, codes), entry=EntryOut.model_validate(entry))
        for rule, entry in versions
    ]


@router.put("/rules/{code}", responses=problems(413, 415))
async def put_rule(
    *, code: OwnCode, body: RulePut, who: CanActivate, _: JsonBody, db: WriteDb
) -> RuleSaved:
    """Make a rule, or let it be otherwise from a time on; what it was stays on record."""
    since = await service.begins(db, body.valid_from, field="valid_from")
    sheets = Sheets(rules=[body.row(code)])
    saved = await service.put(db, sheets, valid_from=since, by=who.account_id)
    rules, codes = await reading.rules_at(db, since)
    [rule] = [rule for rule in rules if rule.code == code]
    return RuleSaved(rule=RuleOut.of(rule, codes), warnings=_told(saved.warnings))


@router.delete("/rules/{code}", status_code=204, responses=problems(404))
async def end_rule(*, code: OwnCode, who: CanActivate, db: WriteDb, at: Ending = None) -> None:
    """End a rule, with what is planned of it for later."""
    since = await service.begins(db, at, field="at")
    await service.end_rule(db, code, valid_from=since, by=who.account_id)


@router.get("/borders")
async def list_borders(_: CanReadAreas, db: ReadDb, now: Now, at: At = None) -> list[BorderOut]:
    """List the border policies in force, by code."""
    return [BorderOut.of(policy) for policy in await reading.borders_at(db, at or now)]


@router.get("/borders/{code}/versions", responses=problems(404))
async def list_border_versions(_: CanPlan, db: ReadDb, code: OwnCode) -> list[BorderVersion]:
    """List everything that a border policy was, is and will be, and who changed it."""
    return [
        BorderVersion(border=BorderOut.of(policy), entry=EntryOut.model_validate(entry))
        for policy, entry in await reading.border_versions(db, code)
    ]


@router.put("/borders/{code}", responses=problems(413, 415))
async def put_border(
    *, code: OwnCode, body: BorderPut, who: CanActivate, _: JsonBody, db: WriteDb
) -> BorderSaved:
    """Make a border policy, or let it be otherwise from a time on."""
    since = await service.begins(db, body.valid_from, field="valid_from")
    sheets = Sheets(borders=[body.row(code)])
    saved = await service.put(db, sheets, valid_from=since, by=who.account_id)
    [policy] = [one for one in await reading.borders_at(db, since) if one.code == code]
    return BorderSaved(border=BorderOut.of(policy), warnings=_told(saved.warnings))


@router.delete("/borders/{code}", status_code=204, responses=problems(404))
async def end_border(*, code: OwnCode, who: CanActivate, db: WriteDb, at: Ending = None) -> None:
    """End a border policy, with what is planned of it for later."""
    since = await service.begins(db, at, field="at")
    await service.end_border(db, code, valid_from=since, by=who.account_id)


@router.get("/special-days")
async def list_special_days(
    _: CanReadAreas, db: ReadDb, now: Now, at: At = None
) -> list[SpecialDaysOut]:
    """List the lists of special days in force, by code."""
    return _lists(await reading.special_days_in_force(db, at or now))


def _lists(days: Sequence[SpecialDay]) -> list[SpecialDaysOut]:
    return [
        SpecialDaysOut(
            code=code,
            title=listed[0].title,
            title_en=listed[0].title_en,
            days=[one.day for one in listed],
        )
        for code, those in groupby(days, key=lambda one: one.list_code)
        if (listed := list(those))
    ]


@router.put("/special-days/{code}", responses=problems(413, 415))
async def put_special_days(
    *, code: OwnCode, body: SpecialDaysPut, who: CanActivate, _: JsonBody, db: WriteDb
) -> SpecialDaysSaved:
    """Let a list of special days be these and no others from a time on."""
    since = await service.begins(db, body.valid_from, field="valid_from")
    rows = body.rows(code)
    saved = await service.put_special_list(db, code, rows, valid_from=since, by=who.account_id)
    lists = _lists(await reading.special_days_in_force(db, since))
    return SpecialDaysSaved(
        special_days=next((one for one in lists if one.code == code), None),
        warnings=_told(saved.warnings),
    )
