"""Actions on incidents over HTTP: by whom, on which version, with what to say, and what follows."""

from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from alembic.script import ScriptDirectory
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.model import Worker
from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.appointing import named_account
from gridsvc.auth.model import Account, AppointmentRow
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.migrations import config
from gridsvc.incidents.facts import Facts
from gridsvc.incidents.lifecycle import DEALT_WITH, OPEN, Action, Rule, Status
from gridsvc.incidents.model import Incident
from gridsvc.incidents.process_file import shipped
from gridsvc.incidents.schemas import IncidentOut
from tests.factories import BEGAN, report_body
from tests.fixtures.web import ClientOf
from tests.roles import PERMISSIONS

PROCESS = shipped()
REMEMBERED = {
    Action.AMEND,
    Action.ASK_EXTENSION,
    Action.ASK_SUSPENSION,
    Action.CALL_BACK,
    Action.MERGE,
    Action.REFUSE,
    Action.SPLIT,
}
"""What later steps depend on, or has more to say: told in files of its own."""
MIGRATION = ScriptDirectory.from_config(config()).get_revision("20261217_handled").module
READERS = [Role.GRID_WORKER, Role.COMMAND_CENTRE]


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


@pytest_asyncio.fixture
async def worker(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.GRID_WORKER)


async def reported(client: httpx.AsyncClient, column: float = 0.5) -> str:
    answer = await client.post("/v1/incidents", json=report_body(column, 0.5))
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def put(db: AsyncSession, made: str, status: Status) -> None:
    """Have an incident stand somewhere, owned as it was at first."""
    await db.execute(update(Incident).where(Incident.id == UUID(made)).values(status=status.value))
    await db.commit()


async def take(
    client: httpx.AsyncClient,
    incident_id: str,
    action: str,
    *,
    etag: str | None = '"1"',
    **more: Any,
) -> httpx.Response:
    headers = {} if etag is None else {"If-Match": etag}
    path = f"/v1/incidents/{incident_id}/transitions"
    return await client.post(path, json={"action": action, **more}, headers=headers)


