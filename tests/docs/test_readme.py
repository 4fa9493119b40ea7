"""The README does what it says, from the demonstration's own district on."""

import re
from pathlib import Path

import pytest
import shapely

from geodata.generate.city import City, generate
from geodata.generate.plan import Scale
from tests.docs.markdown import text_of
from tests.docs.shell import untrue
from tests.served import Served

README = "README.md"


@pytest.fixture(scope="module")
def district() -> City:
    """What `make demo` shows."""
    return generate(Scale.DISTRICT)


def test_commands_run_and_answer_as_shown(service: Served, programs: Path, tmp_path: Path) -> None:
    assert untrue(README, service, tmp_path, programs=programs) == []


def test_the_first_report_lies_in_the_district_that_make_demo_makes(district: City) -> None:
    text = text_of(README)
    lon, lat = (float(re.findall(rf'"{name}": ([0-9.]+)', text)[0]) for name in ("lon", "lat"))
    areas = district.zones["water_supply"]
    [zone] = areas["code"][areas.covers(shapely.Point(lon, lat))]
    assert f'"code": "ORG-{zone}"' in text
    assert "C0101" in set(district.categories["code"])
