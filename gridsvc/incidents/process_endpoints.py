"""The closed loop over HTTP: its steps and names in both languages."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.language import Language
from gridsvc.http.requires import CanReadIncidents
from gridsvc.incidents.diagram import mermaid
from gridsvc.incidents.lifecycle import Process, Words
from gridsvc.routing.repository import map_version

router = APIRouter(prefix="/v1/process", tags=["incidents"], responses=problems(401, 403))


class Named(BaseModel):
    code: str
    zh: str
    en: str


class StatusOut(Named):
    stage: str
    clock: str | None


class ClockOut(Named):
    limit: str | None
    """In its own wording; None is the limit of the case."""
    resumes: bool


class StepOut(BaseModel):
    source: str
    action: str
    target: str
    permission: str
    requires: list[str]
    when: list[str]
    """Conditions that must all hold; of several such steps the first that fits is taken."""


class ActionOut(Named):
    reasons: list[Named]


class ProcessOut(BaseModel):
    """A process: which step leads from where to where, by whom, and what it needs."""

    name: Named
    collected: list[str]
    stages: list[Named]
    clocks: list[ClockOut]
    statuses: list[StatusOut]
    actions: list[ActionOut]
    steps: list[StepOut]
    diagram: str
    """A Mermaid state diagram."""


@router.get("")
async def get_process(
    *, _: CanReadIncidents, request: Request, db: ReadDb, now: Now, language: Language
) -> ProcessOut:
    """Read the process by which reports are filed now; the diagram is in the caller's language."""
    found = await request.app.state.desk.processes.in_force(db, await map_version(db), now=now)
    return _shown(found.process, mermaid(found.process, language))


def _named(code: str, words: Words) -> dict[str, str]:
    return {"code": code, "zh": words.zh, "en": words.en}


def _shown(process: Process, diagram: str) -> ProcessOut:
    return ProcessOut(
        name=Named(**_named("process", process.name)),
        collected=sorted(process.collected),
        stages=[Named(**_named(code, words)) for code, words in process.stages.items()],
        clocks=[
            ClockOut(
                **_named(code, it.words),
                limit=it.limit.zh if it.limit else None,
                resumes=it.resumes,
            )
            for code, it in process.clocks.items()
        ],
        statuses=[
            StatusOut(**_named(code, it.words), stage=it.stage, clock=it.clock)
            for code, it in process.statuses.items()
        ],
        actions=[
            ActionOut(
                **_named(code, words),
                reasons=[Named(**_named(*it)) for it in process.reasons.get(code, {}).items()],
            )
            for code, words in process.actions.items()
        ],
        steps=[
            StepOut(
                source=source,
                action=action,
                target=rule.target,
                permission=rule.permission,
                requires=list(rule.requires),
                when=list(rule.when),
            )
            for source, action, rule in process.rules()
        ],
        diagram=diagram,
    )
