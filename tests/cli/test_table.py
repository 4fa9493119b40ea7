"""`gridsvc table`: what a department types into a spreadsheet lands whole, or says which row."""

import psycopg
import pytest

from tests.cli.at_the_prompt import Said
from tests.cli.desk import Desk, ask

CATEGORY_HEAD = "code,name,major,major_name,kind,limit_value,limit_unit"
LAMP = "0101,路灯,01,公用设施,component,2,work_day"


class TestOrganisations:
    def test_parents_may_stand_below_their_children(self, desk: Desk) -> None:
        said = desk.load(
            "organisations", "code,name,kind,parent", "a,甲,team,b", "b,乙,department,city"
        )
        assert (said.code, said.out) == (0, "2 rows of organisations loaded.\n")
        rows = ask(
            desk.url,
            "SELECT o.code, p.code FROM organisation o JOIN organisation p ON p.id = o.parent_id"
            " WHERE o.code IN ('a', 'b') ORDER BY 1",
        )
        assert rows == [("a", "b"), ("b", "city")]

    def test_a_known_one_is_brought_up_to_date(self, desk: Desk) -> None:
        assert desk.load("organisations", "code,name,kind", "power,国网,department").code == 0
        found = ask(desk.url, "SELECT name, name_en FROM organisation WHERE code = 'power'")
        assert found == [("国网", None)]

    def test_many_land(self, desk: Desk) -> None:
        rows = [f"o{number},单位{number},team,city" for number in range(6_000)]
        assert desk.load("organisations", "code,name,kind,parent", *rows).code == 0
        assert ask(desk.url, "SELECT count(*) FROM organisation WHERE kind = 'team'") == [(6_000,)]

    @pytest.mark.parametrize(
        ("rows", "sentence"),
        [
            (["a,甲,team,b", "b,乙,team,a"], "lie above themselves: "),
            (["a,甲,team,a"], "lie above themselves: a < a"),
            (["x,好,team,city", "a,甲,team,nobody"], 'Row 2: there is no parent "nobody"'),
            (["a,甲,team,", "a,乙,team,"], 'Row 2: code is "a" as in row 1 already'),
            (["a,,team,"], "Row 1: name is empty"),
            (["a,甲,team"], "Row 1 of table.csv has 3 cells, the head line 4"),
            (["a,甲,team,,more"], "Row 1 of table.csv has 5 cells, the head line 4"),
            (['a,"甲,team,'], "cannot be read as a CSV file"),
            (["a,甲\0,team,"], "holds the character NUL"),
            ([], "has no rows below its head line"),
        ],
    )
    def test_a_wrong_row_is_named_and_nothing_lands(
        self, refused: Desk, rows: list[str], sentence: str
    ) -> None:
        before = ask(refused.url, "SELECT count(*) FROM organisation")
        said = refused.load("organisations", "code,name,kind,parent", *rows)
        assert (said.code, said.out) == (1, "")
        assert sentence in said.err
        assert ask(refused.url, "SELECT count(*) FROM organisation") == before

    def test_columns_are_named_where_one_lacks(self, refused: Desk) -> None:
        said = refused.load("organisations", "编码,name", "a,甲")
        assert said.err == "table.csv lacks code, kind; it has 编码, name.\n"
        said = refused.load("organisations", "code,name,name,kind", "a,甲,乙,team")
        assert "more than one column name" in said.err

    def test_another_encoding_is_named_not_guessed(self, desk: Desk) -> None:
        rows = ("code,name,kind", "a,甲乙,team")
        said = desk.load("organisations", *rows, encoding="gb18030")
        assert (said.code, said.out) == (1, "")
        assert 'GB18030 "甲乙' in said.err
        assert "with --encoding" in said.err
        said = desk.load("organisations", *rows, encoding="gbk", language="zh_CN.UTF-8")
        assert "请用 --encoding 声明正确的编码" in said.err
        said = desk.load("organisations", *rows, encoding="gb18030", declared="gbk")
        assert said.code == 0, said.err
        assert ask(desk.url, "SELECT name FROM organisation WHERE code = 'a'") == [("甲乙",)]
        said = desk.load("organisations", *rows, encoding="gb18030", declared="utf-8")
        assert "contradicts the declared encoding" in said.err

    def test_a_byte_order_mark_is_no_letter(self, desk: Desk) -> None:
        said = desk.load("organisations", "code,name,kind", "a,甲,team", encoding="utf-8-sig")
        assert said.code == 0
        said = desk.load("organisations", "code,name,kind", "b,乙,team", language="zh_CN.UTF-8")
        assert said.out == "已载入 organisations 1 行。\n"

    def test_a_missing_file_is_one_sentence(self, refused: Desk) -> None:
        said = refused.prompt.run("table", "workers", "no.csv", GRIDSVC_DATABASE_URL=refused.url)
        assert said.code == 1
        assert said.err.startswith("no.csv cannot be read")


