"""What may not be, the database itself refuses, whoever writes."""

from datetime import timedelta
from typing import Any

import pytest
import shapely
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import (
    Area,
    Assignment,
    Layer,
    MapVersion,
    Organisation,
    Release,
    Responsibility,
    Worker,
)
from gridsvc.catalogue.model import CategoryScheme
from gridsvc.db.base import new_id
from gridsvc.db.session import Database
from gridsvc.tables import metadata
from tests.factories import BEGAN, cell

CHANGED = {
    "area_count": "area_count = 99",
    "area_m2": "area_m2 = area_m2 + 1",
    "attributes": """attributes = '{"a": 1}'""",
    "code": "code = code || 'x'",
    "digest": "digest = 'x'",
    "estate_type": "estate_type = 'x'",
    "findings": """findings = '{"a": 1}'""",
    # The same ground, begun at another corner.
    "geometry": "geometry = ST_Multi(ST_Reverse(geometry))",
    "households": "households = 1",
    "id": "id = gen_random_uuid()",
    "layer_id": "layer_id = gen_random_uuid()",
    "name": "name = 'x'",
    "number": "number = number + 1",
    "parent_code": "parent_code = 'x'",
    "population": "population = 1",
    "recorded_at": "recorded_at = now() - interval '1 day'",
    "recorded_by": "recorded_by = gen_random_uuid()",
    "release_id": "release_id = gen_random_uuid()",
    "source": "source = 'x'",
    "valid_from": "valid_from = valid_from - interval '1 day'",
}
"""A change of each column of what is published."""

LATER = BEGAN + timedelta(days=30)
EARLIER = BEGAN - timedelta(days=30)
SHAPE = shapely.multipolygons([cell(0, 0)])


async def row_of(db: AsyncSession, table: Any, **which: Any) -> dict[str, Any]:
    """A row that is there, as values for another one."""
    columns = table.__table__.c
    conditions = [columns[name] == value for name, value in which.items()]
    row = (await db.execute(select(table.__table__).where(*conditions))).first()
    assert row is not None
    return {**row._mapping, "id": new_id()}


async def refused(db: AsyncSession, table: Any, values: dict[str, Any]) -> str:
    with pytest.raises(IntegrityError) as error:
        await db.execute(insert(table).values(**values))
    return str(error.value.orig)


class TestReleases:
    @pytest.mark.parametrize(
        ("since", "until"),
        [(BEGAN, None), (LATER, None), (EARLIER, None), (EARLIER, LATER), (BEGAN, LATER)],
    )
    async def test_one_of_a_layer_is_in_force_at_a_time(
        self, db: AsyncSession, since: Any, until: Any
    ) -> None:
        release = await row_of(db, Release, number=1)
        again = {**release, "number": 2, "valid_from": since, "valid_to": until}
        assert "ex_release_one_in_force" in await refused(db, Release, again)

    async def test_one_may_end_at_the_moment_when_the_next_begins(self, db: AsyncSession) -> None:
        release = await row_of(db, Release, number=1)
        before = {**release, "number": 2, "valid_from": EARLIER, "valid_to": BEGAN}
        await db.execute(insert(Release).values(**before))

    async def test_drafts_are_in_nobodys_way(self, db: AsyncSession) -> None:
        release = await row_of(db, Release, number=1)
        for number in (2, 3):
            draft = {**release, "id": new_id(), "number": number, "valid_from": None}
            await db.execute(insert(Release).values(**draft))

    @pytest.mark.parametrize(
        "changes",
        [
            {"number": 1, "valid_from": EARLIER, "valid_to": BEGAN},
            {"valid_from": EARLIER, "valid_to": EARLIER},
            {"valid_from": BEGAN, "valid_to": EARLIER},
            {"valid_from": None, "valid_to": EARLIER},
        ],
    )
    async def test_none_has_anothers_number_or_ends_before_it_begins(
        self, db: AsyncSession, changes: dict[str, Any]
    ) -> None:
        release = await row_of(db, Release, number=1)
        await refused(db, Release, {**release, "number": 2, **changes})


