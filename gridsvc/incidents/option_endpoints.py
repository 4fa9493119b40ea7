"""The steps that a caller may take on a case, over HTTP: what an app offers as buttons."""

from typing import Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from gridsvc.http.answers import problems
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.requires import CanReadIncidents
from gridsvc.incidents.lifecycle import Action, Process, Status
from gridsvc.incidents.options import Option, options

router = APIRouter(
    prefix="/v1/incidents", tags=["incidents"], responses=problems(401, 403, 404, 422)
)


class ReasonOut(BaseModel):
    code: str
    zh: str
    en: str


class StepOut(BaseModel):
    """A step that the caller may take now."""

    action: Action
    zh: str
    en: str
    target: Status
    requires: list[str]
    """What the transition must say; `evidence` is a note, a pin or a document."""
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, option: Option, process: Process) -> Self:
        words, reasons = process.actions[option.action], process.reasons.get(option.action, {})
        return cls(
            action=option.action,
            zh=words.zh,
            en=words.en,
            target=option.rule.target,
            requires=[field.value for field in option.rule.requires],
            reasons=[ReasonOut(code=code, zh=it.zh, en=it.en) for code, it in reasons.items()],
        )


@router.get("/{incident_id}/actions")
async def get_actions(
    *,
    request: Request,
    response: Response,
    incident_id: UUID,
    who: CanReadIncidents,
    db: ReadDb,
    now: Now,
) -> list[StepOut]:
    """List the steps that the caller may take now; the ETag is the version that they are of."""
    found = await options(db, incident_id, request.app.state.desk, who=who, now=now)
    response.headers["ETag"] = f'"{found.version}"'
    return [StepOut.of(it, found.process) for it in found.steps]
