"""Rules, border policies and special days of a made-up city name what there is."""

from datetime import date

import pytest
import shapely

from geodata.generate import Scale
from geodata.generate.estates import ESTATE_TYPES
from tests.geodata.cities import city

SCALES = (Scale.STREET, Scale.DISTRICT)


def named(cell: str | None) -> list[str]:
    return cell.split(";") if cell else []


def test_rules_name_what_exists() -> None:
    made = city()
    categories = made.categories.set_index("code")["kind"]
    layers = {*made.levels, *made.zones}
    for rule in made.rules.to_dict("records"):
        assert categories[rule["category"]] == "event"
        assert {*named(rule["layers"]), *named(rule["co_layers"])} <= layers
        assert set(named(rule["estate_types"])) <= set(ESTATE_TYPES)
        assert rule["special_days"] in {None, *made.special_days["list"]}
    assert made.rules["code"].is_unique


def test_every_layer_that_a_rule_asks_has_a_lead() -> None:
    made = city(Scale.DISTRICT)
    matrix = made.responsibilities
    leads = matrix[matrix["role"] == "lead"]
    for rule in made.rules.to_dict("records"):
        about = leads["category"].isin([rule["category"], rule["category"][:3]])
        assert {*named(rule["layers"]), *named(rule["co_layers"])} <= set(leads.loc[about, "layer"])


def test_special_days_are_days_and_stand_once() -> None:
    days = [date.fromisoformat(day) for day in city().special_days["day"]]
    assert days == sorted(set(days))


@pytest.mark.parametrize("scale", SCALES)
def test_border_policies_speak_of_neighbours(scale: Scale) -> None:
    made = city(scale)
    streets = made.levels["street"].set_index("code").geometry
    assert made.borders["kind"].tolist() == ["side", "exception"]
    for policy in made.borders.to_dict("records"):
        first, other = (streets[code] for code in named(policy["areas"]))
        assert shapely.intersection(first, other).length > 0
        if policy["kind"] == "side":
            assert first.centroid.y > other.centroid.y
        else:
            park = shapely.from_wkt(policy["shape"])
            assert park.is_valid
            assert shapely.relate_pattern(park, first, "T********")
            assert shapely.relate_pattern(park, other, "T********")
