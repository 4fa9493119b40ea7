"""The components of a generated city: coded, owned, and not always by whom the map says."""

from datetime import UTC, datetime

import shapely

from geodata.codes import ComponentSplit, parse_component
from geodata.generate import Scale, incidents
from tests.geodata.cities import city


def test_each_has_a_code_of_its_own_that_names_its_class_and_district() -> None:
    components = city(Scale.DISTRICT).components
    districts = set(city(Scale.DISTRICT).levels["district"]["code"])
    assert components["code"].is_unique
    for code, category in zip(components["code"], components["category"], strict=True):
        parsed = parse_component(code, ComponentSplit.MINOR_OF_TWO)
        assert parsed is not None
        assert f"C{parsed.major}{parsed.minor}" == category
        assert parsed.county in districts


def test_owners_and_keepers_are_organisations_and_classes_are_of_components() -> None:
    made = city(Scale.DISTRICT)
    bodies = set(made.organisations["code"])
    classes = made.categories.set_index("code")["kind"]
    assert set(made.components["owner"]) <= bodies
    assert set(made.components["maintainer"].dropna()) <= bodies
    assert set(classes[made.components["category"].unique()]) == {"component"}
    assert set(made.components["state"]) == {"intact", "damaged", "missing", "abandoned"}


def test_there_are_points_lines_and_polygons_all_in_the_city() -> None:
    made = city(Scale.DISTRICT)
    shapes = made.components.geometry.to_numpy()
    assert {shape.geom_type for shape in shapes} == {"Point", "LineString", "Polygon"}
    assert shapely.is_valid(shapes).all()
    whole = shapely.union_all(made.levels["district"].geometry.to_numpy())
    assert shapely.dwithin(whole, shapes, 0.001).all()
    assert 3_000 < len(shapes) < 8_000


def test_a_few_hang_on_the_main_of_the_neighbouring_company() -> None:
    made = city(Scale.DISTRICT)
    covers = made.components[made.components["category"] == "C0101"]
    zones = made.zones["water_supply"]
    tree = shapely.STRtree(zones.geometry.to_numpy())
    cover, zone = tree.query(covers.geometry.to_numpy(), predicate="intersects")
    drawn = "ORG-" + zones["code"].to_numpy()[zone]
    elsewhere = (drawn != covers["owner"].to_numpy()[cover]).mean()
    assert 0.005 < elsewhere < 0.2


def test_reports_about_components_are_made_beside_one_where_there_is_one() -> None:
    made = city(Scale.DISTRICT)
    reports = incidents(made, days=28, until=datetime(2026, 3, 18, tzinfo=UTC))
    lamps = made.components[made.components["category"] == "C0106"].geometry.to_numpy()
    about = reports[(reports["category"] == "C0106") & (reports["accuracy_m"] < 15)]
    tree = shapely.STRtree(lamps)
    near, _ = tree.query(
        shapely.points(about[["lon", "lat"]].to_numpy()), predicate="dwithin", distance=5e-4
    )
    assert len(set(near)) > 0.6 * len(about) > 0
