"""`gridsvc calendar`: a year's holidays land, and what they move is said before and after."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from gridsvc.db.clock import utc_now
from tests.cli.at_the_prompt import Prompt, Said

HEAD = "date,until,kind,name"


class Desk:
    """Somebody with two spreadsheets and one database."""

    def __init__(self, prompt: Prompt, url: str, folder: Path) -> None:
        self.prompt, self.url, self.folder = prompt, url, folder

    def run(self, *arguments: str, language: str = "C.UTF-8") -> Said:
        return self.prompt.run(
            "calendar", *arguments, GRIDSVC_DATABASE_URL=self.url, LC_ALL=language
        )

    def load(self, code: str, *lines: str, **options: str) -> Said:
        file = self.folder / "days.csv"
        file.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
        named = [(f"--{name.replace('_', '-')}", value) for name, value in options.items()]
        given = [part for option in named for part in option if part]
        return self.run("load", code, "--days", str(file), *given)

    def ask(self, query: str) -> Sequence[tuple[object, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture
def desk(prompt: Prompt, city_url: str, tmp_path: Path) -> Desk:
    return Desk(prompt, city_url, tmp_path)


@pytest.fixture
def refused(prompt: Prompt, database_url: str, tmp_path: Path) -> Desk:
    """A desk of which everything is refused: its database is every test's."""
    return Desk(prompt, database_url, tmp_path)


def owe(desk: Desk) -> None:
    """Have a lamp reported a day ago, due in two working days of an ordinary week."""
    with psycopg.connect(desk.url) as connection:
        account = connection.execute(
            "INSERT INTO account (id, login, password_hash)"
            " VALUES (gen_random_uuid(), 'x', '!') RETURNING id"
        ).fetchone()
        assert account is not None
        connection.execute(
            "INSERT INTO incident (id, reference, category_id, status, version, outcome, channel,"
            " description, reported_at, occurred_at, due_at, reporter_id, report_hash)"
            " SELECT gen_random_uuid(), '202601010000001', id, 'dispatched', 1, 'routed',"
            " 'worker_app', '-', %(at)s, %(at)s, %(due)s, %(who)s, sha256('')"
            " FROM category WHERE code = '0101'",
            {
                "at": utc_now() - timedelta(days=1),
                "due": utc_now() + timedelta(days=365),
                "who": account[0],
            },
        )
        connection.execute(
            "INSERT INTO incident_event (id, incident_id, sequence, at, actor_id, action,"
            " to_status, detail, previous_hash, hash) SELECT gen_random_uuid(), id, 1,"
            " reported_at, reporter_id, 'report', status, '{}', sha256(''), sha256('')"
            " FROM incident"
        )


def test_a_year_lands_and_is_used(desk: Desk) -> None:
    said = desk.load("city", "2026-10-01,2026-10-07,holiday,国庆节", title="市级日历")
    assert said.code == 0
    assert said.out.splitlines() == [
        "Calendar city, version 1: 7 special days, known to 2026-12-31.",
        "0 deadlines run.",
        "0 of them would be due at another time.",
    ]
    assert desk.run("use", "city").code == 0
    assert desk.run("use", "city", "--organisation", "power", "--area", "street/S1").code == 0
    assert desk.ask("SELECT title, count(*) FROM work_calendar, calendar_use GROUP BY 1") == [
        ("市级日历", 2)
    ]


def test_the_next_year_is_added_to_what_is_known(desk: Desk) -> None:
    desk.load("city", "2026-10-01,,holiday,国庆节", valid_from="2026-01-01")
    said = desk.load(
        "city", "2027-01-01,,holiday,元旦", workday_minutes="450", valid_from="2026-11-10"
    )
    assert "version 2: 2 special days, known to 2027-12-31." in said.out
    assert desk.ask("SELECT workday_minutes FROM calendar_version ORDER BY number") == [
        (480,),
        (450,),
    ]


def test_hours_are_loaded_alone_too(desk: Desk) -> None:
    hours = desk.folder / "hours.csv"
    hours.write_text("weekday,start,end\n1,09:00,17:00\n", encoding="utf-8")
    said = desk.run("load", "night", "--hours", str(hours), language="zh_CN.UTF-8")
    assert said.out.startswith("日历 night 第 1 版：特殊日期 0 天，已知至 无。\n")
    assert desk.ask("SELECT hours -> 0 -> 'week' -> 0 FROM calendar_version") == [
        ([["09:00", "17:00"]],)
    ]


def test_a_dry_run_tells_what_would_move_and_writes_nothing(desk: Desk) -> None:
    owe(desk)
    said = desk.load("city", "2026-10-01,,holiday,国庆节", dry_run="")
    assert said.code == 0
    assert "1 deadlines run.\n202601010000001: " in said.out
    assert desk.ask("SELECT count(*) FROM work_calendar") == [(0,)]


def test_the_alarm_rings_where_a_calendar_ends_before_a_deadline(desk: Desk) -> None:
    owe(desk)
    desk.load("city", "2026-01-01,,holiday,元旦", horizon="2026-01-31", valid_from="2026-01-01")
    assert desk.run("check").code == 0  # nobody works by it yet
    desk.run("use", "city")
    said = desk.run("check")
    assert said.code == 1
    assert "ALARM: 1 fall due after the last day that calendar city/1 knows" in said.out


def test_deadlines_move_by_order(desk: Desk) -> None:
    owe(desk)
    order = ("recompute", "--as", "x", "--reason", "新日历")
    assert desk.run(*order).out == "1 deadlines have moved.\n"
    assert desk.run(*order).out == "0 deadlines have moved.\n"
    assert desk.ask("SELECT due_at < now() + '30 days' FROM incident") == [(True,)]
    assert 'There is no account "y".' in desk.run("recompute", "--as", "y", "--reason", "-").err


@pytest.mark.parametrize(
    ("line", "options", "sentence"),
    [
        ("1.1.2026,,holiday,x", {}, "Row 1: date '1.1.2026' is no day from 1900 to 2999"),
        ("2026-01-01,,feast,x", {}, 'Row 1: kind is "feast", not one of holiday, workday'),
        ("2026-01-01,,holiday,x", {"horizon": "soon"}, "'soon' is no day"),
        ("2026-01-01,,holiday,x", {"valid_from": "soon"}, "'soon' is no date or time"),
    ],
)
def test_what_is_wrong_is_said(
    refused: Desk, line: str, options: dict[str, str], sentence: str
) -> None:
    said = refused.load("city", line, **options)
    assert said.code == 1
    assert sentence in said.err


def test_a_calendar_that_is_not_there_is_nobody_s(refused: Desk) -> None:
    said = refused.run("use", "none")
    assert said.code == 1
    assert 'There is no calendar "none"' in said.err
