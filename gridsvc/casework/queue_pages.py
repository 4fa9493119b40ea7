"""The queue as a page: what waits for who looks, in tabs with counts, the most urgent first."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from gridsvc.casework import queue
from gridsvc.casework.asking import Asked, AskedQueue
from gridsvc.casework.choices import areas_for, classes
from gridsvc.casework.clock_panel import status_name
from gridsvc.casework.durations import called, left
from gridsvc.casework.seat import AtCases
from gridsvc.casework.tabs import Tab, tabs_of
from gridsvc.http.deps import Now, ReadDb
from gridsvc.http.query import CursorQuery
from gridsvc.incidents.case import Case, cases_of
from gridsvc.incidents.lifecycle import Action
from gridsvc.incidents.search import Listed
from gridsvc.incidents.timing import running
from gridsvc.planning.desk import Desk

router = APIRouter(include_in_schema=False)

A_PAGE = 50


@router.get("/queue")
async def queue_page(
    *,
    request: Request,
    desk: AtCases,
    asked: AskedQueue,
    db: ReadDb,
    now: Now,
    cursor: CursorQuery,
    done: Annotated[Action | None, Query(description="the step that led here")] = None,
) -> HTMLResponse:
    """Show what waits for the reader."""
    looking, tabs = asked.looking(desk.who, now), tabs_of(desk.who)
    counted = await queue.counts(db, tabs, looking)
    tab = asked.tab_of(desk.who) or _first(tabs, counted)
    page = await queue.page(db, tab, looking, limit=A_PAGE, after=cursor)
    cases = await cases_of(db, [row.incident for row in page.rows], request.app.state.desk)
    return desk.page(
        "queue.html",
        tabs=[_tab(it, counted, asked, desk, here=it is tab) for it in tabs],
        title=desk.word(f"queue_{tab.name}"),
        asked=asked,
        done=done is not None,
        tab=tab.name,
        areas=await areas_for(db, desk.who, now=now),
        categories=await classes(db, desk.language, now=now),
        shown=_many(counted[tab.name]),
        query=asked.query(tab=tab.name),
        rows=[_row(*it, desk, now) for it in zip(page.rows, cases, strict=True)],
        following=asked.query(tab=tab.name, cursor=page.next.text()) if page.next else "",
    )


def _first(tabs: Sequence[Tab], counted: Mapping[str, int]) -> Tab:
    """Begin with the first tab in which anything waits."""
    return next((tab for tab in tabs if counted[tab.name]), tabs[0])


def _many(count: int) -> str:
    return f"{count:,}" if count < queue.COUNTED else f"{queue.COUNTED - 1:,}+"


def _tab(
    tab: Tab, counted: Mapping[str, int], asked: Asked, desk: Desk, *, here: bool
) -> dict[str, Any]:
    return {
        "name": desk.word(f"queue_{tab.name}"),
        "count": _many(counted[tab.name]),
        "empty": counted[tab.name] == 0,
        "here": here,
        "query": asked.query(tab=tab.name),
    }


def _row(listed: Listed, case: Case, desk: Desk, now: Now) -> dict[str, Any]:
    incident, standing = listed.incident, case.account.standing(now)
    return {
        "id": incident.id,
        "reference": incident.reference,
        "category": desk.either(listed.category_name, listed.category_name_en),
        "text": incident.description,
        "address": incident.address or "",
        "status": status_name(case.process, incident.status, desk),
        "lead": desk.either(listed.lead_name, listed.lead_name_en) or "–",
        "due": desk.clock.civil(incident.due_at),
        "light": standing.light.value,
        "word": called(standing, desk.language),
        "left": left(standing, desk.language, working=case.limit.unit.is_working),
        "stage": _stage(case, desk, now),
    }


def _stage(case: Case, desk: Desk, now: Now) -> dict[str, str] | None:
    """Say how the clock of the stage stands, where it is another than the handling's."""
    found = running(case)
    if found is None:
        return None
    clock, account = found
    standing = account.standing(now)
    return {
        "name": clock.words.zh if desk.language == "zh" else clock.words.en,
        "light": standing.light.value,
        "left": left(
            standing, desk.language, working=clock.limit is not None and clock.limit.unit.is_working
        ),
    }
