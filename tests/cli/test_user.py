"""`gridsvc user`: accounts made, listed, locked out; secrets shown once and kept as hashes."""

import asyncio
import re

import httpx
import psycopg
import pytest

from gridsvc.app import create_app
from gridsvc.auth.passwords import verify_password
from gridsvc.db.session import Database
from gridsvc.settings import Settings
from tests.cli.at_the_prompt import Prompt, Said

PASSWORD = "correct horse battery"
WORKER = ("--role", "grid_worker", "--worker")


class Administrator:
    """Somebody at the prompt of one database, with something to say on standard input."""

    def __init__(self, prompt: Prompt, url: str) -> None:
        self.prompt, self.url = prompt, url

    def user(self, *arguments: str, typed: str = PASSWORD, language: str = "C.UTF-8") -> Said:
        return self.prompt.run(
            "user",
            *arguments,
            answer=f"{typed}\n",
            GRIDSVC_DATABASE_URL=self.url,
            LC_ALL=language,
        )

    def account(self, login: str) -> tuple[object, ...] | None:
        columns = "role.code, level, a.code, language, disabled_at IS NOT NULL, password_hash"
        with psycopg.connect(self.url) as connection:
            return connection.execute(
                f"SELECT {columns} FROM account"
                " LEFT JOIN appointment a ON a.account_id = account.id"
                " LEFT JOIN role ON role.code = a.role WHERE login = %s".encode(),
                [login],
            ).fetchone()


@pytest.fixture
def administrator(prompt: Prompt, city_url: str) -> Administrator:
    return Administrator(prompt, city_url)


@pytest.fixture
def refused(prompt: Prompt, database_url: str) -> Administrator:
    """Of whom everything is refused: the database is every test's."""
    return Administrator(prompt, database_url)


def test_an_account_is_made_listed_and_locked_out(administrator: Administrator) -> None:
    said = administrator.user("add", "Li.Na", "--role", "grid_worker", "--scope", "street/S1")
    assert (said.code, said.out) == (0, "Li.Na\n")
    role, level, code, language, disabled, password_hash = administrator.account("li.na") or ()
    assert (role, level, code, language, disabled) == ("grid_worker", "street", "S1", "zh", False)
    assert verify_password(PASSWORD, str(password_hash))
    assert administrator.user("list").out == "li.na\tgrid_worker\tstreet/S1\tactive\n"
    assert administrator.user("disable", "LI.NA").code == 0
    assert administrator.user("list").out.endswith("\tdisabled\n")
    said = administrator.user("token", "li.na")
    assert (said.code, "is disabled" in said.err) == (1, True)


def test_an_account_is_appointed_to_one_thing_more_and_dismissed(
    administrator: Administrator,
) -> None:
    administrator.user("add", "li.na", "--role", "evaluator")
    limits = ("--organisation", "s1", "--scope", "street/S1", "--to", "2999-01-01")
    said = administrator.user("appoint", "li.na", "--role", "department_handler", *limits)
    held = said.out.strip()
    listed = administrator.user("appointments", "li.na").out.splitlines()
    assert len(listed) == 2
    assert listed[1].startswith(f"{held}\tdepartment_handler\ts1\tstreet/S1\t")
    assert listed[1].endswith("\t2998-12-31T16:00:00+00:00")
    assert administrator.user("dismiss", "li.na", held).code == 0
    assert administrator.user("list").out == "li.na\tevaluator\t-\tactive\n"
    said = administrator.user("dismiss", "li.na", held)
    assert (said.code, "has ended already" in said.err) == (1, True)
    said = administrator.user("appoint", "li.na", "--role", "security_administrator")
    assert (said.code, "are kept apart" in said.err) == (1, True)
    roles = administrator.user("roles").out.splitlines()
    assert "administrator\tsystem\tarea\tareas:read" in roles


def test_a_grid_worker_gets_a_post_and_sees_its_grids(administrator: Administrator) -> None:
    assert administrator.user("add", "Li.Na", *WORKER, "W1").code == 0
    with psycopg.connect(administrator.url) as connection:
        grids = connection.execute(
            "SELECT login, grid_code FROM account JOIN worker ON worker.account_id = account.id"
            " JOIN assignment ON assignment.worker_id = worker.id"
        ).fetchall()
    assert grids == [("li.na", "G00")]
    said = administrator.user("add", "wu.di", *WORKER, "W1")
    assert (said.code, 'The post "W1" has an account already' in said.err) == (1, True)
    assert administrator.account("wu.di") is None


