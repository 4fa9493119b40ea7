"""What is kept of an area beside its parent and shape, and what cannot be."""

from pathlib import Path
from typing import Any

import pytest
from shapely import box

from gridsvc.areas.loading import Load, carry_out, inspect
from gridsvc.areas.model import Area
from gridsvc.errors import Invalid
from tests.areas.desk import HEATING, LATER, Desk
from tests.factories import cell, frame


class TestWhatIsKept:
    async def test_counts_have_columns_of_their_own_and_the_rest_are_attributes(
        self, desk: Desk
    ) -> None:
        zones = frame(
            ("H1", "甲", None, cell(0, 0)),
            ("H2", "", None, cell(1, 0)),
            population=[1200.0, None],
            households=["400", ""],
            estate_type=["单位小区", None],
            pressure=[0.6, None],
            opened=["2020-01-01", None],
        )
        await desk.load(zones, HEATING)
        columns = (
            Area.code,
            Area.name,
            Area.population,
            Area.households,
            Area.estate_type,
            Area.attributes,
        )
        assert await desk.areas("heating", *columns) == [
            ("H1", "甲", 1200, 400, "单位小区", {"pressure": 0.6, "opened": "2020-01-01"}),
            ("H2", "H2", None, None, None, {"pressure": None, "opened": None}),
        ]

    async def test_lists_and_structures_are_kept_as_such(self, desk: Desk, tmp_path: Path) -> None:
        zones = frame(("H1", "甲", None, cell(0, 0)), wards=[["1", "2"]], by=[{"y": 1}])
        file = tmp_path / "zones.parquet"
        zones.to_parquet(file)
        load = Load(path=file, spec=HEATING, valid_from=LATER)
        await carry_out(desk.db, await inspect(desk.db, load))
        assert await desk.areas("heating", Area.attributes) == [
            ({"wards": ["1", "2"], "by": {"y": 1}},)
        ]

    @pytest.mark.parametrize("value", ["1,200", "many", -5, 12.5, 1e30])
    async def test_a_count_that_is_none_is_refused_with_its_area(
        self, desk: Desk, value: Any
    ) -> None:
        zones = frame(("H1", "甲", None, cell(0, 0)), population=[value])
        with pytest.raises(Invalid) as refused:
            await desk.look(zones, HEATING)
        assert refused.value.code == "not_a_count"
        assert 'The column "population" holds' in refused.value.en
        assert "for the area H1" in refused.value.en

    async def test_a_description_is_no_code(self, desk: Desk) -> None:
        zones = frame(("甲" * 65, "甲", None, cell(0, 0)))
        with pytest.raises(Invalid, match="Is this the column with the codes"):
            await desk.look(zones, HEATING)

    async def test_what_postgresql_cannot_hold_is_refused(self, desk: Desk, tmp_path: Path) -> None:
        file = tmp_path / "zones.parquet"
        frame(("H1", "甲", None, box(104, 30, 104.1, 30.1)), note=["a\0b"]).to_parquet(file)
        with pytest.raises(Invalid, match="holds the character NUL"):
            await inspect(desk.db, Load(path=file, spec=HEATING, valid_from=LATER))
