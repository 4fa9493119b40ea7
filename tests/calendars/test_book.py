"""Which calendar holds for whom, where and when."""

from datetime import timedelta
from uuid import UUID

from gridsvc.calendars.book import Book, Version
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.choice import Use
from tests.factories import BEGAN

LATER = BEGAN + timedelta(days=30)
BUREAU, TEAM = UUID(int=1), UUID(int=2)


def version(code: str, number: int = 1) -> Version:
    since, until = (BEGAN, LATER) if number == 1 else (LATER, None)
    return Version(code, code, number, since, until, Calendar(workday=timedelta(hours=number)))


BOOK = Book(
    default=Calendar(),
    versions=[version("city"), version("city", 2), version("bureau"), version("bureau", 2)],
    uses=[Use("city", BEGAN), Use("bureau", BEGAN, organisation=str(BUREAU)), Use("none", BEGAN)],
    parents={BUREAU: None, TEAM: BUREAU},
)


def test_who_has_no_calendar_works_by_the_one_above() -> None:
    assert BOOK.in_force(BEGAN, organisation=TEAM).name == "bureau/1"
    assert BOOK.in_force(BEGAN, organisation=UUID(int=9)).name == "city/1"
    assert BOOK.in_force(BEGAN).name == "city/1"


def test_the_version_is_the_one_of_that_time() -> None:
    found = BOOK.in_force(LATER)
    assert found.name == "city/2"
    assert found.calendar.workday == timedelta(hours=2)
    assert BOOK.in_force(LATER - timedelta(microseconds=1)).name == "city/1"


def test_without_any_the_default_is_asked() -> None:
    assert Book(default=Calendar()).in_force(BEGAN).name == "default"
    assert BOOK.in_force(BEGAN - timedelta(days=1)).name == "default"
