import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from geodata.errors import ReadError, WriteError
from geodata.index import AreaIndex
from tests.geodata.placed import ZOO, at


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    AreaIndex(ZOO).save(tmp_path / "index")
    return tmp_path / "index"


def test_a_saved_index_answers_as_before(saved: Path) -> None:
    opened, index = AreaIndex.open(saved), AreaIndex(ZOO)
    lon, lat = np.array([at(x, y) for x in range(-50, 850, 25) for y in range(-50, 250, 25)]).T
    np.testing.assert_array_equal(opened.covers_many(lon, lat), index.covers_many(lon, lat))
    assert len(opened) == len(ZOO)
    assert opened.near(*at(99, 99), 5) == index.near(*at(99, 99), 5)
    assert opened.nearest(*at(-90, 5)) == index.nearest(*at(-90, 5))


def test_no_areas_are_saved_too(tmp_path: Path) -> None:
    AreaIndex([]).save(tmp_path / "none")
    assert AreaIndex.open(tmp_path / "none").covers(104, 30) == ()


def test_another_process_opens_it(saved: Path) -> None:
    lon, lat = at(100, 100)
    code = (
        "from pathlib import Path; from geodata.index import AreaIndex; "
        f"print(AreaIndex.open(Path({str(saved)!r})).covers({lon!r}, {lat!r}))"
    )
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert said.stdout == "(0, 1, 2, 3)\n"


def test_an_index_is_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(AreaIndex(ZOO))).covers(*at(100, 100)) == (0, 1, 2, 3)


def test_a_saved_index_is_not_written_over(saved: Path) -> None:
    with pytest.raises(WriteError) as refusal:
        AreaIndex(ZOO).save(saved)
    assert refusal.value.code == "folder_exists"


def test_what_is_no_folder_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError) as refusal:
        AreaIndex(ZOO).save(tmp_path / "file" / "index")
    assert refusal.value.code == "folder_unwritable"


def code_of(folder: Path) -> str:
    with pytest.raises(ReadError) as refusal:
        AreaIndex.open(folder)
    assert refusal.value.zh
    return refusal.value.code


def test_where_there_is_no_index_none_is_opened(tmp_path: Path, saved: Path) -> None:
    assert code_of(tmp_path) == "no_index"
    (saved / "index.json").unlink()
    assert code_of(saved) == "no_index"


@pytest.mark.parametrize("file", ["chains.npy", "vertices.npy", "lines.npy", "index.json"])
@pytest.mark.parametrize("damage", ["cut", "empty", "changed", "lost"])
def test_a_damaged_index_is_not_opened(saved: Path, file: str, damage: str) -> None:
    content = (saved / file).read_bytes()
    damaged = {
        "cut": content[: len(content) // 2],
        "empty": b"",
        "changed": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
    }
    (saved / file).unlink()
    if damage in damaged:
        (saved / file).write_bytes(damaged[damage])
    expected = "no_index" if (file, damage) == ("index.json", "lost") else "damaged_index"
    assert code_of(saved) == expected


@pytest.mark.parametrize("said", ["[]", "{}", '{"version": 1, "arrays": []}', '{"version": 1}'])
def test_a_manifest_of_another_shape_is_damage(saved: Path, said: str) -> None:
    (saved / "index.json").write_text(said)
    assert code_of(saved) == "damaged_index"


def test_an_index_of_another_version_is_not_opened(saved: Path) -> None:
    said = json.loads((saved / "index.json").read_text())
    (saved / "index.json").write_text(json.dumps(said | {"version": 2}))
    assert code_of(saved) == "other_version"