class TestAreas:
    async def test_a_code_is_in_force_once_in_a_layer(self, db: AsyncSession) -> None:
        area = await row_of(db, Area, code="S1")
        draft = {**(await row_of(db, Release, id=area["release_id"])), "number": 2}
        draft |= {"valid_from": None}
        await db.execute(insert(Release).values(**draft))
        again = {**area, "release_id": draft["id"], "geometry": SHAPE, "valid_from": LATER}
        assert "ex_area_one_version_in_force" in await refused(db, Area, again)
        await db.rollback()

    @pytest.mark.parametrize(
        "changes",
        [
            {"code": "S1"},
            {"code": ""},
            {"geometry": shapely.MultiPolygon()},
            {"valid_to": BEGAN},
        ],
    )
    async def test_none_is_without_a_code_a_shape_or_a_time(
        self, db: AsyncSession, changes: dict[str, Any]
    ) -> None:
        area = await row_of(db, Area, code="S1")
        await refused(db, Area, {**area, "code": "S9", "geometry": SHAPE, **changes})

    @pytest.mark.parametrize(
        "shape",
        [
            "SRID=3857;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))",
            "SRID=4326;POLYGON((0 0,1 0,1 1,0 0))",
            "SRID=4326;MULTIPOLYGON Z(((0 0 1,1 0 1,1 1 1,0 0 1)))",
            "SRID=4326;POINT(0 0)",
        ],
    )
    async def test_another_system_or_type_of_shape_is_refused(
        self, db: AsyncSession, shape: str
    ) -> None:
        with pytest.raises(DBAPIError):
            await db.execute(
                text("UPDATE area SET geometry = ST_GeomFromEWKT(:shape) WHERE code = 'S1'"),
                {"shape": shape},
            )


@pytest.mark.parametrize("table", ["area", "release"])
class TestPublished:
    """What a release holds is never edited: a later one ends it."""

    async def test_only_its_end_may_be_set(self, db: AsyncSession, table: str) -> None:
        columns = {column.name for column in metadata.tables[table].columns} - {"valid_to"}
        for column in sorted(columns):
            with pytest.raises(DBAPIError, match="published"):
                async with db.begin_nested():
                    await db.execute(text(f"UPDATE {table} SET {CHANGED[column]}"))
        await db.execute(text(f"UPDATE {table} SET valid_to = '2099-01-01+0'"))

    async def test_none_is_removed(self, db: AsyncSession, table: str) -> None:
        with pytest.raises(DBAPIError, match="published"):
            await db.execute(text(f"DELETE FROM {table}"))


class TestSchemes:
    @pytest.mark.parametrize(
        ("since", "until"), [(BEGAN, None), (LATER, None), (EARLIER, None), (EARLIER, LATER)]
    )
    async def test_one_version_is_in_force_at_a_time(
        self, db: AsyncSession, since: Any, until: Any
    ) -> None:
        scheme = await row_of(db, CategoryScheme, code="test")
        again = {**scheme, "version": 2, "valid_from": since, "valid_to": until}
        said = await refused(db, CategoryScheme, again)
        assert "ex_category_scheme_one_version_in_force" in said

    async def test_another_scheme_may_hold_beside_it(self, db: AsyncSession) -> None:
        scheme = await row_of(db, CategoryScheme, code="test")
        await db.execute(insert(CategoryScheme).values(**{**scheme, "code": "other"}))


class TestResponsibilities:
    @pytest.mark.parametrize("role", ["lead", "duty"])
    async def test_two_of_equal_priority_for_one_thing_are_refused(
        self, db: AsyncSession, role: str
    ) -> None:
        found = await row_of(db, Responsibility, role=role)
        city = await db.scalar(select(Organisation.id).where(Organisation.code == "city"))
        again = {**found, "organisation_id": city, "valid_from": LATER}
        assert "ex_responsibility_one_lead" in await refused(db, Responsibility, again)

    @pytest.mark.parametrize(
        "changes",
        [
            {"priority": 1},
            {"area_code": "Z9"},
            {"area_code": None},
            {"category_code": "0201"},
            {"valid_from": EARLIER, "valid_to": BEGAN},
            {"role": "co_handler"},
        ],
    )
    async def test_what_differs_in_anything_else_is_taken(
        self, db: AsyncSession, changes: dict[str, Any]
    ) -> None:
        found = await row_of(db, Responsibility, role="lead", area_code="Z1")
        await db.execute(insert(Responsibility).values(**{**found, **changes}))

    async def test_two_for_a_whole_layer_are_refused_as_well(self, db: AsyncSession) -> None:
        found = await row_of(db, Responsibility, role="lead", area_code="Z1")
        whole = {**found, "area_code": None, "scheme": None, "category_code": None}
        await db.execute(insert(Responsibility).values(**whole))
        await refused(db, Responsibility, {**whole, "id": new_id()})

    @pytest.mark.parametrize(
        "changes",
        [
            {"role": "owner"},
            {"priority": -1},
            {"valid_to": EARLIER},
            {"category_code": None},
            {"scheme": None},
        ],
    )
    async def test_one_that_cannot_be(self, db: AsyncSession, changes: dict[str, Any]) -> None:
        found = await row_of(db, Responsibility, role="lead", area_code="Z1")
        await refused(db, Responsibility, {**found, "area_code": "Z9", **changes})