def test_a_generated_password_is_shown_once(administrator: Administrator) -> None:
    said = administrator.user("add", "centre", "--role", "command_centre", "--generate")
    login, password = said.out.split()
    assert (login, len(password)) == ("centre", 16)
    *_, password_hash = administrator.account("centre") or ()
    assert password not in str(password_hash)
    assert verify_password(password, str(password_hash))


def test_a_token_is_kept_as_a_hash(administrator: Administrator) -> None:
    assert administrator.user("add", "planner", "--role", "planner").code == 0
    said = administrator.user("token", "planner", "--name", "gis", "--days", "2")
    token = said.out.strip()
    with psycopg.connect(administrator.url) as connection:
        kept = connection.execute(
            "SELECT name, secret_hash, expires_at - created_at FROM credential"
        ).fetchone()
    assert kept is not None
    assert (kept[0], kept[2].days) == ("gis", 2)
    assert token.encode() not in kept[1]
    assert re.fullmatch(r"[\w-]{43}", token)


def test_a_token_opens_the_door_until_its_account_is_locked_out(
    administrator: Administrator,
) -> None:
    administrator.user("add", "planner", "--role", "planner")
    token = administrator.user("token", "planner").out.strip()
    assert asyncio.run(status_of(administrator.url, token)) == 200
    assert asyncio.run(status_of(administrator.url, token[:-1])) == 401
    administrator.user("disable", "planner")
    assert asyncio.run(status_of(administrator.url, token)) == 401


async def status_of(url: str, token: str) -> int:
    database = Database.connect(url, pool_size=1)
    app = create_app(Settings(), database, signing_key="a key for tests only")
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get("/v1/layers", headers=headers)
    await database.close()
    return answer.status_code


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (["add", "x", "--role", "planner"], "short", "A password has at least 10 characters"),
        (["add", "x", "--role", "planner"], "", "A password has at least 10 characters"),
        (["add", "", "--role", "planner"], PASSWORD, "A login name has 1 to 64"),
        (["add", "a b", "--role", "planner"], PASSWORD, "not 'a b'"),
        (["add", "x", "--role", "emperor"], PASSWORD, 'There is no role "emperor"'),
        (["add", "x", "--role", "department_handler"], PASSWORD, "name the organisation"),
        (["appoint", "nobody", "--role", "planner"], "", 'There is no account "nobody"'),
        (["add", "x", "--role", "planner", "--scope", "S1"], PASSWORD, "A scope is LEVEL/CODE"),
        (["add", "x", "--role", "planner", "--scope", "zone/Z1"], PASSWORD, "A scope is LEVEL"),
        (["add", "x", "--role", "planner", "--scope", "street/S9"], PASSWORD, "would see nothing"),
        (["add", "x", "--role", "planner", "--organisation", "o"], PASSWORD, 'organisation "o"'),
        (["add", "x", *WORKER, "W9"], PASSWORD, 'There is no worker\'s post "W9"'),
        (
            ["add", "x", "--role", "planner", "--worker", "W1"],
            PASSWORD,
            "means nothing for planner",
        ),
        (["token", "nobody"], "", 'There is no account "nobody"'),
        (["disable", "nobody"], "", 'There is no account "nobody"'),
    ],
)
def test_what_cannot_be_is_one_sentence(
    refused: Administrator, arguments: list[str], typed: str, sentence: str
) -> None:
    said = refused.user(*arguments, typed=typed)
    assert (said.code, said.out) == (1, "")
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1
    in_chinese = refused.user(*arguments, typed=typed, language="zh_CN.UTF-8").err
    assert re.search("[一-鿿]{4}", in_chinese)
    assert refused.account("x") is None


@pytest.mark.parametrize(
    "options",
    [
        ["--role", "planner", "--language", "fr"],
        [],
    ],
)
def test_a_choice_that_is_none_is_refused_with_the_choices(
    refused: Administrator, options: list[str]
) -> None:
    assert refused.user("add", "x", *options).code == 2
    assert refused.account("x") is None


def test_a_login_is_taken_once_in_any_case_of_letters(administrator: Administrator) -> None:
    assert administrator.user("add", "gis", "--role", "planner").code == 0
    said = administrator.user("add", "GIS", "--role", "planner")
    assert (said.code, 'already an account "gis"' in said.err) == (1, True)