async def events(client: httpx.AsyncClient, incident_id: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/incidents/{incident_id}/events")
    found: list[dict[str, Any]] = answer.json()
    return found


class TestTheTable:
    @pytest.mark.parametrize("role", READERS)
    async def test_each_legal_step_is_its_roles(
        self, client_of: ClientOf, db: AsyncSession, role: Role
    ) -> None:
        """Those without a history: what depends on one is told below."""
        worker = await client_of(Role.GRID_WORKER)
        client = worker if role is Role.GRID_WORKER else await client_of(role)
        made = await reported(worker)
        for status in PROCESS.statuses:
            for action, rule in PROCESS.possible(status, Facts(own=client is worker)):
                if action not in REMEMBERED:
                    await put(db, made, status)
                    await self.is_taken_by(client, made, action, rule=rule, role=role)

    async def is_taken_by(
        self, client: httpx.AsyncClient, made: str, action: Action, *, rule: Rule, role: Role
    ) -> None:
        read = await client.get(f"/v1/incidents/{made}")
        etag, version = read.headers["etag"], read.json()["version"]
        said = {"note": "因为", **({"lead": "clean1"} if "lead" in rule.requires else {})}
        answer = await take(client, made, action, etag=etag, **said)
        if rule.permission not in PERMISSIONS[role]:
            assert answer.status_code == 403
            assert rule.permission in answer.json()["permission"].split(" | ")
            return
        assert answer.status_code == 200, answer.text
        found = IncidentOut.model_validate(answer.json())
        assert (found.status, found.version) == (rule.target, version + 1)
        assert (found.closed_at is None) is (rule.target in OPEN)
        assert answer.headers["etag"] == f'"{found.version}"'

    async def test_no_other_step_is_taken(
        self, worker: httpx.AsyncClient, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        made = await reported(worker)
        for status in PROCESS.statuses:
            await put(db, made, status)
            action = next(it for it in Action if it not in PROCESS.steps[status])
            answer = await take(centre, made, action, note="因为", lead="clean2")
            assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
            assert answer.json()["allowed"] == sorted(PROCESS.steps[status])
        assert (await centre.get(f"/v1/incidents/{made}")).json()["version"] == 1

    async def test_a_whole_life(
        self, worker: httpx.AsyncClient, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        made = await reported(worker)
        life = ["accept", "finish", "rework", "finish", "check", "close"]
        for version, action in enumerate(life, start=1):
            answer = await take(centre, made, action, etag=f'"{version}"', note="好")
            assert answer.status_code == 200
        told = await events(centre, made)
        assert [event["action"] for event in told] == ["report", *life]
        assert [event["sequence"] for event in told] == list(range(1, len(life) + 2))
        for before, after in pairwise(told):
            assert after["from_status"] == before["to_status"]
        assert (await centre.get(f"/v1/incidents/{made}")).json()["status"] == "closed"
        # It was dealt with when that was last said; the migration reads the same off the events.
        handled = select(Incident.handled_at).where(Incident.id == UUID(made))
        assert await db.scalar(handled) == datetime.fromisoformat(told[4]["at"])
        await db.execute(update(Incident).values(handled_at=None))
        await db.execute(text(MIGRATION.READ_OFF), {"dealt_with": [*DEALT_WITH]})
        assert await db.scalar(handled) == datetime.fromisoformat(told[4]["at"])

    async def test_what_has_to_be_done_again_is_not_dealt_with(
        self, worker: httpx.AsyncClient, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        made = await reported(worker)
        handled = select(Incident.handled_at.is_not(None)).where(Incident.id == UUID(made))
        for version, (action, so) in enumerate(
            [("accept", False), ("finish", True), ("rework", False)], start=1
        ):
            await take(centre, made, action, etag=f'"{version}"', note="好")
            assert await db.scalar(handled) is so
            await db.rollback()


class TestVersion:
    async def test_none_is_asked_for(self, worker: httpx.AsyncClient) -> None:
        answer = await take(worker, await reported(worker), "withdraw", etag=None, note="误报")
        assert (answer.status_code, answer.json()["code"]) == (428, "version_required")

    @pytest.mark.parametrize("etag", ['"2"', '"0"', '"999999999999999999999"'])
    async def test_another_is_told_the_one_that_it_is_at(
        self, worker: httpx.AsyncClient, etag: str
    ) -> None:
        made = await reported(worker)
        answer = await take(worker, made, "withdraw", etag=etag, note="误报")
        assert (answer.status_code, answer.json()["version"]) == (412, 1)
        assert len(await events(worker, made)) == 1

    @pytest.mark.parametrize("etag", ['"1"', "1", 'W/"1"', ' "1" '])
    async def test_ours_is_known_however_proxies_write_it(
        self, worker: httpx.AsyncClient, etag: str
    ) -> None:
        answer = await take(worker, await reported(worker), "withdraw", etag=etag, note="误报")
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "etag", ["", '""', "*", '"x"', '"-1"', '"1", "2"', '"1.0"', '"١"', "W/"]
    )
    async def test_nonsense_is_refused(self, worker: httpx.AsyncClient, etag: str) -> None:
        made = await reported(worker)
        path = f"/v1/incidents/{made}/transitions"
        headers = [(b"If-Match", etag.encode())]
        body = {"action": "withdraw", "note": "误报"}
        answer = await worker.post(path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_etag")

    async def test_the_one_that_one_reads_is_the_one_to_send(
        self, worker: httpx.AsyncClient
    ) -> None:
        made = await reported(worker)
        etag = (await worker.get(f"/v1/incidents/{made}")).headers["etag"]
        answer = await take(worker, made, "withdraw", etag=etag, note="误报")
        assert answer.status_code == 200
        read = await worker.get(f"/v1/incidents/{made}")
        assert read.headers["etag"] == answer.headers["etag"] == '"2"'
        assert read.json() == answer.json()


class TestNote:
    async def test_one_that_is_required(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre)
        answer = await take(centre, made, "reject", note=" ")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "note"

    async def test_it_is_kept_with_the_event(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre)
        await take(centre, made, "reject", note="重复上报")
        assert (await events(centre, made))[-1]["note"] == "重复上报"

    @pytest.mark.parametrize(
        ("field", "more"),
        [
            ("note", {"note": "x" * 2001}),
            ("note", {"note": "a\x00"}),
            ("lead", {"lead": "x" * 65}),
            ("status", {"status": "closed"}),
            ("action", {"action": "explode"}),
        ],
    )
    async def test_what_cannot_be_is_refused_by_its_name(
        self, centre: httpx.AsyncClient, field: str, more: dict[str, Any]
    ) -> None:
        made = await reported(centre)
        answer = await take(centre, made, **{"action": "accept", **more})
        assert answer.status_code == 422
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


class TestLead:
    async def test_a_dispatcher_names_the_owner(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre, -0.1)
        answer = await take(centre, made, "dispatch", lead="clean2")
        assert answer.json()["lead"] == {"code": "clean2", "name": "环卫二所"}
        detail = (await events(centre, made))[-1]["detail"]
        assert (detail["lead"], detail["previous_lead"]) == ("clean2", None)

    async def test_where_nobody_was_found_one_must_be_named(
        self, centre: httpx.AsyncClient
    ) -> None:
        answer = await take(centre, await reported(centre, -0.1), "dispatch")
        assert (answer.status_code, answer.json()["code"]) == (422, "lead_required")

    async def test_the_decided_owner_stays_without_one(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre)
        await take(centre, made, "return", note="再看")
        answer = await take(centre, made, "dispatch", etag='"2"')
        assert answer.json()["lead"]["code"] == "clean1"

    async def test_another_takes_over_after_a_return(self, centre: httpx.AsyncClient) -> None:
        made = await reported(centre)
        await take(centre, made, "return", note="不属于我方")
        answer = await take(centre, made, "dispatch", etag='"2"', lead="clean2")
        assert answer.json()["lead"]["code"] == "clean2"
        routing = (await centre.get(f"/v1/incidents/{made}/routing")).json()["routing"]
        assert routing["lead"]["code"] == "clean1"  # what was decided stays what was decided

    @pytest.mark.parametrize(
        ("action", "lead", "code"),
        [
            ("dispatch", "nobody", "unknown_organisation"),
            ("reject", "clean2", "lead_not_allowed"),
        ],
    )
    async def test_one_that_cannot_be(
        self, centre: httpx.AsyncClient, action: str, lead: str, code: str
    ) -> None:
        made = await reported(centre, -0.1)
        answer = await take(centre, made, action, lead=lead, note="因为")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert answer.json()["errors"][0]["field"] == "lead"
        assert len(await events(centre, made)) == 1

    async def test_handing_it_out_of_ones_own_sight_is_possible(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        """A street that sees a matter as its owner only may give it to whom it belongs."""
        street = await organisation_by_code(db, "s1", field="lead")
        centre = await client_of(Role.COMMAND_CENTRE)
        made = await reported(centre, -0.1)
        await take(centre, made, "dispatch", lead="s1")
        await take(centre, made, "return", etag='"2"', note="再看")
        scope = Scope("street", "S1")
        dispatcher = await client_of(
            Role.COMMAND_CENTRE, login="s1", scope=scope, organisation=street.id
        )
        answer = await take(dispatcher, made, "dispatch", etag='"3"', lead="clean2")
        assert (answer.status_code, answer.json()["lead"]["code"]) == (200, "clean2")
        assert (await dispatcher.get(f"/v1/incidents/{made}")).status_code == 404


class TestWhose:
    async def test_what_one_sees_as_another_is_not_ones_own_to_act_on(
        self, client_of: ClientOf, db: AsyncSession, worker: httpx.AsyncClient
    ) -> None:
        """One appointment must both allow the action and see the case."""
        street = await client_of(Role.DISPATCHER, login="li", scope=Scope("street", "S2"))
        account = await named_account(db, "li")
        db.add(AppointmentRow(account_id=account.id, role=Role.EVALUATOR, valid_from=BEGAN))
        await db.commit()
        here, there = await reported(worker, 2.5), await reported(worker, 0.5)
        assert (await take(street, here, "return", note="因为")).status_code == 200
        assert (await street.get(f"/v1/incidents/{there}")).status_code == 200
        answer = await take(street, there, "return", note="因为")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_here")
        assert len(await events(street, there)) == 1

    async def test_anonymous(self, anonymous: httpx.AsyncClient) -> None:
        assert (await take(anonymous, str(new_id()), "accept")).status_code == 401

    async def test_an_administrator_learns_nothing(
        self, client_of: ClientOf, worker: httpx.AsyncClient
    ) -> None:
        administrator = await client_of(Role.ADMINISTRATOR)
        there = await take(administrator, await reported(worker), "accept")
        not_there = await take(administrator, str(new_id()), "accept")
        assert there.status_code == not_there.status_code == 403
        assert there.json()["detail"] == not_there.json()["detail"]

    async def test_only_who_reported_it_withdraws_it(
        self, client_of: ClientOf, worker: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        """A colleague who looks after the same grid sees it, and may not."""
        made = await reported(worker)
        colleague = await client_of(Role.GRID_WORKER, login="colleague")
        await db.execute(_look_after_grid("colleague"))
        await db.commit()
        assert (await colleague.get(f"/v1/incidents/{made}")).status_code == 200
        answer = await take(colleague, made, "withdraw", note="误报")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
        assert (await take(worker, made, "withdraw", note="误报")).status_code == 200


def _look_after_grid(login: str) -> Any:
    """Give the worker's post of grid G00 to an account."""
    account = select(Account.id).where(Account.login == login).scalar_subquery()
    return update(Worker).where(Worker.code == "W1").values(account_id=account)
