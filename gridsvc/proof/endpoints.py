"""The auditor's question over HTTP: whether a case is what its events say."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from gridsvc.http.answers import problems
from gridsvc.http.deps import ServiceDb
from gridsvc.http.requires import CanAudit
from gridsvc.http.values import Text
from gridsvc.proof.findings import Fault
from gridsvc.proof.service import check

router = APIRouter(prefix="/v1", tags=["audit"], responses=problems(401, 403, 404, 422))


class FindingOut(BaseModel):
    fault: Fault
    sequence: int
    """Since which event nothing is certain."""
    en: str
    zh: str


class Verified(BaseModel):
    incident: str
    events: int
    sound: bool
    findings: list[FindingOut]


@router.get("/audit/verify")
async def verify_incident(
    _: CanAudit, db: ServiceDb, incident: Annotated[Text, Query(min_length=1, max_length=64)]
) -> Verified:
    """Hash the events of a case anew, and compare the case with them; by id or reference."""
    found = await check(db, incident)
    findings = [FindingOut.model_validate(it, from_attributes=True) for it in found.findings]
    return Verified(incident=incident, events=found.events, sound=not findings, findings=findings)