class TestCategories:
    def test_they_make_a_scheme_and_the_next_version_follows(self, desk: Desk) -> None:
        for since in ("2026-02-01", "2026-03-01"):
            said = desk.load("categories", CATEGORY_HEAD, LAMP, scheme="own", valid_from=since)
            assert said.code == 0
        versions = ask(
            desk.url,
            "SELECT version, valid_to IS NULL FROM category_scheme WHERE code = 'own' ORDER BY 1",
        )
        assert versions == [(1, False), (2, True)]

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            (LAMP.replace("component", "thing"), 'kind is "thing", not one of component, event'),
            (LAMP.replace("work_day", "days"), 'limit_unit is "days", not one of'),
            (LAMP.replace(",2,", ",two,"), 'limit_value is "two", not a whole number from 1'),
            (LAMP.replace(",2,", ",0,"), 'limit_value is "0", not a whole number from 1'),
            (LAMP.replace(",2,", ",99999999999,"), "not a whole number from 1"),
            (LAMP.replace(",2,", ",20000,"), "A limit of 20000 is none"),
        ],
    )
    def test_a_wrong_cell_is_named(self, refused: Desk, row: str, sentence: str) -> None:
        said = refused.load("categories", CATEGORY_HEAD, row, scheme="own")
        assert said.code == 1
        assert sentence in said.err
        assert ask(refused.url, "SELECT count(*) FROM category_scheme WHERE code = 'own'") == [(0,)]

    def test_a_scheme_has_a_name_and_a_version_begins_after_the_last(self, desk: Desk) -> None:
        assert "name it with --scheme" in desk.load("categories", CATEGORY_HEAD, LAMP).err
        first = {"scheme": "own", "valid_from": "2026-02-01"}
        assert desk.load("categories", CATEGORY_HEAD, LAMP, **first).code == 0
        said = desk.load("categories", CATEGORY_HEAD, LAMP, **first)
        assert (said.code, "must begin later" in said.err) == (1, True)


class TestResponsibilities:
    HEAD = "organisation,layer,area,category,role,priority"

    def test_a_whole_layer_or_one_area_of_it(self, desk: Desk) -> None:
        said = desk.load(
            "responsibilities",
            self.HEAD,
            "s1,grid,,0301,lead,",
            "s2,grid,G20,0301,lead,1",
            valid_from="2026-02-01",
        )
        assert said.code == 0
        found = ask(
            desk.url,
            "SELECT area_code, category_code, priority FROM responsibility"
            " WHERE category_code = '0301' ORDER BY priority",
        )
        assert found == [(None, "0301", 0), ("G20", "0301", 1)]

    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            ("nobody,grid,,,duty,", 'there is no organisation "nobody"'),
            ("s1,sewers,,,duty,", 'there is no layer "sewers"'),
            ("s1,grid,G99,,duty,", 'layer "grid" has no area "G99"'),
            ("s1,grid,,9999,lead,", 'there is no category "9999"'),
            ("s1,grid,,,owner,", 'role is "owner", not one of lead, co_handler, duty'),
            ("s1,grid,,,lead,-1", 'priority is "-1", not a whole number from 0'),
            ("clean2,cleaning,Z1,02,lead,", "Two organisations would lead with the same priority"),
        ],
    )
    def test_what_cannot_hold_is_refused(self, refused: Desk, row: str, sentence: str) -> None:
        before = ask(refused.url, "SELECT count(*) FROM responsibility")
        said = refused.load(
            "responsibilities", self.HEAD, "s1,grid,G00,0301,lead,", row, valid_from="2026-02-01"
        )
        assert said.code == 1
        assert sentence in said.err
        assert ask(refused.url, "SELECT count(*) FROM responsibility") == before

    def test_replaced_ones_end_and_stay(self, desk: Desk) -> None:
        before = ask(desk.url, "SELECT count(*) FROM responsibility")[0][0]
        row = "clean2,cleaning,Z1,02,lead,"
        said = self._replace(desk, row)
        assert said.code == 0
        ended = ask(desk.url, "SELECT count(*) FROM responsibility WHERE valid_to IS NOT NULL")
        assert ended == [(before,)]
        assert "already begin at" in self._replace(desk, row).err

    def _replace(self, desk: Desk, row: str) -> Said:
        return desk.load("responsibilities", self.HEAD, row, valid_from="2026-02-01", replace="")

    def test_a_code_of_two_schemes_asks_which(self, desk: Desk) -> None:
        lamp = {"scheme": "own", "valid_from": "2026-01-01"}
        assert desk.load("categories", CATEGORY_HEAD, LAMP, **lamp).code == 0
        row = "s1,grid,,0101,lead,"
        said = desk.load("responsibilities", self.HEAD, row, valid_from="2026-02-01")
        assert "several schemes have a category" in said.err
        assert "own, test" in said.err
        said = desk.load(
            "responsibilities", f"{self.HEAD},scheme", f"{row},own", valid_from="2026-02-01"
        )
        assert said.code == 0


