"""A city as a file: everything in it, exact, and the same bytes each time."""

from pathlib import Path

import pyogrio
import pytest
import shapely

from geodata.errors import WriteError
from geodata.generate import Scale, generate, write_city
from geodata.read import read_areas
from tests.geodata.cities import city


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "city.gpkg"
    write_city(city(), path)
    return path


def test_every_layer_and_table_is_in_the_file(package: Path) -> None:
    made = city()
    tables = {
        *(
            "categories",
            "conditions",
            "organisations",
            "responsibilities",
            "workers",
            "assignments",
        ),
        *("special_days", "rules", "borders"),
    }
    layers = {name for name, _ in pyogrio.list_layers(package)}
    assert layers == {*made.levels, *made.zones, *tables, "river", "roads", "components", "layers"}


def test_shapes_come_back_as_they_were(package: Path) -> None:
    for name, areas in {**city().levels, **city().zones}.items():
        back = read_areas(package, layer=name)
        assert back["code"].tolist() == areas["code"].tolist()
        assert shapely.equals_identical(back.geometry.to_numpy(), areas.geometry.to_numpy()).all()


def test_tables_come_back_as_they_were(package: Path) -> None:
    back = pyogrio.read_dataframe(package, layer="responsibilities").astype(object)
    back = back.where(back.notna(), None)
    assert back.to_dict("list") == city().responsibilities.to_dict("list")


def test_the_same_city_gives_the_same_bytes(package: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.gpkg"
    write_city(generate(Scale.STREET), again)
    assert again.read_bytes() == package.read_bytes()


def test_another_city_takes_the_place_of_the_first(tmp_path: Path) -> None:
    path = tmp_path / "city.gpkg"
    other = generate(Scale.STREET, seed=9)
    write_city(city(), path)
    write_city(other, path)
    names = read_areas(path, layer="street")["name"]
    assert names.tolist() == other.levels["street"]["name"].tolist()
    assert [file.name for file in tmp_path.iterdir()] == ["city.gpkg"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WriteError) as caught:
        write_city(city(), tmp_path / "nowhere" / "city.gpkg")
    assert caught.value.code == "no_folder"
    assert "nowhere" in caught.value.zh
