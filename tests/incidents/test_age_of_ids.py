"""An id that a phone makes is of about the time at which it is sent: incidents lie in its order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gridsvc.auth.principal import Role
from gridsvc.demo.history import id_of
from gridsvc.errors import Invalid
from gridsvc.incidents.report import CLOCK_SKEW, OLDEST_ID, Report, check_times
from tests.factories import report_body
from tests.fixtures.web import ClientOf

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REPORT = Report("0201", None, None, None, "路边有暴露垃圾", None, "worker_app")
OF_1970 = "00000000-0001-7000-8000-000000000000"


@pytest.mark.parametrize("made_at", [NOW - OLDEST_ID + SECOND, NOW, NOW + CLOCK_SKEW - SECOND])
def test_one_of_its_time_is_taken(made_at: datetime) -> None:
    check_times(REPORT, id_of(made_at), now=NOW)


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        (id_of(NOW - OLDEST_ID - SECOND), "id_too_old"),
        (UUID(OF_1970), "id_too_old"),
        (id_of(NOW + CLOCK_SKEW + SECOND), "id_in_future"),
        (UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"), "id_in_future"),
    ],
)
def test_one_of_another_time_is_refused(identifier: UUID, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_times(REPORT, identifier, now=NOW)
    assert (refused.value.code, refused.value.field) == (code, "id")


async def test_a_phone_of_1970_is_told_to_look_at_its_clock(client_of: ClientOf) -> None:
    worker = await client_of(Role.GRID_WORKER)
    answer = await worker.post("/v1/incidents", json=report_body(0.5, 0.5, id=OF_1970))
    assert (answer.status_code, answer.json()["code"]) == (422, "id_too_old")
    assert "请检查手机时钟" in answer.json()["detail"]
