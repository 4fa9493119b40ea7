"""`gridsvc generate`: the generated city as a file."""

from pathlib import Path
from typing import Annotated

import typer

from geodata.generate.city import generate as make_city
from geodata.generate.plan import Scale
from geodata.generate.write import write_city


def generate(
    file: Annotated[Path, typer.Argument(help="GeoPackage to write.")],
    *,
    scale: Annotated[Scale, typer.Option(help="How large a city to generate.")] = Scale.DISTRICT,
    seed: Annotated[int, typer.Option(min=0, help="Which city; the same seed, the same city.")] = 7,
) -> None:
    """Write a generated city: a layer for each level and zone layer, tables beside them."""
    write_city(make_city(scale, seed=seed), file)
    typer.echo(str(file))
