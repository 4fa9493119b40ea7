"""What the planner's pages share: their frame, the form's token, times and names as people read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends
from fastapi.responses import HTMLResponse

from gridsvc.auth.policy import Permission, may
from gridsvc.auth.principal import Principal
from gridsvc.errors import Invalid
from gridsvc.http.deps import SettingsDep, StateDep
from gridsvc.http.language import Language, LanguageCode
from gridsvc.http.requires import PresentedSecret, csrf_token
from gridsvc.planning.drafts import register_of
from gridsvc.planning.schemas import ROLLBACK
from gridsvc.web.page import viewing
from gridsvc.web.templates import render
from gridsvc.web.words import WORDS

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The city's clocks."""

    zone: ZoneInfo

    def civil(self, moment: datetime | None) -> str:
        """Write a time as they show it."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}" if moment else ""

    def read(self, text: str | None) -> datetime | None:
        """Read a time as a form's field gives it; an empty one is none."""
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            aware.timestamp()
        except (ValueError, OverflowError) as error:
            raise Invalid(
                "invalid_time",
                en=f'"{text}" is no time like 2026-11-21T08:00.',
                zh=f"“{text}”不是 2026-11-21T08:00 这样的时间。",
                field="at",
            ) from error
        return aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who looks at a page, when, and in which language; from when on the draft would hold."""

    who: Principal
    now: datetime
    at: datetime
    language: LanguageCode
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who sits at a planner's page, in which language."""

    who: Principal
    language: LanguageCode
    csrf: str
    """What a form must send back; a bearer of a token needs none."""
    clock: Clock

    def page(self, template: str, status: int = 200, /, **content: object) -> HTMLResponse:
        """Fill a template."""
        page = render(
            template,
            language=self.language,
            login=self.who.login,
            role=self.who.role_in(self.language),
            csrf=self.csrf,
            zone=self.clock.zone.key,
            may_activate=may(self.who, Permission.MAP_ACTIVATE),
            **content,
        )
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "private, no-store"}
        return HTMLResponse(page, status, headers=headers)

    def asking(self, *, now: datetime, at: datetime) -> Asking:
        """Ask about a draft that would hold from a time on."""
        return Asking(who=self.who, now=now, at=at, language=self.language, clock=self.clock)

    def word(self, name: str) -> str:
        """Say a word."""
        return WORDS[name][self.language]

    def either(self, zh: str | None, en: str | None) -> str:
        """Give a name in the language of the page, or as it is called where it has no other."""
        return (zh if self.language == "zh" else en or zh) or ""

    def of(self, draft: dict[str, Any]) -> str:
        """Name what a draft is of, as people call it."""
        if draft["layer"] is None:
            return self.word(f"kind_{draft['kind']}")
        english = None if self.language == "zh" else draft["layer_title_en"]
        return str(english or draft["layer_title"])

    def described(self, draft: dict[str, Any]) -> dict[str, Any]:
        """Describe a draft in the words of the page."""
        return {
            **draft,
            "title": self.titled(draft["title"]),
            "of": self.of(draft),
            "state_name": self.word(f"state_{draft['state']}"),
            "made": self.clock.civil(draft["created_at"]),
            "by": draft["created_by"] or "–",
            "valid_from": self.clock.civil(draft["valid_from"]),
        }

    def titled(self, title: str) -> str:
        """Say a title; that of a roll-back was written by us."""
        if title.startswith(ROLLBACK):
            return self.word("rolled_back").format(reason=title.removeprefix(ROLLBACK))
        return title

    def sheets(self, kind: str) -> list[tuple[int, str]]:
        """Name the spreadsheets of a draft of a table, each with its place among them."""
        sheets = register_of(kind).sheets
        names = (self.word(f"sheet_{sheet.table.__tablename__}") for sheet in sheets)
        return list(enumerate(names))


def seat(permission: Permission) -> Callable[..., Awaitable[Desk]]:
    """Make the dependency of a page with a desk, for those with a permission."""

    async def seated(
        *,
        who: Annotated[Principal, Depends(viewing(permission))],
        given: PresentedSecret,
        state: StateDep,
        settings: SettingsDep,
        language: Language,
    ) -> Desk:
        csrf = csrf_token(state, given.secret) if given else ""
        return Desk(who=who, language=language, csrf=csrf, clock=Clock(settings.zone))

    return seated


AtDesk = Annotated[Desk, Depends(seat(Permission.MAP_PLAN))]
"""Who plans, at a page; everybody else is sent to the login page, or refused."""


def called(organisation: dict[str, Any] | None, language: LanguageCode) -> str:
    """Name an organisation in a language."""
    if organisation is None:
        return "–"
    english = None if language == "zh" else organisation["name_en"]
    return str(english or organisation["name"])
