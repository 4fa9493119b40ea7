"""`gridsvc load-indicators`: a city's own definitions, in place of those that are shipped."""

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.edition import DryRun, ValidFrom, put_in_force, read_text
from gridsvc.cli.language import say
from gridsvc.indicators.edition_file import read_edition
from gridsvc.indicators.editions import publish_edition


def load_indicators(
    file: Annotated[
        Path, typer.Argument(help="TOML in UTF-8; see gridsvc/indicators/indicators.toml.")
    ],
    *,
    valid_from: ValidFrom = None,
    dry_run: DryRun = False,
) -> None:
    """Put definitions of indicators in force: figures asked for as of then go by them."""
    source = read_text(file)
    count = len(read_edition(source).figures())
    if dry_run:
        say(f"{count} indicators, sound; nothing was written.", f"{count} 项指标，可用；未写入。")
        return
    number = put_in_force(publish_edition, source, valid_from=valid_from)
    say(
        f"Edition {number} with {count} indicators is in force from then on.",
        f"指标定义第 {number} 版（{count} 项）：自生效时起采用。",
    )