class TestTheRest:
    @pytest.mark.parametrize(
        "changes",
        [
            {"kind": "sea"},
            {"kind": "administrative"},
            {"level": "grid"},
            {"basis": "luck"},
            {"tiles": True, "overlap_allowed": True},
            {"name": "grid"},
        ],
    )
    async def test_a_layer_that_cannot_be(self, db: AsyncSession, changes: dict[str, Any]) -> None:
        good = {"id": new_id(), "name": "new", "kind": "zone", "title": "新"}
        await refused(db, Layer, {**good, **changes})

    async def test_an_organisation_above_itself(self, db: AsyncSession) -> None:
        city = await row_of(db, Organisation, code="city")
        again = {**city, "code": "self", "parent_id": city["id"]}
        await refused(db, Organisation, again)

    async def test_a_worker_who_looks_after_a_grid_twice(self, db: AsyncSession) -> None:
        found = await row_of(db, Assignment, grid_code="G00")
        assert "ex_assignment_once" in await refused(db, Assignment, {**found, "valid_from": LATER})

    async def test_a_code_that_two_workers_have(self, db: AsyncSession) -> None:
        await refused(db, Worker, await row_of(db, Worker, code="W1"))


ANOTHER_CATEGORY = (
    "(id, scheme_id, code, name, major_code, major_name, kind, limit_value, limit_unit) "
    "SELECT gen_random_uuid(), scheme_id, '0102', name, major_code, major_name, kind, 1, limit_unit"
    " FROM category LIMIT 1"
)


class TestMapVersion:
    """Whatever routing reads: its change is a new version of the map, at the commit."""

    @pytest.mark.parametrize(
        ("change", "grows"),
        [
            ("UPDATE organisation SET name = 'x' WHERE code = 's1'", True),
            ("UPDATE responsibility SET priority = 7", True),
            ("DELETE FROM responsibility", True),
            ("UPDATE layer SET title = 'x'", True),
            ("UPDATE release SET valid_to = '2099-01-01+0'", True),
            ("UPDATE area SET valid_to = '2099-01-01+0'", True),
            (f"INSERT INTO category {ANOTHER_CATEGORY}", True),
            ("UPDATE category_scheme SET valid_to = '2099-01-01+0'", True),
            ("DELETE FROM assignment", False),
        ],
    )
    async def test_it_grows(self, db: AsyncSession, change: str, grows: bool) -> None:
        before = await db.scalar(select(MapVersion.number))
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        await db.execute(text(change))
        after = await db.scalar(select(MapVersion.number))
        assert before is not None
        assert after is not None
        assert (after > before) is grows

    async def test_a_transaction_is_one_version_however_many_rows_it_changes(
        self, city_url: str
    ) -> None:
        database = Database.connect(city_url, pool_size=1)
        numbers = []
        for changed in ("true", "false", "true"):
            async with database.transaction() as db:
                await db.execute(
                    text(f"UPDATE organisation SET name = name || 'x' WHERE {changed}")
                )
                await db.execute(text(f"UPDATE layer SET title = 'x' WHERE {changed}"))
            async with database.sessions() as db:
                numbers.append((await db.execute(select(MapVersion.number))).scalar_one())
        await database.close()
        assert [number - numbers[0] for number in numbers] == [0, 0, 1]

    async def test_what_a_savepoint_takes_back_does_not_count(self, db: AsyncSession) -> None:
        before = (await db.execute(select(MapVersion.number))).scalar_one()
        await db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        async with db.begin_nested() as savepoint:
            await db.execute(text("UPDATE layer SET title = 'x'"))
            await savepoint.rollback()
        assert (await db.execute(select(MapVersion.number))).scalar_one() == before
        await db.execute(text("UPDATE layer SET title = 'y'"))
        assert (await db.execute(select(MapVersion.number))).scalar_one() == before + 1

    @pytest.mark.parametrize(
        "table",
        [
            "area",
            "category",
            "category_scheme",
            "filing_condition",
            "layer",
            "organisation",
            "release",
            "responsibility",
        ],
    )
    async def test_nothing_that_routing_reads_can_be_truncated(
        self, db: AsyncSession, table: str
    ) -> None:
        with pytest.raises(DBAPIError, match=r"cannot be truncated|append-only"):
            await db.execute(text(f"TRUNCATE {table} CASCADE"))

    async def test_there_is_one(self, db: AsyncSession) -> None:
        assert await db.scalar(select(func.count()).select_from(MapVersion)) == 1
        await refused(db, MapVersion, {"singleton": True, "number": 1})
        await db.rollback()
        await refused(db, MapVersion, {"singleton": False, "number": 1})
