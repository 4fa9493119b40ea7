"""`gridsvc generate`: the generated city as a file."""

from pathlib import Path
from typing import Annotated

import typer

from geodata.generate.city import generate as make_city
from geodata.generate.incidents import incidents
from geodata.generate.plan import Scale
from geodata.generate.write import write_city
from gridsvc.cli.configuration import read_settings
from gridsvc.clock.typed import parse_time
from gridsvc.db.clock import utc_now


def generate(
    file: Annotated[Path, typer.Argument(help="GeoPackage to write.")],
    *,
    scale: Annotated[Scale, typer.Option(help="How large a city to generate.")] = Scale.DISTRICT,
    seed: Annotated[int, typer.Option(min=0, help="Which city; the same seed, the same city.")] = 7,
    days: Annotated[int, typer.Option(min=0, help="With the incidents of so many days.")] = 0,
    until: Annotated[
        str | None, typer.Option(help="Date or time at which they end; now by default.")
    ] = None,
) -> None:
    """Write a generated city: a layer for each level and zone layer, tables beside them."""
    zone = read_settings().zone
    city = make_city(scale, seed=seed)
    end = utc_now() if until is None else parse_time(until, zone)
    reported = incidents(city, days=days, until=end, seed=seed) if days else None
    write_city(city, file, reported=reported)
    typer.echo(str(file))
