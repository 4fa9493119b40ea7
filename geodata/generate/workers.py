"""Grid workers' posts and the grids they look after. A post has a code and no person's name."""

from typing import Final

import geopandas
import numpy as np
import pandas as pd

from geodata.generate.chance import stream
from geodata.generate.organisations import of

_WORKERS_PER_GRID: Final = 13_445 / 15_329
_SECOND: Final = 0.03
"""Share of the workers who help in a grid that has a worker already."""
_COVERING: Final = 0.03
"""Share of the workers who also look after a second grid of their community."""


def employ(grids: geopandas.GeoDataFrame, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Employ workers: fewer than there are grids, as in real cities.

    Parameters
    ----------
    grids : GeoDataFrame
        AreaFrame of the grids.
    seed : int
        The city's seed.

    Returns
    -------
    DataFrame
        Workers: `code` (W and five digits), `organisation` (the community's).
    DataFrame
        Assignments: `worker`, `grid` (codes). Some grids have nobody, some have two workers.
    """
    rng = stream(seed, "workers")
    count = round(_WORKERS_PER_GRID * len(grids))
    second = round(_SECOND * count)
    order = rng.permutation(len(grids))
    first = order[: count - second]
    post = np.sort(np.concatenate([first, rng.choice(first, size=second, replace=False)]))
    workers = pd.DataFrame(
        {
            "code": [f"W{number:05d}" for number in range(1, count + 1)],
            "organisation": of(grids["parent"]).to_numpy()[post],
        },
        dtype=object,
    )
    own = pd.DataFrame({"worker": workers["code"], "grid": grids["code"].to_numpy()[post]})
    covering = _covering(grids, post, workers["code"], rng)
    assignments = pd.concat([own, covering]).drop_duplicates()
    return workers, assignments.sort_values(["worker", "grid"], ignore_index=True)


def _covering(
    grids: geopandas.GeoDataFrame,
    post: np.ndarray[tuple[int], np.dtype[np.int64]],
    codes: pd.Series,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Give some workers the next grid too, where that is in the same community."""
    parent = grids["parent"].to_numpy()
    chosen = np.sort(rng.choice(len(post), size=round(_COVERING * len(post)), replace=False))
    chosen = chosen[post[chosen] + 1 < len(grids)]
    chosen = chosen[parent[post[chosen]] == parent[post[chosen] + 1]]
    beside = grids["code"].to_numpy()[post[chosen] + 1]
    return pd.DataFrame({"worker": codes.to_numpy()[chosen], "grid": beside})
