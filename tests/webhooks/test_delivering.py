"""What happens to a case arrives: signed, at least once, at whom it may, however long it takes."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.incidents.service import Desk as IncidentDesk
from gridsvc.notices.alarms import lay_out, ring
from gridsvc.outbox.backoff import BACKOFF
from gridsvc.webhooks import delivering, sending
from tests.docs.markdown import blocks
from tests.webhooks.conftest import SETTINGS, Desk
from tests.webhooks.receiver import Receiver, receiving

ByHand = Callable[..., Awaitable[None]]
LATER = timedelta(days=1)


def verifier() -> Callable[..., bool]:
    """The documented way to tell whether a message is ours."""
    (snippet,) = [it.text for it in blocks("docs/webhooks.md") if it.language == "python"]
    names: dict[str, Any] = {}
    exec(snippet, names)
    found: Callable[..., bool] = names["verify"]
    return found


class TestArrived:
    async def test_a_report_is_told(self, desk: Desk, receiver: Receiver) -> None:
        made = await desk.report()
        assert await desk.work() == 2
        (message,) = receiver.messages
        body = json.loads(message.body)
        told = body["data"]
        assert body["type"] == "incident.report"
        assert (told["incident"], told["reference"]) == (made["id"], made["reference"])
        assert (told["sequence"], told["status"]) == (1, "dispatched")
        assert told["due_at"] == made["due_at"]
        assert "暴露垃圾" not in message.body.decode()
        assert await desk.states() == [("done", 1, None)]

    async def test_it_is_verified_as_documented(self, desk: Desk, receiver: Receiver) -> None:
        await desk.report()
        await desk.work()
        (message,) = receiver.messages
        verify, headers = verifier(), message.headers
        assert verify(desk.secret, headers, message.body)
        assert not verify(desk.secret, headers, message.body.replace(b"dispatched", b"closed"))
        assert not verify(desk.secret, {**headers, "webhook-id": str(new_id())}, message.body)
        assert not verify("whsec_" + "A" * 44, headers, message.body)
        old = str(int(utc_now().timestamp()) - 301)
        assert not verify(desk.secret, {**headers, "webhook-timestamp": old}, message.body)

    async def test_another_secret_signs_what_comes_after(
        self, desk: Desk, receiver: Receiver
    ) -> None:
        fresh = (await desk.client.post(f"{desk.path}/secret")).json()["secret"]
        await desk.report()
        await desk.work()
        (message,) = receiver.messages
        verify = verifier()
        assert fresh != desk.secret
        assert verify(fresh, message.headers, message.body)
        assert not verify(desk.secret, message.headers, message.body)

    async def test_only_what_is_wanted_is_told(self, desk: Desk, receiver: Receiver) -> None:
        wanted = {"events": ["incident.return", "clock.overdue"]}
        assert (await desk.client.patch(desk.path, json=wanted)).status_code == 200
        made = await desk.report()
        path = f"/v1/incidents/{made['id']}/transitions"
        step = {"action": "return", "note": "不属于我方"}
        await desk.client.post(path, json=step, headers={"If-Match": '"1"'})
        await desk.work()
        (message,) = receiver.messages
        told = json.loads(message.body)
        assert (told["type"], told["data"]["previous_status"]) == ("incident.return", "dispatched")

    async def test_a_reminder_is_told(self, desk: Desk, receiver: Receiver) -> None:
        made = await desk.report()
        await desk.work()
        async with desk.database.transaction() as db:
            await lay_out(db, IncidentDesk.of(SETTINGS), now=utc_now())
            assert await ring(db, now=utc_now() + timedelta(hours=5)) == 2
        assert await desk.work() == 4
        told = [json.loads(it.body) for it in receiver.messages[1:]]
        assert {it["type"] for it in told} == {"clock.yellow", "clock.overdue"}
        assert {it["data"]["clock"] for it in told} == {"handling"}
        await desk.job("announce", incident_id=made["id"], sequence=1, kind="overdue:handling")
        assert await desk.work() == 0


class TestTriedAgain:
    async def test_a_receiver_that_was_down(self, desk: Desk) -> None:
        async with receiving() as gone:
            await desk.client.patch(desk.path, json={"url": gone.url})
        await desk.report()
        await desk.work()
        ((state, attempts, error),) = await desk.states()
        assert (state, attempts, str(error)[:11]) == ("waiting", 1, "unreachable")
        metrics = await desk.metrics()
        assert (metrics["waiting"], metrics["last_success_at"]) == (1, None)
        assert metrics["lag_s"] > 0
        assert await desk.work() == 0  # its time has not come
        async with receiving() as back:
            await desk.client.patch(desk.path, json={"url": back.url})
            assert await desk.work(ahead=BACKOFF.first) == 1
            (message,) = back.messages
        (delivery,) = await desk.deliveries("done")
        assert (delivery["id"], delivery["attempts"]) == (message.headers["webhook-id"], 2)
        metrics = await desk.metrics()
        assert (metrics["done"], metrics["waiting"], metrics["lag_s"]) == (1, 0, 0)
        assert metrics["last_success_at"] == delivery["ended_at"]

    @pytest.mark.parametrize(
        ("answer", "status", "error"),
        [
            (b"HTTP/1.1 500 -\r\ncontent-length: 0\r\n\r\n", 500, "refused"),
            (b"HTTP/1.1 404 -\r\ncontent-length: 0\r\n\r\n", 404, "refused"),
            (b"HTTP/1.1 302 -\r\nlocation: /hook\r\ncontent-length: 0\r\n\r\n", 302, "redirect"),
            (b"SSH-2.0-OpenSSH_9.2\r\n", None, "unreachable"),
            (b"", None, "unreachable"),
        ],
    )
    async def test_what_is_no_yes_is_a_failure(
        self, desk: Desk, receiver: Receiver, answer: bytes, status: int | None, error: str
    ) -> None:
        receiver.answer = answer
        await desk.report()
        await desk.work()
        (delivery,) = await desk.deliveries()
        assert (delivery["state"], delivery["status"]) == ("waiting", status)
        assert delivery["error"].startswith(error)
        assert len(receiver.messages) == 1

    async def test_one_that_takes_too_long(
        self, desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "PATIENCE_S", 0.05)
        receiver.silent = True
        await desk.report()
        await desk.work()
        assert await desk.states() == [("waiting", 1, "too_slow")]

    async def test_an_endless_answer_is_not_read_to_its_end(
        self, desk: Desk, receiver: Receiver
    ) -> None:
        receiver.answer = b"HTTP/1.1 200 -\r\n\r\n" + b"x" * (4 * sending.MOST_BYTES)
        await desk.report()
        await desk.work()
        assert await desk.states() == [("done", 1, None)]


class KilledError(BaseException):
    """The job process ends here, whatever it was at."""


class TestGivenUp:
    async def test_a_dead_one_is_listed_and_replayed(
        self, desk: Desk, receiver: Receiver, by_hand: ByHand
    ) -> None:
        receiver.says(503)
        await desk.report()
        await desk.work()
        waiting = (await desk.deliveries())[0]["id"]
        replay = f"{desk.path}/deliveries/{waiting}/replay"
        assert (await desk.client.post(replay)).json()["code"] == "still_waiting"
        await by_hand(f"UPDATE webhook_delivery SET attempts = {BACKOFF.tries - 1}")
        await desk.work(ahead=LATER)
        assert await desk.states() == [("dead", BACKOFF.tries, "refused")]
        assert await desk.work(ahead=LATER) == 0
        assert (await desk.metrics())["dead"] == 1
        receiver.says(200)
        for times in (3, 4):  # what has arrived can be sent again as well
            answer = await desk.client.post(replay)
            assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
            assert await desk.work() == 1
            assert await desk.states() == [("done", 1, None)]
            assert [it.headers["webhook-id"] for it in receiver.messages] == [waiting] * times

    async def test_what_kills_its_workers_ends(self, desk: Desk, by_hand: ByHand) -> None:
        made = await desk.report()
        await desk.job("announce", incident_id=made["id"], sequence=1, kind="event")
        await by_hand("DELETE FROM procrastinate_jobs WHERE task_name = 'deliver_webhook'")
        await desk.job("end_given_up", timestamp=0)
        assert await desk.states() == [("dead", 0, "gave_up")]

    async def test_who_is_killed_before_it_is_written_down_sends_twice(
        self, desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def killed(*_: object, **__: object) -> None:
            raise KilledError

        await desk.report()
        with monkeypatch.context() as dying:
            dying.setattr(delivering, "record", killed)
            with pytest.raises(KilledError):
                await desk.work()
        assert await desk.states() == [("waiting", 0, None)]
        (delivery,) = await desk.deliveries()
        await desk.job("deliver_webhook", message_id=delivery["id"])
        sent = [it.headers["webhook-id"] for it in receiver.messages]
        assert sent == [delivery["id"]] * 2
        assert len({it.body for it in receiver.messages}) == 1
        assert await desk.states() == [("done", 1, None)]


REVOKED = {
    "inactive": "UPDATE webhook SET active = false",
    "disabled": "UPDATE account SET disabled_at = now() WHERE login = 'command_centre'",
    "dismissed": "UPDATE appointment SET valid_to = now() WHERE role = 'command_centre'",
    "no more allowed": "UPDATE role SET permissions = array_remove(permissions, 'webhooks:manage')",
    "elsewhere": "UPDATE appointment SET code = 'S2' WHERE code = 'S1'",
}


class TestWithheld:
    @pytest.mark.parametrize("how", ["inactive", "elsewhere"])
    async def test_who_may_not_is_told_nothing(
        self, desk: Desk, receiver: Receiver, by_hand: ByHand, how: str
    ) -> None:
        await desk.report()
        await by_hand(REVOKED[how])
        await desk.work()
        assert receiver.messages == []

    @pytest.mark.parametrize("how", REVOKED)
    async def test_what_waits_when_that_ends_is_not_sent(
        self, desk: Desk, receiver: Receiver, by_hand: ByHand, how: str
    ) -> None:
        receiver.says(503)
        await desk.report()
        await desk.work()
        receiver.messages.clear()
        await by_hand(REVOKED[how])
        assert await desk.work(ahead=LATER) == 1
        assert receiver.messages == []

    async def test_what_is_removed_is_sent_nothing(self, desk: Desk, receiver: Receiver) -> None:
        receiver.says(503)
        await desk.report()
        await desk.work()
        assert (await desk.client.delete(desk.path)).status_code == 204
        assert await desk.work(ahead=LATER) == 1
        assert len(receiver.messages) == 1
        assert (await desk.client.get(desk.path)).status_code == 404

    async def test_of_what_one_does_not_see_one_is_told_nothing(
        self, desk: Desk, receiver: Receiver
    ) -> None:
        await desk.report(column=2.5)
        await desk.work()
        assert receiver.messages == []
        assert await desk.deliveries() == []
