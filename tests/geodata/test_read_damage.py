"""Whatever befalls the bytes of a file: it is read or refused in two languages, never worse."""

import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import GeodataError
from geodata.frames import as_areas, check_areas
from geodata.read import Columns, read_areas
from geodata.write import write_areas
from tests.geodata.files import areas, shapefile_parts, write_shapefile, write_zip

NAMES = ["黄浦区".encode(), "徐汇区".encode()]
PARTS = shapefile_parts(NAMES, field=b"code", cpg=b"UTF-8")


@st.composite
def damage(draw: st.DrawFn) -> tuple[float, bytes, bool]:
    """Where in a file, which bytes, and whether the file ends there."""
    return draw(st.floats(0.0, 0.999)), draw(st.binary(max_size=8)), draw(st.booleans())


def damaged(data: bytes, harm: tuple[float, bytes, bool]) -> bytes:
    where, what, is_end = harm
    start = int(len(data) * where)
    return data[:start] + what + (b"" if is_end else data[start + len(what) :])


def survive(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* is read, but the reader notes")
        try:
            check_areas(read_areas(path, columns=Columns("code", "code")))
        except GeodataError as error:
            spoken = error.en and error.zh
            if not spoken:
                raise


# The same damage in each run, or a reader's slip would fail whoever comes next. One folder serves
# all examples: each writes its file anew.
steady = settings(
    derandomize=True,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, bytes]:
    for suffix in (".gpkg", ".geojson", ".parquet"):
        write_areas(as_areas(areas()), tmp_path / f"areas{suffix}")
    write_zip(tmp_path / "areas.zip", {f"areas{s}": part for s, part in PARTS.items()})
    return {file.suffix: file.read_bytes() for file in tmp_path.iterdir()}


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet", ".zip"])
@steady
@given(harm=damage())
def test_damaged_files(
    tmp_path: Path, whole: dict[str, bytes], suffix: str, harm: tuple[float, bytes, bool]
) -> None:
    path = tmp_path / f"areas{suffix}"
    path.write_bytes(damaged(whole[suffix], harm))
    survive(path)


@pytest.mark.parametrize("suffix", list(PARTS))
@steady
@given(harm=damage())
def test_damaged_parts_of_a_shapefile(
    tmp_path: Path, suffix: str, harm: tuple[float, bytes, bool]
) -> None:
    survive(write_shapefile(tmp_path, PARTS | {suffix: damaged(PARTS[suffix], harm)}))
