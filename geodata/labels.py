"""Check the codes, names and parents of a layer; shapes are checked elsewhere."""

from collections import defaultdict
from collections.abc import Iterator

from geodata.codes import lies_under
from geodata.findings import Fault, Finding, Severity
from geodata.layer import Layer


def check_labels(layer: Layer) -> Iterator[Finding]:
    """Find missing and repeated codes and missing names."""
    yield from _missing_codes(layer)
    yield from _repeated_codes(layer)
    yield from _missing_names(layer)


def check_parents(layer: Layer, above: Layer) -> Iterator[Finding]:
    """Find missing and unknown parents, and codes that belong under another parent.

    Parameters
    ----------
    layer : Layer
        The children.
    above : Layer
        The layer one level up.
    """
    for row, parent in enumerate(layer.parents):
        if not parent:
            yield _missing_parent(layer, row)
        elif parent not in above.rows:
            yield _unknown_parent(layer, row)
        elif lies_under(layer.codes[row], parent) is False:
            yield _other_parent(layer, row)


def _missing_codes(layer: Layer) -> Iterator[Finding]:
    for row, code in enumerate(layer.codes):
        if not code:
            yield layer.finding(
                Fault.MISSING_CODE,
                [row],
                severity=Severity.ERROR,
                place=layer.point(row),
                en=f"The area in {layer.en(row)} has no code.",
                zh=f"{layer.zh(row)} 的区域没有编码。",
            )


def _repeated_codes(layer: Layer) -> Iterator[Finding]:
    rows_of = defaultdict(list)
    for row, code in enumerate(layer.codes):
        rows_of[code].append(row)
    for code, rows in rows_of.items():
        if code and len(rows) > 1:
            lines = [str(row + 1) for row in rows]
            yield layer.finding(
                Fault.DUPLICATE_CODE,
                rows,
                severity=Severity.ERROR,
                place=layer.point(rows[0]),
                en=f"The code {code} stands {len(rows)} times, in rows {', '.join(lines)}.",
                zh=f"编码 {code} 出现 {len(rows)} 次，位于第 {'、'.join(lines)} 行。",
            )


def _missing_names(layer: Layer) -> Iterator[Finding]:
    for row, name in enumerate(layer.names):
        if not name:
            yield layer.finding(
                Fault.MISSING_NAME,
                [row],
                severity=Severity.WARNING,
                place=layer.point(row),
                en=f"The area {layer.en(row)} has no name.",
                zh=f"区域 {layer.zh(row)} 没有名称。",
            )


def _missing_parent(layer: Layer, row: int) -> Finding:
    return layer.finding(
        Fault.MISSING_PARENT,
        [row],
        severity=Severity.WARNING,
        place=layer.point(row),
        en=f"{layer.en(row)} names no parent.",
        zh=f"{layer.zh(row)} 未填写上级编码。",
    )


def _unknown_parent(layer: Layer, row: int) -> Finding:
    parent = layer.parents[row]
    return layer.finding(
        Fault.UNKNOWN_PARENT,
        [row],
        severity=Severity.ERROR,
        place=layer.point(row),
        en=f"{layer.en(row)} names the parent {parent}, which the layer above does not have.",
        zh=f"{layer.zh(row)} 的上级编码 {parent} 在上级图层中不存在。",
    )


def _other_parent(layer: Layer, row: int) -> Finding:
    parent = layer.parents[row]
    return layer.finding(
        Fault.CODE_NOT_UNDER_PARENT,
        [row],
        severity=Severity.WARNING,
        place=layer.point(row),
        en=f"{layer.en(row)} names the parent {parent}, but its code belongs under another.",
        zh=f"{layer.zh(row)} 的上级编码为 {parent}，但其自身编码不属于该上级。",
    )
