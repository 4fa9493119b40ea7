"""`gridsvc load-process`: the closed loop as a city has it, in place of the one that is shipped."""

from pathlib import Path
from typing import Annotated

import typer

from gridsvc.cli.edition import DryRun, ValidFrom, put_in_force, read_text
from gridsvc.cli.language import say
from gridsvc.incidents.process_file import read_process
from gridsvc.incidents.processes import publish_process


def load_process(
    file: Annotated[
        Path, typer.Argument(help="TOML in UTF-8; see gridsvc/incidents/process.toml.")
    ],
    *,
    valid_from: ValidFrom = None,
    dry_run: DryRun = False,
) -> None:
    """Put a process in force: reports from then on follow it, older cases keep theirs."""
    source = read_text(file)
    steps = len(list(read_process(source).rules()))
    if dry_run:
        say(f"{steps} rules, sound; nothing was written.", f"{steps} 条规则，可用；未写入。")
        return
    number = put_in_force(publish_process, source, valid_from=valid_from)
    say(
        f"Process {number} with {steps} rules: it holds for what is reported from then on.",
        f"流程第 {number} 版（{steps} 条规则）：自生效时起上报的案件适用。",
    )
