"""`gridsvc audit verify`: 0 for what nobody has touched, 1 and a sentence for what somebody has."""

import asyncio
import re

import psycopg
import pytest

from gridsvc.auth.principal import Role
from tests.cli.at_the_prompt import Prompt, Said
from tests.factories import report_body
from tests.live import live

LATER = "2999-01-01"


class Auditor:
    """Somebody at the prompt of a city with three cases, who may also change them by hand."""

    def __init__(self, prompt: Prompt, url: str) -> None:
        self.prompt, self.url = prompt, url
        self.references = asyncio.run(_report(url))

    def verify(self, *options: str, language: str = "C.UTF-8") -> Said:
        return self.prompt.run(
            "audit", "verify", *options, GRIDSVC_DATABASE_URL=self.url, LC_ALL=language
        )

    def tamper(self, statement: str, *values: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("ALTER TABLE incident_event DISABLE TRIGGER USER")
            connection.execute(statement.encode(), values)


async def _report(url: str) -> list[str]:
    async with live(url) as running:
        client = await running.client(Role.GRID_WORKER)
        body = report_body(0.5, 0.5)
        made = [await client.post("/v1/incidents", json=body) for _ in range(3)]
    return [answer.json()["reference"] for answer in made]


@pytest.fixture
def auditor(prompt: Prompt, city_url: str) -> Auditor:
    return Auditor(prompt, city_url)


def test_what_was_touched_is_said_and_what_was_not_passes(auditor: Auditor) -> None:
    sound = auditor.verify("--until", LATER)
    assert (sound.code, sound.out.partition(" in ")[0]) == (0, "3 cases with 3 events")
    digest = sound.out.split()[-1]
    assert auditor.verify("--until", LATER, "--digest", digest).code == 0
    altered = auditor.references[1]
    auditor.tamper(
        "UPDATE incident_event SET note = 'x', hash = sha256(hash) FROM incident i"
        " WHERE incident_id = i.id AND reference = %s",
        altered,
    )
    for options in ([], ["--incident", altered], ["--since", "2026-01-01"]):
        found = auditor.verify(*options)
        assert (found.code, re.findall(r"^(\d+): event 1 says", found.out)) == (1, [altered])
    assert auditor.verify("--incident", auditor.references[0]).code == 0
    assert auditor.verify("--since", LATER).out.startswith("0 cases with 0 events")
    said = auditor.verify(language="zh_CN.UTF-8").out
    assert f"{altered}：第 1 条事件的内容与其哈希不符" in said
    assert "共 3 个案件、3 条事件" in said
    assert "was changed since" in auditor.verify("--until", LATER, "--digest", digest).out


def test_a_history_that_was_written_anew_has_another_digest(auditor: Auditor) -> None:
    """Nobody can tell it from its rows alone: the last event has no successor."""
    first, digest = "1970-01-01", "0" * 64
    nothing = auditor.verify("--until", first).out.split()[-1]
    assert auditor.verify("--until", first, "--digest", nothing).code == 0
    changed = auditor.verify("--until", LATER, "--digest", digest)
    assert (changed.code, "faults: 0" in changed.out) == (1, True)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--incident", "20990101"], "no incident"),
        (["--digest", "0"], "--until"),
        (["--until", "2026-01-01", "--since", "2026-01-01"], "--since"),
        (["--since", "yesterday"], "no date or time"),
    ],
)
def test_what_cannot_be_asked(
    prompt: Prompt, database_url: str, options: list[str], code: str
) -> None:
    refused = prompt.run("audit", "verify", *options, GRIDSVC_DATABASE_URL=database_url)
    assert refused.code == 1
    assert code in refused.err
