"""Every faulty file goes through `gridsvc load --dry-run`: checked, or refused in words."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from geodata.errors import GeodataError
from geodata.read import read_features
from tests.cli.at_the_prompt import Said
from tests.real_data.place import Place

pytestmark = pytest.mark.real_data

DATA = Path(os.environ.get("GRIDSVC_SHARED_DATA", Path(__file__).parents[3] / "shared/data"))
FILES = sorted(
    str(file.relative_to(DATA))
    for folder in ("dirty", "geojson_edge/bad")
    for file in (DATA / folder).rglob("*")
    if file.is_file()
)
WOULD_LOAD = {
    "dirty/geojson/!test.geojson",
    "dirty/geojson/issue627.geojson",
    "dirty/shapefile/b_utm.shp",
}
"""Files in which nothing is wrong but their name or their reputation."""
NAMING = re.compile(r"name|^id$", re.IGNORECASE)
CHINESE = re.compile("[一-鿿]{3}")


@pytest.fixture(scope="module")
def counts(place: Place) -> Mapping[str, int]:
    """How many rows every table has before any file was looked at."""
    return place.everything()


@pytest.mark.parametrize("file", FILES)
def test_it_is_checked_or_refused_in_words_and_nothing_is_written(
    place: Place, counts: Mapping[str, int], file: str
) -> None:
    said = load(place, file)
    assert says_a_sentence(said)
    columns = naming_columns(DATA / file)
    if columns:
        said = load(place, file, *columns)
        assert says_a_sentence(said)
    assert (said.code == 0) == (file in WOULD_LOAD)
    in_chinese = load(place, file, *columns, language="zh_CN.UTF-8")
    assert in_chinese.code == said.code
    assert CHINESE.search(in_chinese.out if said.code == 0 else in_chinese.err)
    assert place.everything() == counts


@pytest.mark.parametrize(
    ("city", "mends"),
    [
        ("braunschweig", ("--accept", "overlap")),
        ("des-moines", ("--repair", "make_valid", "--accept", "overlap")),
        ("saskatoon", ("--repair", "make_valid", "--accept", "overlap")),
        ("surrey", ("--repair", "make_valid")),
    ],
)
def test_a_citys_layer_would_load_once_its_faults_are_mended_or_accepted(
    place: Place, counts: Mapping[str, int], city: str, mends: tuple[str, ...]
) -> None:
    file = f"dirty/admin/{city}.geojson"
    assert load(place, file, "--code", "name").code == 1
    said = load(place, file, "--code", "name", *mends)
    assert said.out.splitlines()[-1] == "Nothing was written."
    assert ("its invalid polygon was made valid" in said.out) == ("make_valid" in mends)
    assert place.everything() == counts


def load(place: Place, file: str, *columns: str, language: str = "C.UTF-8") -> Said:
    arguments = ("load", str(DATA / file), "--level", "district", "--dry-run", *columns)
    return place.run(*arguments, language=language)


def says_a_sentence(said: Said) -> bool:
    """One that ends as a sentence does: nothing written, or what was seen and what to do."""
    last = (said.out if said.code == 0 else said.err).strip().splitlines()[-1]
    nothing_written = said.code == 0 and last == "Nothing was written."
    refused = said.code == 1 and len(said.err.splitlines()) == 1
    return (nothing_written or refused) and bool(re.search(r"\w{3}.*[.)]$", last))


def naming_columns(file: Path) -> tuple[str, ...]:
    """Choose a column for code and name as a person would, so that the shapes are looked at too."""
    try:
        frame = read_features(file)
    except GeodataError:
        return ()
    names = [str(name) for name in frame.columns if name != frame.active_geometry_name]
    likely = [name for name in names if NAMING.search(name)]
    texts = [name for name in names if frame[name].dtype in {"object", "str"}]
    chosen = next(iter([*likely, *texts, *names]), None)
    return () if chosen is None else ("--code", chosen, "--name", chosen)
