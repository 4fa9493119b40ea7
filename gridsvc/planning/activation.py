"""A draft comes into force at a time, is taken back before it, or something earlier is restored.

What is activated for a later time is published at once, with that time: from then on every process
decides by it at the same instant, however late a job or a notification comes. Until it begins it
can be taken back, and the draft is open again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.beginning import to_come
from gridsvc.areas.model import Release
from gridsvc.areas.publish import LayerSpec, hold_layer
from gridsvc.areas.withdrawal import hold_decisions, withdraw_release
from gridsvc.errors import Conflict, Invalid
from gridsvc.planning import repository
from gridsvc.planning.base import refuse_other_base, refuse_unchanged
from gridsvc.planning.checks import check
from gridsvc.planning.drafts import Actor, Wanted, hold, register_of, start
from gridsvc.planning.findings import Check
from gridsvc.planning.kinds import Kind, Put
from gridsvc.planning.lineage import way_back
from gridsvc.planning.model import Draft
from gridsvc.planning.rehearsal import put_in_force

SHOWN = 20
"""How many findings an answer lists; the checks list all."""


async def accept(
    db: AsyncSession,
    draft_id: UUID,
    *,
    keys: Sequence[str],
    codes: Sequence[str],
    reason: str,
    version: int | None,
    actor: Actor,
) -> Draft:
    """Take responsibility for findings, by key or all of a kind, with the reason in writing."""
    draft = await hold(db, draft_id, version)
    found = await check(db, draft, at=actor.now)
    chosen = [one for one in found if one.key in keys or one.code in codes]
    unknown = {*keys, *codes} - {name for one in chosen for name in (one.key, one.code)}
    refused = sorted({one.code for one in chosen if not one.acceptable})
    if unknown or refused:
        listed = ", ".join(refused or sorted(unknown))
        raise Invalid(
            "not_acceptable_finding",
            en=f"{listed} cannot be accepted: there is no such finding, or it must be corrected.",
            zh=f"{listed} 不可接受：没有该检查结果，或必须更正。",
            field="findings",
        )
    _note_acceptance(draft, chosen, reason=reason, actor=actor)
    said = {"findings": [one.key for one in chosen], "reason": reason}
    await repository.log(db, draft, "accept", said, who=actor.who, now=actor.now)
    return draft


def _note_acceptance(draft: Draft, chosen: Sequence[Check], *, reason: str, actor: Actor) -> None:
    said = {
        one.key: {
            "code": one.code,
            "areas": list(one.areas),
            "en": one.en,
            "zh": one.zh,
            "reason": reason,
            "by": str(actor.who) if actor.who else None,
            "at": actor.now.isoformat(),
        }
        for one in chosen
        if one.blocks
    }
    draft.accepted = {**draft.accepted, **said}


async def activate(
    db: AsyncSession,
    draft_id: UUID,
    *,
    at: datetime | None,
    version: int | None,
    actor: Actor,
) -> Draft:
    """Put a draft in force, now or from a later time on."""
    draft = await hold(db, draft_id, version)
    await _take_turns(db, draft)
    at = to_come(at, actor.now, field="at")
    kept = _kept(draft, await ready(db, draft, at=at, now=actor.now))
    valid_from = at or await hold_decisions(db)
    release = await put_in_force(db, draft, valid_from=valid_from, who=actor.who, findings=kept)
    if at is not None:
        await _refuse_late(db, at)
    draft.state, draft.valid_from = "activated", valid_from
    draft.activated_by = actor.who
    draft.release_id = release.id if release else None
    said = {"valid_from": valid_from.isoformat()}
    await repository.log(db, draft, "activate", said, who=actor.who, now=actor.now)
    return draft


async def ready(
    db: AsyncSession, draft: Draft, *, at: datetime | None, now: datetime
) -> Sequence[Check]:
    """Refuse a draft that cannot come into force; give what was found in it and accepted."""
    begins = to_come(at, now, field="at") or now
    await refuse_other_base(db, draft, at=begins, now=now)
    await refuse_unchanged(db, draft, at=begins)
    found = await check(db, draft, at=begins)
    _refuse_open_findings(found)
    return found


async def _take_turns(db: AsyncSession, draft: Draft) -> None:
    """Let changes of a layer or table come into force one by one: the next sees its base moved.

    The map's own lock comes after: whoever takes both takes them in this order.
    """
    if draft.kind == Kind.LAYER:
        await hold_layer(db, LayerSpec.of(await repository.layer_of(db, draft)))
    else:
        await register_of(draft.kind).hold(db)


async def _refuse_late(db: AsyncSession, at: datetime) -> None:
    """Refuse what comes into force before it is written: decisions would miss it."""
    if await hold_decisions(db) >= at:
        raise Conflict(
            "too_late",
            en="That time has passed while the draft was checked; choose a later one.",
            zh="检查期间该时间已过，请选择更晚的时间。",
            field="at",
        )


def _refuse_open_findings(found: Sequence[Check]) -> None:
    blocking = [one for one in found if one.blocks]
    if blocking:
        first = blocking[0]
        raise Conflict(
            "findings_open",
            en=f"{len(blocking)} findings keep the draft from activation: correct the errors, "
            f"accept the warnings with a reason; the first: {first.en}",
            zh=f"有 {len(blocking)} 项检查结果阻止生效：错误须更正，警告须书面接受；"
            f"首项：{first.zh}",
            findings=[
                {"key": one.key, "code": one.code, "severity": one.severity, "en": one.en}
                for one in blocking[:SHOWN]
            ],
        )


def _kept(draft: Draft, found: Sequence[Check]) -> dict[str, Any]:
    """Write down what a release says for ever of how it came about."""
    accepted = [one.accepted for one in found if one.accepted is not None]
    return {
        "counts": dict(sorted(Counter(one.code for one in found).items())),
        "accepted": sorted({one["code"] for one in accepted}),
        "repaired": [],
        "reasons": accepted,
        "codes": draft.codes,
        "draft": str(draft.id),
        "note": draft.note,
    }


async def cancel(db: AsyncSession, draft_id: UUID, *, actor: Actor) -> Draft:
    """Take back what was activated for a time that has not come; the draft is open again."""
    draft = await repository.get(db, draft_id, lock=True)
    if draft.state != "activated" or draft.valid_from is None:
        raise Conflict(
            "not_activated",
            en="Only what was activated can be taken back.",
            zh="只有已安排生效的草案可以撤回。",
        )
    await _take_turns(db, draft)
    release = await repository.release_by_id(db, draft.release_id)
    said = {"valid_from": draft.valid_from.isoformat()}
    if release is not None:
        await withdraw_release(db, release)
    else:
        put = Put(at=draft.valid_from, who=actor.who)
        await register_of(draft.kind).withdraw(db, put)
    draft.state, draft.valid_from, draft.release_id = "open", None, None
    await repository.log(db, draft, "cancel", said, who=actor.who, now=actor.now)
    return draft


async def roll_back(
    db: AsyncSession, wanted: Wanted, *, at: datetime | None, reason: str, actor: Actor
) -> Draft:
    """Restore what once was, exactly: a draft made from it, accepted as it was, and activated."""
    if wanted.release is None and wanted.as_of is None:
        raise Invalid(
            "rollback_to_what",
            en="Say what is to be restored: a layer's `release`, or a table `as_of` a time.",
            zh="请说明恢复到什么：图层的某一版（release），或表格的某一时间（as_of）。",
            field="release",
        )
    draft = await start(db, wanted, actor)
    release = await _restored(db, draft, wanted)
    _refuse_what_never_held(release.valid_from if release else wanted.as_of, now=actor.now)
    if release is not None:
        codes = await way_back(db, draft, release)
        draft.codes = {code: list(came) for code, came in codes.items()}
    found = await check(db, draft, at=actor.now)
    chosen = [one for one in found if one.acceptable]
    _note_acceptance(draft, chosen, reason=reason, actor=actor)
    await db.flush()
    return await activate(db, draft.id, at=at, version=None, actor=actor)


async def _restored(db: AsyncSession, draft: Draft, wanted: Wanted) -> Release | None:
    if wanted.release is None:
        return None
    layer = await repository.layer_of(db, draft)
    return await repository.release_by_number(db, layer, wanted.release)


def _refuse_what_never_held(began: datetime | None, *, now: datetime) -> None:
    """Refuse to restore what was taken back before its time, or is yet to come."""
    if began is None or began > now:
        raise Conflict(
            "never_in_force",
            en="That has never been in force: there is nothing to restore. Make a draft of it.",
            zh="该内容从未生效，无法恢复；请据此新建草案。",
        )
