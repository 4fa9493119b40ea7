"""What is reported in a made-up city: where, when, what, by whom, and how far it has got."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geodata.generate.catalogue import shares
from geodata.generate.chance import stream
from geodata.generate.city import City
from geodata.generate.components import beside
from geodata.generate.moments import report_times
from geodata.generate.names import Texts
from geodata.generate.plan import Counts
from geodata.generate.progress import progress
from geodata.generate.roads import ROADS, numbers_at
from geodata.generate.spots import Spots, spots
from geodata.generate.terrain import PLANE, Floats
from geodata.generate.wording import descriptions

_PER_DAY_AND_MILLION: Final = 570
_CHANNELS: Final = {
    "worker_app": (0.62, 8.0),
    "patrol": (0.20, 6.0),
    "hotline": (0.10, 60.0),
    "citizen_app": (0.08, 18.0),
    "sensor": (0.0, 2.0),
}
"""Channel -> its share, median accuracy in metres. Sensors take theirs from what they can see."""
_SENSED: Final = ("E0109", "E0302", "E0403", "E0504", "C0302", "C0106")
_BY_SENSOR: Final = 0.25
_BY_WORKER: Final = ("worker_app", "patrol")
_NO_ADDRESS: Final = 0.1
_SLOW_MINUTES: Final = {"hotline": 150.0, "citizen_app": 40.0}
"""Mean time from seeing a thing to reporting it, a few minutes elsewhere."""


def incidents(
    city: City, *, days: int, until: datetime, seed: int = 7, per_day: float | None = None
) -> pd.DataFrame:
    """Make the incidents of a time.

    Parameters
    ----------
    city : City
        Where they happen.
    days : int
        How many days before `until`, at least one.
    until : datetime
        The end of the time, with a time zone: how far each matter has got is as of then.
    seed : int
        Which incidents, not negative.
    per_day : float, optional
        How many a day; by default 570 for each million people.

    Returns
    -------
    DataFrame
        In the order of `reported_at`: `reported_at`, `occurred_at` (datetime64[us, UTC]),
        `category` (code), `lon`, `lat` (float64, EPSG:4326, as measured: off by about the
        accuracy), `accuracy_m` (float64), `channel` (`worker_app`, `patrol`, `hotline`,
        `citizen_app`, `sensor`), `address` (str, None for a tenth), `description` (str),
        `worker` (code of the reporting worker or None), `progress` (`filed`, `dispatched`,
        `handling`, `handled`, `closed`, `rejected`), `finished_after_h` (float64, hours from the
        report until it was closed or rejected, NaN while it is open).

    Raises
    ------
    ValueError
        `until` has no time zone, or `days` is less than one.
    """
    if until.tzinfo is None or days < 1:
        raise ValueError(f"days must be 1 or more and until have a time zone: {days}, {until}")
    rng = stream(seed, "incidents")
    daily = _default_rate(city) if per_day is None else per_day
    count = round(daily * days)
    reported = report_times(count, days=days, until=until, rng=rng)
    where = spots(city, count, rng=rng)
    category = _categories(city, rng=rng, count=count)[where.same_matter]
    where = replace(where, xy=beside(city.components, category, where.xy))
    channel = _channels(category, rng)
    accuracy = _accuracy(channel, rng)
    measured = PLANE.to_degrees(where.xy + accuracy[:, None] / 2 * rng.normal(size=(count, 2)))
    state, finished = progress(city.categories, category, reported, until=until, rng=rng)
    table: dict[str, pd.Index | Texts | Floats] = {
        "reported_at": reported,
        "occurred_at": reported - _delay(channel, rng),
        "category": category,
        "lon": measured[:, 0],
        "lat": measured[:, 1],
        "accuracy_m": accuracy,
        "channel": channel,
        "address": _addresses(city, where, rng),
        "description": descriptions(category, rng),
        "worker": _workers(city, where.grid, channel),
        "progress": state,
        "finished_after_h": finished,
    }
    return pd.DataFrame({name: _column(values) for name, values in table.items()})


def _column(values: pd.Index | Texts | Floats) -> pd.Series:
    # Left to itself pandas would give text another dtype, whose missing value is NaN.
    return pd.Series(values, dtype=values.dtype)


def _default_rate(city: City) -> float:
    people = int(city.levels["district"]["population"].sum())
    return _PER_DAY_AND_MILLION * people / 1e6


def _categories(city: City, *, rng: np.random.Generator, count: int) -> Texts:
    codes = city.categories["code"].to_numpy()
    share = shares().loc[codes].to_numpy()
    return np.asarray(codes[rng.choice(len(codes), size=count, p=share)])


def _channels(category: Texts, rng: np.random.Generator) -> Texts:
    usual = [share for share, _ in _CHANNELS.values()]
    drawn = rng.choice(len(usual), size=len(category), p=usual)
    channel = np.array(list(_CHANNELS), dtype=object)[drawn]
    sensed = np.isin(category.astype(str), _SENSED) & (rng.uniform(size=len(category)) < _BY_SENSOR)
    channel[sensed] = "sensor"
    return channel


def _accuracy(channel: Texts, rng: np.random.Generator) -> Floats:
    median = _per_channel(channel, {name: metres for name, (_, metres) in _CHANNELS.items()})
    drawn = median * rng.lognormal(0, 0.5, size=len(channel))
    return np.asarray(np.round(np.clip(drawn, 1, 300), 1), dtype=np.float64)


def _per_channel(channel: Texts, values: Mapping[str, float], default: float = 0.0) -> Floats:
    mapped = pd.Series(channel).map(dict(values))
    return np.asarray(mapped.fillna(default), dtype=np.float64)


def _delay(channel: Texts, rng: np.random.Generator) -> pd.TimedeltaIndex:
    minutes = _per_channel(channel, _SLOW_MINUTES, default=4.0)
    seconds = np.rint(60 * minutes * rng.exponential(size=len(channel)))
    return pd.to_timedelta(seconds, unit="s").as_unit("us")


def _addresses(city: City, where: Spots, rng: np.random.Generator) -> Texts:
    """Name the nearest road of the community with the number beside it, the street before it."""
    grids = city.levels["grid"]
    community = city.levels["community"]["code"].searchsorted(grids["parent"])[where.grid]
    choice = ROADS * community[:, None] + np.arange(ROADS)
    roads = city.roads.geometry.to_numpy()
    points = shapely.points(PLANE.to_degrees(where.xy))
    nearest = shapely.distance(roads[choice], points[:, None]).argmin(axis=1)
    road = choice[np.arange(len(choice)), nearest]
    number = numbers_at(roads[road], where.xy).astype(str).astype(object)
    address = _streets(city)[where.grid] + city.roads["name"].to_numpy()[road] + number + "号"
    address[rng.uniform(size=len(road)) < _NO_ADDRESS] = None
    return np.asarray(address)


def _streets(city: City) -> Texts:
    """Name the district and the street of each grid."""
    street, district = (city.levels[level].set_index("code") for level in ("street", "district"))
    codes = city.levels["grid"]["code"].str
    found = district["name"].loc[codes[:6]].to_numpy() + street["name"].loc[codes[:9]].to_numpy()
    return np.asarray(found)


def _workers(city: City, grid: Counts, channel: Texts) -> Texts:
    """Find the grid's own worker, or one of its community, for reports that workers make."""
    grids = city.levels["grid"]
    own = city.assignments.drop_duplicates("grid").set_index("grid")["worker"]
    community = own.groupby(own.index.str[:12]).first()
    found = own.reindex(grids["code"]).to_numpy(dtype=object)
    instead = community.reindex(grids["parent"]).to_numpy(dtype=object)
    worker = np.where(pd.isna(found), instead, found)[grid]
    worker[~np.isin(channel.astype(str), _BY_WORKER) | pd.isna(worker)] = None
    return worker
