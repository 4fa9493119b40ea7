"""A file of components: how it is read, what is found wrong with it, and what then is in force."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from geodata.crs import Crs, shift_geometry
from geodata.errors import ColumnError, GeodataError
from geodata.findings import Severity
from gridsvc.assets.loading import Inspection, carry_out, inspect
from gridsvc.assets.model import Asset
from gridsvc.assets.search import in_force
from gridsvc.assets.source import Load
from gridsvc.errors import Invalid
from tests.assets.things import body, lamp, later, spot, standing
from tests.factories import BEGAN, at, cell

LATER = later(10)
Row = dict[str, Any]


def row(number: int = 1, **changes: Any) -> Row:
    """A component as its line in a file has it."""
    shape = spot(0.5 + number / 10, 0.5)
    return {"code": lamp(number), "owner": "power", "category": "0101", "geometry": shape} | changes


class Register:
    """Somebody with files of components, and the register."""

    def __init__(self, db: AsyncSession, folder: Path) -> None:
        self.db, self.folder = db, folder

    def file(self, rows: Sequence[Row]) -> Path:
        file = self.folder / "components.gpkg"
        file.unlink(missing_ok=True)
        geopandas.GeoDataFrame(list(rows), geometry="geometry", crs="EPSG:4326").to_file(file)
        return file

    async def inspect(self, *rows: Row, file: Path | None = None, **more: Any) -> Inspection:
        order: dict[str, Any] = {"path": file or self.file(rows), "valid_from": LATER} | more
        return await inspect(self.db, Load(**order))

    async def load(self, *rows: Row, **more: Any) -> Inspection:
        inspection = await self.inspect(*rows, **more)
        await carry_out(self.db, inspection, now=LATER)
        return inspection

    async def held(self, when: datetime = LATER) -> dict[str, Asset]:
        found = await self.db.scalars(select(Asset).where(in_force(when)))
        return {asset.code: asset for asset in found}


@pytest.fixture
def register(db: AsyncSession, tmp_path: Path) -> Register:
    return Register(db, tmp_path)


class TestWhatLands:
    async def test_columns_are_kept_the_others_as_attributes(self, register: Register) -> None:
        await register.load(
            row(1, name="一号灯", maintainer="clean1", state="破损", height=8.5, note="x"),
            row(2, owner="供电公司", geometry=cell(1, 0)),
        )
        held = await register.held()
        first, second = held[lamp(1)], held[lamp(2)]
        assert (first.name, first.state, first.scheme) == ("一号灯", "damaged", "test")
        assert first.attributes == {"height": 8.5, "note": "x"}
        assert first.maintainer_id == await body(register.db, "clean1")
        assert (second.name, second.state, second.maintainer_id) == ("路灯", "intact", None)
        assert second.owner_id == await body(register.db, "power")
        assert second.geometry.equals(cell(1, 0))

    async def test_the_class_is_read_from_the_code_where_none_is_named(
        self, register: Register
    ) -> None:
        await register.load({"code": lamp(1), "owner": "power", "geometry": spot(1, 1)})
        assert (await register.held())[lamp(1)].category_code == "0101"

    async def test_what_is_said_of_all_and_which_column_is_which(self, register: Register) -> None:
        await register.load(
            {"标识码": lamp(1), "名称": "灯", "geometry": spot(1, 1)},
            columns={"code": "标识码", "name": "名称"},
            said={"owner": "power", "category": "0101", "state": "missing"},
        )
        held = (await register.held())[lamp(1)]
        assert (held.name, held.state, held.attributes) == ("灯", "missing", {})

    async def test_a_shifted_shapefile_in_gb18030_lands_in_place(
        self, register: Register, tmp_path: Path
    ) -> None:
        shape = shift_geometry(spot(1, 1), Crs.WGS84, target=Crs.GCJ02)
        frame = geopandas.GeoDataFrame(
            {"code": [lamp(1)], "owner": ["供电公司"], "name": ["路灯甲"]},
            geometry=[shape],
            crs="EPSG:4326",
        )
        file = tmp_path / "lamps.shp"
        frame.to_file(file, encoding="GB18030")
        file.with_suffix(".cpg").unlink()
        await register.load(file=file, crs="gcj02", encoding="GB18030")
        held = (await register.held())[lamp(1)]
        assert held.name == "路灯甲"
        assert held.geometry.distance(spot(1, 1)) < 1e-8


class TestWhatChanges:
    async def test_new_changed_and_unchanged_are_told_apart(self, register: Register) -> None:
        await register.load(row(1), row(2), row(3), valid_from=BEGAN)
        found = await register.load(row(1), row(2, state="damaged"), row(4))
        assert found.difference is not None
        told = found.difference
        assert (told.new, told.changed, told.ended, told.unchanged) == (1, 1, 0, 1)
        before, after = await register.held(later(5)), await register.held()
        assert before.keys() == {lamp(1), lamp(2), lamp(3)}
        assert after.keys() == {lamp(1), lamp(2), lamp(3), lamp(4)}
        assert before[lamp(1)].id == after[lamp(1)].id
        assert (before[lamp(2)].state, before[lamp(2)].valid_to) == ("intact", LATER)
        assert (after[lamp(2)].state, after[lamp(2)].valid_from) == ("damaged", LATER)

    async def test_to_replace_ends_what_is_left_out_of_its_classes_only(
        self, register: Register
    ) -> None:
        other = {"code": "5101040102000001", "category_code": "0102", "geometry": spot(1, 1)}
        await standing(register.db, other)
        await register.load(row(1), row(2), valid_from=BEGAN)
        found = await register.load(row(2), row(3), replace=True)
        assert found.difference is not None
        assert (found.difference.ended, found.difference.unchanged) == (1, 1)
        assert (await register.held()).keys() == {lamp(2), lamp(3), other["code"]}

    async def test_an_earlier_state_ends_where_a_known_later_one_begins(
        self, register: Register
    ) -> None:
        await register.load(row(1, name="新"), valid_from=later(20))
        await register.load(row(1, name="旧"))
        held = (await register.held())[lamp(1)]
        assert (held.name, held.valid_to) == ("旧", later(20))

    async def test_the_same_moment_again_puts_it_right(self, register: Register) -> None:
        await register.load(row(1, name="错"))
        await register.load(row(1, name="对"))
        assert (await register.held())[lamp(1)].name == "对"


FAULTS: dict[str, tuple[list[Row], str]] = {
    "no code": ([row(1, code=None), row(2)], "missing_code"),
    "too short": ([row(1, code="51010401")], "bad_code"),
    "no county": ([row(1, code="9901040101000001")], "bad_code"),
    "another class": ([row(1, code="5101040102000001")], "code_of_another_class"),
    "twice": ([row(1), row(2, code=lamp(1))], "duplicate_code"),
    "unknown class": ([row(1, category="9999")], "unknown_category"),
    "an event": ([row(1, category="0201")], "not_a_component"),
    "no class": ([row(1, code="5101049901000001", category=None)], "missing_category"),
    "no owner": ([row(1, owner=None), row(2)], "missing_owner"),
    "unknown owner": ([row(1, owner="无此单位")], "unknown_owner"),
    "unknown maintainer": ([row(1, maintainer="无此单位")], "unknown_maintainer"),
    "unknown state": ([row(1, state="好")], "unknown_state"),
    "long name": ([row(1, name="灯" * 201)], "name_too_long"),
    "no shape": ([row(1, geometry=None), row(2)], "empty_geometry"),
    "empty shape": ([row(1, geometry=shapely.Point()), row(2)], "empty_geometry"),
    "a mixture": (
        [row(1, geometry=shapely.GeometryCollection([spot(1, 1), cell(1, 1)]))],
        "unfit_geometry",
    ),
    "crossed": (
        [row(1, geometry=shapely.Polygon([at(0, 0), at(1, 1), at(1, 0), at(0, 1)]))],
        "invalid_geometry",
    ),
    "another city": ([row(1, geometry=shapely.Point(120, 36))], "outside_service_area"),
}


class TestWhatIsWrong:
    @pytest.mark.parametrize("fault", FAULTS)
    async def test_each_fault_keeps_the_file_out_and_names_its_rows(
        self, register: Register, fault: str
    ) -> None:
        rows, code = FAULTS[fault]
        inspection = await register.inspect(*rows)
        [found] = inspection.errors
        assert found.code == code
        assert found.rows == ((1, 2) if fault == "twice" else (1,))
        assert "1" in found.en
        assert found.en != found.zh
        with pytest.raises(Invalid, match="kept it from loading"):
            await carry_out(register.db, inspection, now=LATER)
        assert await register.db.scalar(select(func.count()).select_from(Asset)) == 0

    async def test_rows_with_the_same_fault_are_one_finding(self, register: Register) -> None:
        rows = [row(number, owner="无此单位") for number in range(1, 8)]
        [found] = (await register.inspect(*rows)).errors
        assert found.rows == (1, 2, 3, 4, 5, 6, 7)
        assert found.en.startswith("Rows 1, 2, 3, 4 and 3 more:")
        assert found.zh.startswith("第 1、2、3、4 等 7 行：")

    async def test_a_little_outside_of_the_map_is_for_a_person_to_judge(
        self, register: Register
    ) -> None:
        inspection = await register.load(row(1, geometry=spot(-1, 1)), row(2))
        [found] = inspection.findings
        assert (found.code, found.severity) == ("outside_map", Severity.WARNING)
        assert len(await register.held()) == 2

    async def test_columns_that_are_not_there_are_named(self, register: Register) -> None:
        with pytest.raises(ColumnError, match="编号"):
            await register.inspect(row(1), columns={"code": "编号"})
        with pytest.raises(ColumnError, match="no column code"):
            await register.inspect({"name": "灯", "geometry": spot(1, 1)})

    async def test_a_file_without_rows_or_system_is_refused(self, register: Register) -> None:
        empty = geopandas.GeoDataFrame({"code": []}, geometry=[], crs="EPSG:4326")
        file = register.folder / "empty.gpkg"
        empty.to_file(file)
        with pytest.raises(Invalid, match="no components"):
            await register.inspect(file=file)
        with pytest.raises(GeodataError):
            await register.inspect(file=register.folder / "none.gpkg")
