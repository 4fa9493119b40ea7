"""`gridsvc doctor`: one line for each thing that the program needs."""

from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from gridsvc.cli.configuration import read_settings
from gridsvc.cli.language import spoken
from gridsvc.doctor.examination import examine
from gridsvc.doctor.finding import Finding, Verdict

_MARKS = {Verdict.RIGHT: "✓", Verdict.WRONG: "✗", Verdict.SKIPPED: "-"}
_COLOURS = {Verdict.RIGHT: "green", Verdict.WRONG: "red", Verdict.SKIPPED: "yellow"}


def doctor(
    *, json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Say what is right and wrong with this set-up; the exit code is 1 if anything is wrong."""
    findings = examine(read_settings())
    healthy = all(finding.verdict is not Verdict.WRONG for finding in findings)
    if json:
        report = {"healthy": healthy, "findings": [asdict(finding) for finding in findings]}
        typer.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    else:
        for finding in findings:
            _print(finding)
    raise typer.Exit(0 if healthy else 1)


def _print(finding: Finding) -> None:
    mark = typer.style(_MARKS[finding.verdict], fg=_COLOURS[finding.verdict])
    typer.echo(f"{mark} {finding.check:<12} {spoken(finding)}")
