"""Who opens the page of a case, when, on which way through their queue, and what that takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from gridsvc.auth.secret_box import SecretBox
from gridsvc.casework.asking import Asked, AskedQueue
from gridsvc.casework.seat import AtCases
from gridsvc.http.deps import Now, SettingsDep
from gridsvc.http.sealing import box_for
from gridsvc.incidents.likeness import Around
from gridsvc.incidents.service import Desk as CaseDesk
from gridsvc.personal.contact import PURPOSE
from gridsvc.planning.desk import Desk


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a case."""

    desk: Desk
    cases: CaseDesk
    asked: Asked
    now: datetime
    around: Around
    """How near another case must be to be the same, perhaps."""
    box: SecretBox
    """In which its reporter is sealed."""


async def _look(
    *, request: Request, desk: AtCases, asked: AskedQueue, now: Now, settings: SettingsDep
) -> Look:
    around = Around(settings.similar_radius_m, timedelta(hours=settings.similar_hours))
    cases: CaseDesk = request.app.state.desk
    return Look(desk, cases, asked, now, around, box_for(request, PURPOSE))


AtCase = Annotated[Look, Depends(_look)]
"""Whoever works on cases, at one of them."""
