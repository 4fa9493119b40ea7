"""What happens, in order: twelve people, one case, a weekend."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from tests.factories import at
from tests.files.photos import photo
from tests.story.cast import Cast, position
from tests.story.town import NO_HEATING

ACTIONS = [
    *("report", "send_to_verify", "verify", "file", "dispatch"),
    *("attach", "refuse", "dispatch", "refuse", "arbitrate", "accept", "whistle"),
    *("ask_extension", "approve_extension"),
    *("ask_suspension", "approve_suspension", "suspend", "resume"),
    *("finish", "attach", "check", "whistle_over", "close", "evaluate"),
]
"""As the chain of the case tells them in the end."""
PART = {"text": "管网已检修，恢复供暖", "documents": []}
SCORES = {"scores": [{"organisation": code, "score": 5} for code in ("heat", "water")]}


class Stage(Protocol):
    """Where it is played: whose clock it is, and who does the jobs."""

    def time_of(self, when: str) -> datetime:
        """Give the time that is called `mon 09:00`."""
        ...

    async def at(self, when: str) -> None:
        """Let it be that time, if the clock is ours."""
        ...

    async def jobs(self) -> None:
        """Wait until the jobs that are due are done."""
        ...


async def play(cast: Cast, stage: Stage) -> Cast:
    """Play the whole story."""
    cast = await _reported(cast, stage)
    await _dispatched(cast, stage)
    await _refused_and_settled(cast, stage)
    whistle = await _whistled(cast, stage)
    await _given_time(cast, stage)
    await _done(cast, stage, whistle)
    return cast


async def _reported(cast: Cast, stage: Stage) -> Cast:
    await stage.at("thu 08:30")
    body = {
        "category": NO_HEATING,
        "location": position(0.4, 0.4),
        "description": "小区整栋楼没有暖气",
        "channel": "worker_app",
    }
    headers = {"Idempotency-Key": "no heating"}
    answer = await cast.people["worker"].post("/v1/incidents", json=body, headers=headers)
    assert answer.status_code in {200, 201}, answer.text
    told = answer.json()
    assert (told["status"], told["routing"]["lead"]["code"]) == ("reported", "heat")
    cast = replace(cast, incident=told["id"])
    await stage.at("thu 08:40")
    await cast.take("acceptor", "send_to_verify")
    await stage.at("thu 08:50")
    await cast.take("verifier", "verify", note="室温12度，情况属实")
    await stage.at("thu 09:00")
    assert await cast.take("acceptor", "file") == "filed"
    return cast


async def _dispatched(cast: Cast, stage: Stage) -> None:
    await stage.at("thu 09:10")
    assert (await cast.try_to("acceptor", "dispatch")).status_code == 403
    assert await cast.take("dispatcher", "dispatch") == "dispatched"


async def _refused_and_settled(cast: Cast, stage: Stage) -> None:
    """The heating company shows that its pipes are warm; the dispatcher insists; it is settled."""
    await stage.at("thu 10:00")
    evidence = await cast.upload("heat", photo(), number=1)
    await stage.jobs()
    lon, lat = at(0.4, 0.4)
    shown: dict[str, Any] = {
        "reason": "other_owner",
        "pin": {"lon": lon, "lat": lat, "crs": "wgs84"},
        "documents": [evidence],
    }
    assert await cast.take("heat", "refuse", **shown) == "filed"
    await stage.at("thu 10:10")
    assert (await cast.try_to("dispatcher", "dispatch")).json()["code"] == "lead_required"
    await cast.take("dispatcher", "dispatch", lead="heat")
    await stage.at("thu 11:00")
    assert await cast.take("heat", "refuse", **shown) == "arbitration"
    record = (await cast.shown("centre", "/events"))[-1]["detail"]["routing"]
    assert record["lead"]["code"] == "heat"
    await stage.at("thu 15:00")
    assert (await cast.try_to("dispatcher", "arbitrate", lead="housing")).status_code == 403
    settled = {"lead": "housing", "note": "楼内管道属物业监管范围"}
    assert await cast.take("centre", "arbitrate", **settled) == "dispatched"
    await stage.at("thu 15:30")
    assert await cast.take("housing", "accept") == "handling"


async def _whistled(cast: Cast, stage: Stage) -> str:
    """The street brings in two more."""
    await stage.at("thu 16:00")
    answer = await cast.people["street"].post(
        "/v1/whistles/proposals", json={"incident": cast.incident}
    )
    assert answer.status_code == 200, answer.text
    proposed = {it["organisation"]["code"] for it in answer.json()["proposals"]}
    assert {"heat", "water"} <= proposed
    whistle = await cast.blow("street", "heat", "water")
    await stage.at("thu 16:20")
    for who in ("heat", "water"):
        here = {"position": position(0.4, 0.4)}
        await cast.answer_whistle(who, whistle, f"calls/{who}/report-in", here)
    return whistle


async def _given_time(cast: Cast, stage: Stage) -> None:
    """More of it once, and none of it over the weekend."""
    await stage.at("fri 10:00")
    await cast.take("housing", "ask_extension", note="须更换立管")
    await stage.at("fri 11:00")
    await cast.take("leader", "approve_extension")
    await stage.at("fri 16:00")
    until = stage.time_of("mon 09:00").isoformat()
    await cast.take("housing", "ask_suspension", note="等待配件", until=until)
    await stage.at("fri 16:30")
    await cast.take("leader", "approve_suspension")
    await stage.at("fri 17:00")
    assert (await cast.try_to("leader", "suspend")).status_code == 403
    assert await cast.take("centre", "suspend") == "suspended"
    await stage.at("mon 09:00")
    assert await cast.take("leader", "resume") == "handling"


async def _done(cast: Cast, stage: Stage, whistle: str) -> None:
    for who in ("heat", "water"):
        await stage.at("mon 14:00")
        await cast.answer_whistle(who, whistle, f"calls/{who}/part", PART)
        await cast.answer_whistle(who, whistle, f"calls/{who}/sign-off")
    await stage.at("tue 10:00")
    assert await cast.take("housing", "finish", note="立管已更换") == "handled"
    await stage.at("tue 10:20")
    seen = await cast.upload("verifier", photo(), number=2)
    await stage.jobs()
    assert await cast.take("verifier", "check", documents=[seen]) == "checked"
    await stage.at("tue 10:30")
    assert (await cast.try_to("verifier", "close")).json()["code"] == "whistle_running"
    await cast.answer_whistle("street", whistle, "end", SCORES)
    await stage.at("tue 11:00")
    assert await cast.take("verifier", "close") == "closed"
    await stage.at("wed 09:00")
    assert await cast.take("evaluator", "evaluate", note="良好") == "evaluated"
