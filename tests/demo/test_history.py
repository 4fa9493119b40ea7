"""The demonstration's past carries the ids that its phones would have made."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from gridsvc.demo.history import id_of
from gridsvc.incidents.report import made_at_ms

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes naive bounds and adds the zone


@given(MOMENTS)
def test_an_id_is_of_its_reports_time(moment: datetime) -> None:
    assert abs(made_at_ms(id_of(moment)) - moment.timestamp() * 1000) <= 1
    assert id_of(moment).version == 7


def test_no_two_ids_of_a_moment_are_one() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert len({id_of(moment) for _ in range(1_000)}) == 1_000
