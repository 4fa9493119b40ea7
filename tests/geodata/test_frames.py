import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import ColumnError, CrsError, GeometryError
from geodata.frames import COLUMNS, as_areas, as_text, check_areas, text_columns
from tests.geodata.files import SQUARE, areas


def test_columns_are_put_in_order_and_rows_counted_anew() -> None:
    frame = areas(population=[1, 2], parent=["3101", None]).set_index(pd.Index([7, 3]))
    arranged = as_areas(frame[["population", "geometry", "name", "parent", "code"]])
    assert tuple(arranged.columns) == (*COLUMNS, "population")
    assert arranged.index.tolist() == [0, 1]
    assert arranged["parent"].tolist() == ["3101", None]
    assert arranged["name"].tolist() == ["黄浦区", "徐汇区"]
    check_areas(arranged)


def test_text_in_further_columns_is_cleaned_too() -> None:
    arranged = as_areas(areas(estate_type=[" 商品房 ", None], population=[1, 2]))
    assert arranged["estate_type"].tolist() == ["商品房", None]
    assert arranged["population"].tolist() == [1, 2]


def test_arranging_twice_changes_nothing_and_the_given_frame_stays_as_it_was() -> None:
    frame = areas(code=[310101.0, 310104.0])
    once = as_areas(frame)
    assert as_areas(once).equals(once)
    assert frame["code"].tolist() == [310101.0, 310104.0]
    assert "parent" not in frame.columns


def test_no_parent_column_means_that_none_has_a_parent() -> None:
    assert as_areas(areas())["parent"].tolist() == [None, None]


def test_the_geometry_column_is_renamed() -> None:
    assert as_areas(areas().rename_geometry("shape")).geometry.name == "geometry"


def test_absent_empty_and_invalid_shapes_are_left_for_validation() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    shapes = [None, shapely.Polygon(), bow_tie]
    data = {"code": list("abc"), "name": list("abc")}
    kept = as_areas(geopandas.GeoDataFrame(data, geometry=shapes, crs="EPSG:4326"))
    assert kept.geometry[0] is None
    assert kept.geometry[1].is_empty
    assert kept.geometry[2].equals(bow_tie)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(1, 1),
        SQUARE.exterior,
        shapely.GeometryCollection([SQUARE]),
        shapely.force_3d(SQUARE),
    ],
)
def test_what_is_no_flat_polygon_is_refused_by_its_row(shape: shapely.Geometry) -> None:
    frame = areas().set_geometry([SQUARE, shape], crs="EPSG:4326")
    with pytest.raises(GeometryError, match="row 2") as caught:
        as_areas(frame)
    assert caught.value.detail["rows"] == [1]


@pytest.mark.parametrize("crs", [None, "EPSG:4490", "EPSG:3857"])
def test_another_system_is_refused(crs: str | None) -> None:
    with pytest.raises(CrsError) as caught:
        as_areas(areas().set_crs(crs, allow_override=True))
    assert caught.value.code == "not_wgs84"


def test_a_missing_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(ColumnError, match="No column name; there are: code, geometry"):
        as_areas(areas().drop(columns="name"))


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (as_areas(areas())[["name", "code", "parent", "geometry"]], "column_order"),
        (as_areas(areas()).set_index(pd.Index([1, 2])), "column_order"),
        (as_areas(areas()).assign(code=[1, 2]), "not_text"),
        (as_areas(areas()).assign(parent=[float("nan"), "a"]), "not_text"),
        (areas(), "column_missing"),
    ],
)
def test_checking_refuses_what_arranging_would_mend(
    frame: geopandas.GeoDataFrame, code: str
) -> None:
    with pytest.raises(ColumnError) as caught:
        check_areas(frame)
    assert caught.value.code == code
    assert caught.value.zh


@given(st.lists(st.integers(0, 2**53)))
def test_a_code_kept_as_number_becomes_its_digits(codes: list[int]) -> None:
    digits = [str(code) for code in codes]
    assert as_text(pd.Series(codes, dtype="int64")).tolist() == digits
    assert as_text(pd.Series(codes, dtype="float64")).tolist() == digits


@given(st.lists(st.none() | st.text()))
def test_text_is_stripped_and_nothing_is_none(texts: list[str | None]) -> None:
    cleaned = as_text(pd.Series(texts, dtype=object))
    assert cleaned.tolist() == [(text or "").strip() or None for text in texts]
    assert as_text(cleaned).tolist() == cleaned.tolist()


def test_every_kind_of_nothing_is_none() -> None:
    nothings = [None, float("nan"), pd.NA, pd.NaT, "", " \u3000"]
    assert as_text(pd.Series(nothings, dtype=object)).tolist() == [None] * 6


def test_a_code_too_long_for_a_float_is_refused_not_rounded() -> None:
    with pytest.raises(ColumnError, match="31010100200300200") as caught:
        as_text(pd.Series([31010100200300199.0], name="grid"))
    assert caught.value.code == "damaged_number"
    assert "grid" in caught.value.zh


def test_text_columns_are_told_from_numbers() -> None:
    table = pd.DataFrame({"a": ["x", None], "b": [1, 2], "c": pd.Series(["y", None], dtype=object)})
    table["d"] = pd.Series([None, None], dtype="str")
    assert text_columns(table) == ["a", "c", "d"]
