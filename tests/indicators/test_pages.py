"""The indicators as pages: what is shown, to whom, and what a wrong address is told."""

import pytest

from gridsvc.auth.principal import Role
from tests.fixtures.web import ClientOf


async def test_the_pages_say_what_was_asked(client_of: ClientOf) -> None:
    evaluator = await client_of(Role.EVALUATOR)
    answer = await evaluator.get("/indicators?code=comprehensive&by=role&lang=en&area=S1")
    assert answer.status_code == 200
    for said in ("our own example, not official", "Rework rate: Numerator", 'value="S1"'):
        assert said in answer.text
    # What an edition of before or another map had is no error of who kept the address.
    answer = await evaluator.get("/indicators?code=gone&by=gone&lang=zh")
    assert "立案率" in answer.text


@pytest.mark.parametrize(
    "query", ["from=2026-02-01&to=2026-01-01", "from=2026-02-30", "from=0001-01-01"]
)
async def test_a_period_that_is_none_is_refused(client_of: ClientOf, query: str) -> None:
    evaluator = await client_of(Role.EVALUATOR)
    assert (await evaluator.get(f"/indicators?{query}")).status_code == 422


async def test_they_are_for_who_evaluates(client_of: ClientOf) -> None:
    worker = await client_of(Role.GRID_WORKER)
    assert (await worker.get("/indicators")).status_code == 403
    assert "/indicators" not in (await worker.get("/")).text
    centre = await client_of(Role.COMMAND_CENTRE)
    assert 'href="/indicators"' in (await centre.get("/")).text
