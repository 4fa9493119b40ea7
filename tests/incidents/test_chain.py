"""Events and decisions are only ever added; a change of what was said breaks the chain."""

import hashlib
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.auth.principal import Role
from gridsvc.incidents.model import IncidentEvent
from tests.factories import at, report_body
from tests.fixtures.web import ClientOf

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


async def reported(client: httpx.AsyncClient, **changes: Any) -> UUID:
    answer = await client.post("/v1/incidents", json=report_body(0.5, 0.5, **changes))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def take(client: httpx.AsyncClient, made: UUID, version: int, **step: Any) -> None:
    path, headers = f"/v1/incidents/{made}/transitions", {"If-Match": f'"{version}"'}
    assert (await client.post(path, json=step, headers=headers)).status_code == 200


async def chain(db: AsyncSession, made: UUID) -> list[IncidentEvent]:
    """The events as they are stored, not as this session remembers them."""
    db.expire_all()
    statement = select(IncidentEvent).where(IncidentEvent.incident_id == made)
    return list(await db.scalars(statement.order_by(IncidentEvent.sequence)))


def hash_of(event: IncidentEvent, before: bytes) -> bytes:
    """The chain's rule, written down a second time: what an auditor would compute."""
    said = {
        "incident_id": str(event.incident_id),
        "sequence": event.sequence,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor_id": str(event.actor_id),
        "action": event.action,
        "from_status": event.from_status,
        "to_status": event.to_status,
        "note": event.note,
        "detail": event.detail,
    }
    return hashlib.sha256(before + orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()


def is_whole(events: list[IncidentEvent]) -> bool:
    before = bytes(32)
    for number, event in enumerate(events, start=1):
        if (event.sequence, event.previous_hash) != (number, before):
            return False
        before = hash_of(event, before)
        if event.hash != before:
            return False
    return True


async def test_a_life_is_a_chain(centre: httpx.AsyncClient, db: AsyncSession) -> None:
    made = await reported(centre)
    steps: list[dict[str, Any]] = [
        {"action": "return", "note": "不属于我方 ' \" \\ \u2028"},
        {"action": "dispatch", "lead": "clean2"},
        {"action": "accept"},
        {"action": "finish", "note": "已清理 🧹"},
    ]
    for version, step in enumerate(steps, start=1):
        await take(centre, made, version, **step)
    events = await chain(db, made)
    assert len(events) == 5
    assert is_whole(events)


@pytest.mark.parametrize(
    "changes",
    [
        {"note": "nothing"},
        {"action": "reject"},
        {"to_status": "closed"},
        {"detail": {"lead": "clean2"}},
        {"sequence": 3},
    ],
)
async def test_what_was_changed_shows(
    centre: httpx.AsyncClient, db: AsyncSession, changes: dict[str, Any]
) -> None:
    """In memory: the database itself refuses it, see below."""
    made = await reported(centre)
    await take(centre, made, 1, action="return", note="再看")
    events = await chain(db, made)
    for name, value in changes.items():
        setattr(events[-1], name, value)
    assert not is_whole(events)
    db.expunge_all()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    description=TEXT.filter(bool),
    address=st.none() | TEXT,
    lon=st.floats(at(0.01, 0)[0], at(3.99, 0)[0]),
    lat=st.floats(at(0, 0.01)[1], at(0, 1.99)[1]),
    accuracy_m=st.none() | st.sampled_from([0.0, 5e-324, 1e-7, 8, 1e5]) | st.floats(0, 1e5),
)
@example(description="井盖", address=None, lon=104.005, lat=30.605, accuracy_m=-0.0)
async def test_whatever_was_reported_reads_back_as_it_was_hashed(
    centre: httpx.AsyncClient,
    db: AsyncSession,
    description: str,
    address: str | None,
    lon: float,
    lat: float,
    accuracy_m: float | None,
) -> None:
    """The database keeps numbers and text in its own way; the hash must not depend on it."""
    location = {"lon": lon, "lat": lat, "crs": "wgs84", "accuracy_m": accuracy_m}
    made = await reported(centre, description=description, address=address, location=location)
    events = await chain(db, made)
    assert is_whole(events)
    assert events[0].detail["report"]["description"] == description


@pytest.mark.parametrize("table", ["incident_event", "routing_decision"])
class TestAppendOnly:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE {} SET id = id",
            "DELETE FROM {}",
            "TRUNCATE {} CASCADE",
            "DELETE FROM {} WHERE incident_id IS NOT NULL",
        ],
    )
    async def test_the_database_refuses_a_change(
        self, centre: httpx.AsyncClient, db: AsyncSession, table: str, change: str
    ) -> None:
        await reported(centre)
        with pytest.raises(DBAPIError) as refused:
            await db.execute(text(change.format(table)))
        assert "append-only" in str(refused.value)


async def test_an_incident_with_events_cannot_be_removed(
    centre: httpx.AsyncClient, db: AsyncSession
) -> None:
    made = await reported(centre)
    with pytest.raises(DBAPIError):
        await db.execute(text("DELETE FROM incident WHERE id = :id"), {"id": made})


async def test_a_sequence_number_is_used_once(centre: httpx.AsyncClient, db: AsyncSession) -> None:
    made = await reported(centre)
    with pytest.raises(DBAPIError) as refused:
        await db.execute(
            text(
                "INSERT INTO incident_event SELECT gen_random_uuid(), incident_id, sequence, at,"
                " actor_id, action, from_status, to_status, note, detail, previous_hash, hash"
                " FROM incident_event WHERE incident_id = :id"
            ),
            {"id": made},
        )
    assert "uq_incident_event" in str(refused.value)
