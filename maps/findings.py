"""The findings page: what a check found in a layer of areas, on a map and in lists by severity."""

from collections.abc import Mapping, Sequence

import geopandas
import numpy as np
import shapely

from geodata.findings import Severity
from maps.layers import Layer, require_columns
from maps.listing import Listing, Place, listing
from maps.names import area_names, texts
from maps.page import Page, compose
from maps.shapes import ShapeSet, drawable
from maps.style import FINDINGS, outline
from maps.words import Language, join, square, words

_AT_MOST = 200
"""How many findings of one severity are listed; the map shows all."""

_AREAL = 2
"""What shapely calls the dimension of a polygon."""

_Rows = Mapping[Severity, Sequence[int]]


def render_findings(
    findings: geopandas.GeoDataFrame, areas: geopandas.GeoDataFrame, page: Page
) -> str:
    """Draw the findings page.

    Parameters
    ----------
    findings : GeoDataFrame
        As `geodata.findings.findings_frame` gives them, in EPSG:4326.
    areas : GeoDataFrame
        What was checked, in EPSG:4326: the columns of an AreaFrame, with any geometry. Shapes that
        cannot be drawn are left out, not refused: this page is what says that they are wrong.
    page : Page
        Title, language, links, assets.

    Returns
    -------
    str
        A whole HTML document. With `Page.embedded` it can be opened from a file.

    Raises
    ------
    ColumnError, CrsError
        A frame lacks a column or is not in EPSG:4326.
    """
    require_columns(areas, ("code", "name"))
    require_columns(findings, ("severity", "areas", "area_m2", "en", "zh"))
    language = page.language
    checked = _checked_shapes(areas, language)
    found = _finding_shapes(findings, _names(areas, language), language)
    rows = {severity: _rows_of(findings, severity) for severity in Severity}
    return compose(
        "findings.html",
        page,
        layers=[_checked_layer(checked, language), *_finding_layers(found, rows, language)],
        counts=[(severity.value, len(rows[severity])) for severity in Severity],
        checked=len(areas),
        listings=_listings(found, rows, language),
    )


def _checked_shapes(areas: geopandas.GeoDataFrame, language: Language) -> ShapeSet:
    text = words(language)
    shapes = drawable(areas)
    shapes[shapely.get_dimensions(shapes) != _AREAL] = None
    return ShapeSet(
        key="checked",
        title=text["area_one"],
        geometries=shapes,
        names=area_names(areas, language),
        facts={text["code"]: texts(areas["code"])},
    )


def _checked_layer(checked: ShapeSet, language: Language) -> Layer:
    return Layer(
        name=words(language)["checked_areas"],
        group="others",
        shapes=checked,
        look=outline(2),
        labelled=True,
    )


def _names(areas: geopandas.GeoDataFrame, language: Language) -> dict[str, str]:
    return dict(zip(texts(areas["code"]), area_names(areas, language), strict=True))


def _finding_shapes(
    findings: geopandas.GeoDataFrame, names: Mapping[str, str], language: Language
) -> ShapeSet:
    text = words(language)
    sizes = findings["area_m2"].to_numpy(dtype=float)
    return ShapeSet(
        key="findings",
        title=text["finding"],
        geometries=drawable(findings),
        names=list(findings[language.value]),
        facts={
            text["where"]: [_where(codes, names, language) for codes in findings["areas"]],
            text["area"]: ["" if np.isnan(size) else square(size, language) for size in sizes],
        },
        exact=True,
    )


def _where(codes: str, names: Mapping[str, str], language: Language) -> str:
    """Name the areas of a finding; a code of the file may itself hold a comma."""
    listed = [codes] if codes in names else codes.split(",")
    return join((names.get(code, code) for code in listed if code), language)


def _finding_layers(found: ShapeSet, rows: _Rows, language: Language) -> list[Layer]:
    return [
        Layer(
            name=words(language)[severity.value],
            group="problems",
            shapes=found,
            look=FINDINGS[severity],
            members=rows[severity],
            pinned=True,
        )
        for severity in reversed(Severity)
        if rows[severity]
    ]


def _listings(found: ShapeSet, rows: _Rows, language: Language) -> list[Listing]:
    text = words(language)
    where = found.facts[text["where"]]
    return [
        listing(
            text[severity.value],
            (text["finding"], text["where"]),
            [_place(found, row, where[row]) for row in rows[severity]],
            at_most=_AT_MOST,
        )
        for severity in Severity
        if rows[severity]
    ]


def _place(found: ShapeSet, row: int, where: str) -> Place:
    geometry = found.geometries[row]
    shown = geometry is not None and not geometry.is_empty
    return Place(found.key, row, found.names[row], (where,), shown)


def _rows_of(findings: geopandas.GeoDataFrame, severity: Severity) -> list[int]:
    rows: list[int] = np.flatnonzero(findings["severity"] == severity).tolist()
    return rows
