"""Coverage and workload as tiles: what the pages and the API say, and no more."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.publish import LayerSpec, Provenance, publish
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.clock import utc_now
from tests.factories import BEGAN, at, cell, frame, make_account
from tests.fixtures.web import ClientOf
from tests.incidents.population import Register, incident
from tests.tiles.reading import MATRIX, address, around, features, read

GROUND = (*at(0, 0), *at(4, 2))


async def zones(db: AsyncSession) -> None:
    """Two zones that overlap in a cell, and leave the last column open."""
    rows = [("Z1", "一", None, cell(0, 0, 2, 2)), ("Z2", "二", None, cell(1, 0, 2, 2))]
    spec = LayerSpec(name="patrol", title="巡查区", tiles=True)
    source = Provenance(source="test")
    await publish(db, spec, frame(*rows), valid_from=BEGAN, provenance=source)
    await db.commit()


async def test_what_is_open_and_what_is_double_is_shown_near_and_far(
    db: AsyncSession, client_of: ClientOf
) -> None:
    await zones(db)
    client = await client_of(Role.COMMAND_CENTRE)
    near = [it for tile in around(*GROUND, 13) for it in await read(client, "coverage", tile)]
    told = {(it.said["kind"], it.said["layer"], it.said["code"]) for it in near}
    assert told == {("uncovered", "patrol", "C2"), ("double", "patrol", "Z1")}
    [double] = {it.said["area_m2"] for it in near if it.said["kind"] == "double"}
    [far] = around(*GROUND, 3)
    counted = await read(client, "coverage", far)
    assert {it.geometry["type"] for it in counted} == {"Point"}
    assert {(it.said["kind"], it.said["count"]) for it in counted} == {
        ("uncovered", 1),
        ("double", 1),
    }
    assert double in {it.said["area_m2"] for it in counted}


async def test_a_street_is_shown_what_is_open_on_its_ground(
    db: AsyncSession, client_of: ClientOf
) -> None:
    await zones(db)
    client = await client_of(Role.STREET_CENTRE, scope=Scope("street", "S1"))
    found = [it for tile in around(*GROUND, 13) for it in await read(client, "coverage", tile)]
    assert {it.said["kind"] for it in found} == {"double"}


async def test_numbers_of_areas_are_those_of_the_api(db: AsyncSession, client_of: ClientOf) -> None:
    register = await Register.read(db)
    account = await make_account(db, "reporter", Role.GRID_WORKER)
    for number in range(9):
        ended: dict[str, Any] = {"status": "closed", "closed_at": BEGAN} if number % 3 == 0 else {}
        when = BEGAN + timedelta(days=number)
        found = incident(
            register, account, column=number % 3 + 0.5, row=0.5, reported_at=when, **ended
        )
        db.add(found)
    await db.commit()
    client = await client_of(Role.COMMAND_CENTRE)
    asked = {"unit": "grid", "from": (BEGAN + timedelta(days=2)).isoformat()}
    said = (await client.get("/v1/workload", params=asked)).json()
    columns = ("codes", "filed", "open", "overdue", "closed")
    wanted = {row[0]: row[1:] for row in zip(*(said[it] for it in columns), strict=True)}
    described = await client.get(
        f"/v1/collections/workload/tiles/{MATRIX}", params={**asked, "f": "tilejson"}
    )
    template = described.json()["tiles"][0]
    [tile] = around(*GROUND, 10)
    answer = await client.get(template.format(z=tile.zoom, x=tile.column, y=tile.row))
    assert answer.headers["Cache-Control"] == "private, max-age=15"
    drawn = {
        it.said["code"]: tuple(it.said[name] for name in columns[1:])
        for it in features(answer.content, "workload")
    }
    assert drawn == wanted
    assert sum(numbers[0] for numbers in drawn.values()) == 7
    other = {**asked, "from": utc_now().isoformat()}
    unlike = await client.get(address("workload", tile), params=other)
    assert unlike.headers["ETag"] != answer.headers["ETag"]


async def test_a_unit_that_there_is_not_is_refused(client_of: ClientOf) -> None:
    client = await client_of(Role.COMMAND_CENTRE)
    [tile] = around(*GROUND, 10)
    for query in ("unit=nothing", "unit=worker", "from=yesterday"):
        answer = await client.get(f"{address('workload', tile)}?{query}")
        assert answer.status_code == 422, query
