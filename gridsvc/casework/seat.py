"""Who sits at a page of the cases: whoever may read any."""

from typing import Annotated

from fastapi import Depends

from gridsvc.http.deps import SettingsDep, StateDep
from gridsvc.http.language import Language
from gridsvc.http.requires import PresentedSecret
from gridsvc.planning.desk import Desk, desk_of
from gridsvc.web.page import IncidentViewer


async def _desk(
    *,
    who: IncidentViewer,
    given: PresentedSecret,
    state: StateDep,
    settings: SettingsDep,
    language: Language,
) -> Desk:
    return desk_of(who, given, state=state, settings=settings, language=language)


AtCases = Annotated[Desk, Depends(_desk)]
"""Whoever works on cases, at a page; everybody else is sent to the login page, or refused."""
