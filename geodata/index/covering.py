"""Which areas cover a point: the inner loops."""

from geodata.index.borders import Floats, Ints
from geodata.index.cells import Cells
from geodata.index.compiled import compiled, inner
from geodata.index.crossing import ON, crossings
from geodata.index.lattice import locate


@compiled
def covering_one(
    lines: Floats,
    starts: Ints,
    cells: Ints,
    chains: Ints,
    sets: Ints,
    vertices: Floats,
    lon: float,
    lat: float,
    found: Ints,
) -> int:
    """Do as `covering`; arrays one by one reach machine code sooner than a tuple of them."""
    return covering(Cells(lines, starts, cells, chains, sets, vertices), lon, lat, found, 0)


@inner
def covering(cells: Cells, lon: float, lat: float, found: Ints, count: int) -> int:
    """Write the areas that cover a point, ascending, from a place on; give the place after them.

    Nothing is written where there is no room.
    """
    column, row = cell_at(cells, lon, lat)
    if column < 0:
        return count
    return covering_in(cells, row * (cells.lines.shape[1] - 1) + column, lon, lat, found, count)


@inner
def covering_in(cells: Cells, cell: int, lon: float, lat: float, found: Ints, count: int) -> int:
    """Do as `covering` for a point of which the cell is known."""
    whole = cells.cells[cell, 1] + 1
    last = whole + cells.sets[whole - 1]
    chain, end = cells.cells[cell, 0], cells.cells[cell + 1, 0]
    row, column = 0, 0
    if chain < end:  # most cells have none, and it takes a division
        row, column = divmod(cell, cells.lines.shape[1] - 1)
    while chain < end:
        area = cells.chains[chain, 0]
        covers, chain = bordering(cells, chain, end, lon, lat, column, row)
        if covers:
            while whole < last and cells.sets[whole] < area:
                count = _write(found, count, cells.sets[whole])
                whole += 1
            count = _write(found, count, area)
    while whole < last:
        count = _write(found, count, cells.sets[whole])
        whole += 1
    return count


@inner
def cell_at(cells: Cells, lon: float, lat: float) -> tuple[int, int]:
    """Find a point's column and row, or (-1, -1) if it lies outside of everything."""
    lines = cells.lines
    last = lines.shape[1] - 1
    if lines[0, 0] <= lon < lines[0, last] and lines[1, 0] <= lat < lines[1, last]:
        column = locate(lines, cells.starts, 0, lon)
        return column, locate(lines, cells.starts, 1, lat)
    return -1, -1


@inner
def bordering(
    cells: Cells, chain: int, end: int, lon: float, lat: float, column: int, row: int
) -> tuple[bool, int]:
    """Tell whether the area of a cell's chain covers a point there, and the next area's chain."""
    east, north = cells.lines[0, column + 1], cells.lines[1, row + 1]
    area, inside = cells.chains[chain, 0], cells.chains[chain, 1]
    while chain < end and cells.chains[chain, 0] == area:
        first = cells.chains[chain, 2]
        for edge in range(first, first + cells.chains[chain, 3]):
            crossed = _edge_crossings(cells.vertices, edge, lon, lat, east, north)
            if crossed == ON:
                while chain < end and cells.chains[chain, 0] == area:
                    chain += 1
                return True, chain
            inside ^= crossed
        chain += 1
    return inside == 1, chain


@inner
def _edge_crossings(
    vertices: Floats, edge: int, lon: float, lat: float, east: float, north: float
) -> int:
    ax, ay = vertices[edge, 0], vertices[edge, 1]
    bx, by = vertices[edge + 1, 0], vertices[edge + 1, 1]
    return crossings(ax, ay, bx, by, lon, lat, east, north)


@inner
def _write(found: Ints, place: int, area: int) -> int:
    if place < len(found):
        found[place] = area
    return place + 1
