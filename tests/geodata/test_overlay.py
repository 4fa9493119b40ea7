import numpy as np
import shapely

from geodata.overlay import difference, intersection, union_all
from tests import boundaries
from tests.boundaries import box


def test_nothing_is_left_of_a_block_under_its_cells_and_their_neighbours() -> None:
    cells = boundaries.mesh(20, 20, seed=4)
    shapes = cells.geometry.to_numpy().copy()
    # Corners more, which lie on their border but for the last digit of floating numbers: one of
    # these hundred blocks is left whole by an overlay without a grid, and no error raised.
    shapes[::2] = shapely.segmentize(shapes[::2], 5e-5)
    tree = shapely.STRtree(shapes)
    blocks = boundaries.blocks_of(cells).geometry.to_numpy()
    covers = [union_all(shapes[tree.query(block, predicate="intersects")]) for block in blocks]
    assert shapely.area(difference(blocks, np.array(covers))).max() < 1e-12


def test_what_an_overlay_gives_draws_nothing_else_onto_its_grid() -> None:
    one, other = np.array([box(0, 0, 10, 10)]), np.array([box(5, 0, 15, 10)])
    results = [*difference(one, other), *intersection(one, other), union_all(one)]
    assert shapely.get_precision(results).tolist() == [0, 0, 0]
