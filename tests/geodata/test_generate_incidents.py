"""What is reported in a generated city: how much, when, where, by whom, and how far it has got."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.generate import Scale, incidents
from geodata.generate.chance import stream
from geodata.generate.wording import descriptions
from tests.geodata.cities import city, table_bytes

UNTIL = datetime(2026, 3, 18, 6, 30, tzinfo=UTC)
COLUMNS = [
    *("reported_at", "occurred_at", "category", "lon", "lat", "accuracy_m", "channel"),
    *("address", "description", "worker", "progress", "finished_after_h"),
]


@cache
def reports() -> pd.DataFrame:
    return incidents(city(Scale.DISTRICT), days=28, until=UNTIL)


class TestShape:
    def test_columns_and_types(self) -> None:
        table = reports()
        assert table.columns.tolist() == COLUMNS
        for column in ("reported_at", "occurred_at"):
            assert table[column].dtype == "datetime64[us, UTC]"
        for column in ("lon", "lat", "accuracy_m", "finished_after_h"):
            assert table[column].dtype == np.float64
        for column in ("category", "channel", "address", "description", "worker", "progress"):
            assert table[column].dtype == object
            assert {type(value) for value in table[column]} <= {str, type(None)}

    def test_the_same_seed_gives_the_same_reports(self) -> None:
        again = incidents(city(Scale.DISTRICT), days=28, until=UNTIL)
        assert table_bytes(again) == table_bytes(reports())

    def test_another_seed_gives_others(self) -> None:
        first, second = (incidents(city(), days=5, until=UNTIL, seed=seed) for seed in (1, 2))
        assert table_bytes(first) != table_bytes(second)

    @pytest.mark.parametrize(
        ("days", "until"),
        [(0, UNTIL), (-3, UNTIL), (5, datetime(2026, 3, 18))],  # noqa: DTZ001 - the missing time zone is the case
    )
    def test_a_time_that_is_none_is_refused(self, days: int, until: datetime) -> None:
        with pytest.raises(ValueError, match="days must be 1 or more"):
            incidents(city(), days=days, until=until)


class TestAmount:
    def test_by_default_570_a_day_and_million_people(self) -> None:
        assert len(reports()) == round(28 * 570 * 0.69)

    @given(days=st.integers(1, 40), per_day=st.floats(0, 60))
    @settings(max_examples=15)
    def test_as_many_as_asked_for_and_all_in_time(self, days: int, per_day: float) -> None:
        table = incidents(city(), days=days, until=UNTIL, per_day=per_day)
        assert len(table) == round(days * per_day)
        assert (table["reported_at"] < UNTIL).all()
        assert (table["reported_at"] >= UNTIL - timedelta(days=days)).all()
        assert (table["occurred_at"] <= table["reported_at"]).all()
        assert table["reported_at"].is_monotonic_increasing

    def test_the_time_zone_of_the_end_is_no_matter(self) -> None:
        shanghai = UNTIL.astimezone(timezone(timedelta(hours=8)))
        tables = [incidents(city(), days=3, until=until) for until in (UNTIL, shanghai)]
        assert table_bytes(tables[0]) == table_bytes(tables[1])

    def test_the_class_mix_is_that_of_real_cities(self) -> None:
        category = reports()["category"]
        assert category.str.startswith("E").mean() == pytest.approx(0.975, abs=0.01)
        assert category.value_counts().index[0] == "E0201"
        assert (category == "E0201").mean() == pytest.approx(0.476, abs=0.03)

    def test_days_are_busier_than_nights_and_working_days_than_week_ends(self) -> None:
        local = reports()["reported_at"].dt.tz_convert("Asia/Shanghai").dt
        assert local.hour.between(8, 17).mean() > 10 * local.hour.between(0, 5).mean()
        assert (local.day_of_week < 5).sum() / 5 > 1.1 * (local.day_of_week >= 5).sum() / 2


class TestPlace:
    def test_nearly_all_lie_in_the_city_and_a_few_just_outside(self) -> None:
        whole = shapely.union_all(city(Scale.DISTRICT).levels["district"].geometry.to_numpy())
        places = shapely.points(reports()[["lon", "lat"]].to_numpy())
        outside = places[~shapely.covers(whole, places)]
        assert 0 < len(outside) < 0.02 * len(places)
        assert shapely.distance(outside, whole).max() < 0.01

    def test_many_lie_along_a_border(self) -> None:
        borders = shapely.boundary(city(Scale.DISTRICT).levels["grid"].geometry.to_numpy())
        places = shapely.points(reports()[["lon", "lat"]].to_numpy())
        near, _ = shapely.STRtree(borders).query(places, predicate="dwithin", distance=1e-4)
        assert 0.2 < len(np.unique(near)) / len(places) < 0.5

    def test_some_matters_are_reported_again_nearby(self) -> None:
        table = reports()
        twins = 0
        for _, same in table.groupby("category"):
            places = shapely.points(same[["lon", "lat"]].to_numpy())
            first, _ = shapely.STRtree(places).query(places, predicate="dwithin", distance=5e-4)
            twins += int((np.bincount(first) >= 3).sum())
        assert 0.2 < twins / len(table) < 0.6


class TestReport:
    def test_a_tenth_has_no_address_and_the_others_name_the_street(self) -> None:
        address = reports()["address"]
        assert address.isna().mean() == pytest.approx(0.1, abs=0.02)
        streets = "|".join(city(Scale.DISTRICT).levels["street"]["name"])
        assert address.dropna().str.match(rf"云汀区({streets})\S+\d+号").all()

    @pytest.mark.parametrize("code", city().categories["code"])
    def test_every_category_can_be_put_into_words(self, code: str) -> None:
        texts = descriptions(np.array([code] * 50, dtype=object), stream(1, "words"))
        assert len(set(texts)) > 20
        assert all(10 <= len(text) <= 40 for text in texts)

    def test_workers_report_by_app_and_patrol_only(self) -> None:
        table = reports()
        by_worker = table["channel"].isin(["worker_app", "patrol"])
        assert table.loc[~by_worker, "worker"].isna().all()
        assert table.loc[by_worker, "worker"].notna().mean() > 0.95
        assert set(table["worker"].dropna()) <= set(city(Scale.DISTRICT).workers["code"])

    def test_channels_differ_in_accuracy(self) -> None:
        median = reports().groupby("channel")["accuracy_m"].median()
        assert median["sensor"] < median["worker_app"] < median["citizen_app"] < median["hotline"]


class TestProgress:
    def test_who_has_ended_did_so_before_the_end_and_nobody_else_has(self) -> None:
        table = reports()
        age = (UNTIL - table["reported_at"]).dt.total_seconds() / 3_600
        ended = table["progress"].isin(["closed", "rejected"])
        assert (table.loc[ended, "finished_after_h"] <= age[ended] + 1e-3).all()
        assert table.loc[~ended, "finished_after_h"].isna().all()
        assert set(table["progress"]) <= {
            "filed", "dispatched", "handling", "handled", "closed", "rejected",
        }  # fmt: skip

    def test_old_matters_are_mostly_closed_and_new_ones_mostly_open(self) -> None:
        table = reports()
        ended = table["finished_after_h"].notna()
        assert ended[table["reported_at"] < UNTIL - timedelta(days=7)].mean() > 0.98
        assert ended[table["reported_at"] > UNTIL - timedelta(hours=1)].mean() < 0.5

    def test_a_few_are_overdue(self) -> None:
        table = reports().merge(
            city(Scale.DISTRICT).categories, left_on="category", right_on="code"
        )
        urgent = table[table["limit_unit"] == "urgent_hour"]
        late = urgent["finished_after_h"] > urgent["limit_value"]
        assert 0.01 < late.mean() < 0.05