class TestWorkers:
    def test_a_post_moves_to_another_organisation(self, desk: Desk) -> None:
        assert desk.load("workers", "code,organisation", "W1,s2", "W2,s2").code == 0
        moved = ask(
            desk.url,
            "SELECT w.code, o.code FROM worker w JOIN organisation o ON o.id = w.organisation_id"
            " ORDER BY 1",
        )
        assert moved == [("W1", "s2"), ("W2", "s2")]

    def test_grids_are_assigned_once(self, desk: Desk) -> None:
        head, since = "worker,grid", "2026-02-01"
        assert desk.load("assignments", head, "W1,G10", valid_from=since).code == 0
        said = desk.load("assignments", head, "W1,G10", valid_from=since)
        assert "A worker already looks after that grid" in said.err
        said = desk.load("assignments", head, "W1,G99", valid_from=since)
        assert 'layer "grid" has no area "G99"' in said.err
        said = desk.load("assignments", head, "W9,G10", valid_from=since)
        assert 'there is no worker "W9"' in said.err

    def test_replaced_assignments_end_and_stay(self, desk: Desk) -> None:
        head, since = "worker,grid", "2026-02-01"
        said = desk.load("assignments", head, "W1,G10", valid_from=since, replace="")
        assert said.code == 0
        found = ask(desk.url, "SELECT grid_code, valid_to IS NULL FROM assignment ORDER BY 1")
        assert found == [("G00", False), ("G10", True)]
        said = desk.load("assignments", head, "W1,G10", valid_from=since, replace="")
        assert "Assignments already begin at" in said.err


class TestPosts:
    HEAD = "code,organisation,account"
    HOLDERS = (
        "SELECT w.code, a.login FROM worker w LEFT JOIN account a ON a.id = w.account_id ORDER BY 1"
    )

    @pytest.fixture
    def staffed(self, desk: Desk) -> Desk:
        """A desk with two grid workers, of whom li.na holds the post W1, and a command centre."""
        with psycopg.connect(desk.url) as connection:
            for login, role in (
                ("li.na", "grid_worker"),
                ("wu.di", "grid_worker"),
                ("centre", "command_centre"),
            ):
                connection.execute(
                    "WITH made AS (INSERT INTO account (id, login, password_hash)"
                    " VALUES (gen_random_uuid(), %s, '!') RETURNING id)"
                    " INSERT INTO appointment (id, account_id, role, valid_from)"
                    " SELECT gen_random_uuid(), id, %s, now() FROM made",
                    [login, role],
                )
        assert desk.load("workers", self.HEAD, "W1,s1,Li.Na", "W2,s1,").code == 0
        return desk

    def test_an_account_holds_a_post(self, staffed: Desk) -> None:
        assert ask(staffed.url, self.HOLDERS) == [("W1", "li.na"), ("W2", None)]

    def test_without_the_column_it_stays_so(self, staffed: Desk) -> None:
        assert staffed.load("workers", "code,organisation", "W1,s2").code == 0
        assert ask(staffed.url, self.HOLDERS) == [("W1", "li.na"), ("W2", None)]

    def test_posts_change_hands(self, staffed: Desk) -> None:
        for rows in (("W2,s1,li.na", "W1,s1,wu.di"), ("W1,s1,li.na", "W2,s1,wu.di")):
            assert staffed.load("workers", self.HEAD, *rows).code == 0
        assert ask(staffed.url, self.HOLDERS) == [("W1", "li.na"), ("W2", "wu.di")]
        assert staffed.load("workers", self.HEAD, "W1,s1,").code == 0
        assert ask(staffed.url, self.HOLDERS) == [("W1", None), ("W2", "wu.di")]

    @pytest.mark.parametrize(
        ("rows", "sentence"),
        [
            (["W2,s1,nobody"], 'there is no grid worker\'s account "nobody"'),
            (["W2,s1,centre"], 'there is no grid worker\'s account "centre"'),
            (["W2,s1,li.na"], 'The account "li.na" holds the post W1 already'),
            (["W2,s1,wu.di", "W3,s1,WU.DI"], 'The account "WU.DI" holds the post W2 already'),
        ],
    )
    def test_what_cannot_be_is_one_sentence(
        self, staffed: Desk, rows: list[str], sentence: str
    ) -> None:
        said = staffed.load("workers", self.HEAD, *rows)
        assert (said.code, said.out) == (1, "")
        assert sentence in said.err
        assert ask(staffed.url, self.HOLDERS) == [("W1", "li.na"), ("W2", None)]


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("organisations", {"valid_from": "2026-01-01"}),
        ("workers", {"scheme": "own"}),
        ("workers", {"replace": ""}),
    ],
)
def test_an_option_that_would_be_overlooked_is_refused(
    refused: Desk, what: str, options: dict[str, str]
) -> None:
    said = refused.load(what, "code,organisation", "W3,s1", **options)
    assert (said.code, "means nothing for" in said.err) == (1, True)


@pytest.mark.parametrize(
    "time", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31T23:59-12:00"]
)
def test_a_time_that_is_none_is_refused(refused: Desk, time: str) -> None:
    said = refused.load("assignments", "worker,grid", "W1,G10", valid_from=time)
    assert (said.code, "is no date or time" in said.err) == (1, True)
