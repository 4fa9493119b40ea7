"""Reading one layer of a GeoPackage."""

import warnings
from pathlib import Path

import geopandas
import pyogrio

from geodata.errors import GeometryError, ReadError
from geodata.formats.ogr import damaged, read_ogr
from geodata.formats.source import Source, choose_layer


def read_geopackage(source: Source, *, layer: str | None = None) -> geopandas.GeoDataFrame:
    """Read one layer with shapes.

    Parameters
    ----------
    source : Source
        The file.
    layer : str or None
        Which layer; None where there is only one with shapes.

    Returns
    -------
    GeoDataFrame
        x, y in the layer's system; `.crs` is None where it is "undefined".

    Raises
    ------
    ReadError
        The file is damaged or still open elsewhere, has no layer with shapes, or `layer` is none
        of several.
    GeometryError
        As `geodata.formats.ogr.read_ogr`.
    """
    _refuse_open_elsewhere(source.path)
    names = _layers(source)
    if layer is None and len(names) == 1:
        layer = names[0]
    if layer not in names:
        raise choose_layer(source.name, names)
    frame = read_ogr(source.data, source.name, layer=layer)
    if frame.crs is not None and frame.crs.name.startswith("Undefined "):
        return frame.set_crs(None, allow_override=True)
    return frame


def _refuse_open_elsewhere(path: Path) -> None:
    journal = path.with_name(f"{path.name}-wal")
    if journal.exists() and journal.stat().st_size:
        raise ReadError(
            "file_in_use",
            en=f"{path.name} is open in another program, whose last changes are not in it yet "
            f"({journal.name}); close it there first.",
            zh=f"{path.name} 正被其他程序打开，最近的修改尚未写入（{journal.name}）；"
            "请先在该程序中关闭。",
        )


def _layers(source: Source) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said again, and judged, when the layer is read
        try:
            layers = pyogrio.list_layers(source.data)
        except pyogrio.errors.DataSourceError as error:
            raise damaged(source.name, error) from error
        except pyogrio.errors.GeometryError as error:
            raise GeometryError(
                "surface",
                en=f"{source.name} has a layer of triangles or facets; convert it to polygons. "
                f"(The reader says: {error})",
                zh=f"{source.name} 含有三角面或多面体图层；请先转换为多边形。"
                f"（读取程序提示：{error}）",
            ) from error
    names = [str(name) for name, kind in layers if kind is not None]
    if not names:
        raise ReadError(
            "no_shapes",
            en=f"{source.name} has no layer with shapes; export the boundaries into it.",
            zh=f"{source.name} 中没有含图形的图层；请将边界数据导出到其中。",
        )
    return names
