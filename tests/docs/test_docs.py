"""The documents do what they say: their commands run, and their tables are those of the code."""

from pathlib import Path
from typing import Any

import pytest
import typer.main
from fastapi.openapi.utils import get_openapi

from geodata.explain import explain
from geodata.findings import ACCEPTABLE, Fault
from geodata.repair import Fix
from gridsvc.casework.tabs import TABS
from gridsvc.cli.calendar import DAY_COLUMNS, HOUR_COLUMNS
from gridsvc.cli.main import command_line
from gridsvc.cli.table import COLUMNS, Table
from gridsvc.clock.limit import Unit, parse_limit
from gridsvc.incidents import endpoints as incidents
from gridsvc.incidents.diagram import Language, mermaid
from gridsvc.incidents.process_file import shipped
from gridsvc.incidents.schemas import IncidentReport
from gridsvc.indicators.edition_file import shipped as shipped_indicators
from gridsvc.indicators.vocabulary import Condition
from gridsvc.routing.facts import Outcome
from gridsvc.routing.order import OUT_OF_ORDER, REASONS
from gridsvc.rules.findings import WARNINGS
from gridsvc.rules.findings import Fault as RuleFault
from gridsvc.settings import Settings
from gridsvc.web.words import WORDS
from tests.docs.markdown import ROOT, links, make_targets, table
from tests.docs.shell import untrue
from tests.roles import SHIPPED
from tests.served import Served

WITH_COMMANDS = (
    "docs/reporting.md",
    "docs/command-centre.md",
    "docs/planners.md",
    "docs/operation.md",
    "docs/calendars.md",
    "docs/categories.md",
    "docs/attachments.md",
)
ALL = sorted(
    str(file.relative_to(ROOT)) for file in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
)


@pytest.mark.parametrize("document", WITH_COMMANDS)
def test_commands_run_and_answer_as_shown(
    document: str, service: Served, programs: Path, tmp_path: Path
) -> None:
    assert untrue(document, service, tmp_path, programs=programs) == []


@pytest.mark.parametrize("document", ALL)
def test_links_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    assert [target for target in links(document) if not (folder / target).exists()] == []


@pytest.mark.parametrize("document", ALL)
def test_make_targets_exist(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = {
        line.partition(":")[0] for line in makefile.splitlines() if ": " in line or "##" in line
    }
    assert make_targets(document) <= known


def test_every_field_of_a_report_is_explained() -> None:
    told = table("docs/reporting.md", "Field", "Required", "Meaning")
    fields = IncidentReport.model_fields
    assert {name: required == "yes" for name, required, _ in told} == {
        name: field.is_required() for name, field in fields.items()
    }


def test_every_outcome_is_explained() -> None:
    told = table("docs/reporting.md", "outcome", "status", "What it means")
    assert [row[0] for row in told] == list(Outcome)


def test_the_table_of_steps_is_that_of_the_process() -> None:
    told = table(
        "docs/closed-loop.md", "Status", "Action", "Leads to", "Permission", "Says", "When"
    )
    assert told == [
        [status, action, rule.target, rule.permission, says, when]
        for status, action, rule in shipped().rules()
        for says, when in [(", ".join(rule.requires), ", ".join(rule.when))]
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_diagram_is_drawn_from_the_process(language: Language) -> None:
    told = (ROOT / "docs/closed-loop.md").read_text(encoding="utf-8")
    drawn = [part.partition("```")[0] for part in told.split("```mermaid\n")[1:]]
    assert mermaid(shipped(), language) in drawn
    assert len(drawn) == 2


def test_the_table_of_roles_is_what_is_shipped() -> None:
    told = table("docs/administrators.md", "Role", "名称", "Duty", "Sees", "Permissions")
    assert sorted(told) == sorted(
        [row["code"], row["name"], row["duty"], row["sees"], ", ".join(sorted(row["permissions"]))]
        for row in SHIPPED.values()
    )


def test_the_table_of_tabs_is_that_of_the_queue() -> None:
    told = table("docs/daily-work.md", "Tab", "队列", "Permission", "Holds")
    names = [WORDS[f"queue_{tab.name}"] for tab in TABS]
    assert [row[:3] for row in told] == [
        [name["en"], name["zh"], tab.permission] for name, tab in zip(names, TABS, strict=True)
    ]


def test_the_indicators_are_those_that_are_shipped() -> None:
    head = ("Indicator", "名称", "Version", "Moment", "Numerator", "Denominator", "Better")
    assert table("docs/indicators.md", *head) == [
        [
            it.code,
            it.name.zh,
            str(it.version),
            str(it.moment),
            ", ".join(it.numerator),
            ", ".join(it.denominator),
            "less" if it.less_is_better else "more",
        ]
        for it in shipped_indicators().indicators.values()
    ]
    told = table("docs/indicators.md", "Condition", "Holds for a case that …")
    assert [row[0] for row in told] == list(Condition)


def test_every_kind_of_finding_is_explained() -> None:
    told = table("docs/planners.md", "Finding", "Severity", "Means", "What to do", "Repair")
    assert [(row[0], row[4]) for row in told] == [
        (str(fault), str(explain(fault).fix or "")) for fault in Fault
    ]
    acceptable = {row[0] for row in told if "accept it" in row[3]}
    assert acceptable == ACCEPTABLE


def test_every_repair_is_explained() -> None:
    assert [row[0] for row in table("docs/planners.md", "--repair", "Does")] == list(Fix)


def test_every_command_is_explained() -> None:
    told = table("docs/operation.md", "Command", "Does")
    assert [row[0] for row in told] == list(commands())


def test_every_option_of_load_is_explained() -> None:
    told = table("docs/planners.md", "Option", "Meaning")
    named = {option for row in told for option in row[0].split(", ")}
    options = {parameter.opts[0] for parameter in commands()["load"].params}
    assert named == {option for option in options if option.startswith("--")}


def test_every_option_of_load_assets_is_explained() -> None:
    told = table("docs/planners.md", "Option of load-assets", "Meaning")
    named = {option for row in told for option in row[0].split(", ")}
    options = {parameter.opts[0] for parameter in commands()["load-assets"].params}
    assert named == {option for option in options if option.startswith("--")}


def commands() -> dict[str, Any]:
    found: dict[str, Any] = typer.main.get_command(command_line()).commands  # type: ignore[attr-defined]  # a group
    return found


def test_every_filter_of_a_list_is_explained() -> None:
    told = table("docs/command-centre.md", "Filter", "Takes")
    described = get_openapi(title="-", version="-", routes=incidents.router.routes)
    parameters = described["paths"]["/v1/incidents"]["get"]["parameters"]
    asked = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
    assert {name for row in told for name in row[0].split(", ")} == asked


def test_every_column_of_the_tables_is_named() -> None:
    told = table("docs/planners.md", "Table", "Columns; those in brackets may be empty or left out")
    assert {row[0]: row[1].split(", ") for row in told} == {
        str(what): [column.name if column.required else f"[{column.name}]" for column in columns]
        for what, columns in COLUMNS.items()
    }


@pytest.mark.parametrize("what", [Table.RULES, Table.BORDERS, Table.SPECIAL_DAYS])
def test_every_column_about_rules_is_explained(what: Table) -> None:
    told = table("docs/planners.md", f"Column of {what}", "Means", "Example")
    named = {name for row in told for name in row[0].split(", ")}
    assert named == {column.name for column in COLUMNS[what]}


def test_every_finding_about_rules_is_explained() -> None:
    told = table("docs/planners.md", "Finding about rules", "Severity", "What to do")
    severities = {name: row[1] for row in told for name in row[0].split(", ")}
    assert severities == {
        fault.value: "warning" if fault in WARNINGS else "error" for fault in RuleFault
    }


def test_every_reason_for_losing_is_explained() -> None:
    told = table("docs/planners.md", "lost_by", "The one picked …")
    assert [reason for row in told for reason in row[0].split(", ")] == [*REASONS, *OUT_OF_ORDER]


def test_every_setting_is_explained_with_its_default() -> None:
    told = table("docs/operation.md", "Variable", "Default", "Meaning")
    assert {row[0]: row[1] for row in told} == {
        f"GRIDSVC_{name.upper()}": _shown(field.default)
        for name, field in Settings.model_fields.items()
    }


def _shown(default: object) -> str:
    if default in {None, ""}:
        return "–"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def test_every_unit_of_a_limit_is_explained() -> None:
    told = table("docs/calendars.md", "limit_unit", "In a standard", "Its clock")
    assert [row[0] for row in told] == list(Unit)
    for unit, worded, _ in told:
        assert {parse_limit(f"2{word}").unit for word in worded.split(", ")} == {unit}


def test_every_column_of_a_calendar_is_named() -> None:
    told = table("docs/calendars.md", "File", "Columns; those in brackets may be empty or left out")
    for (_, named), columns in zip(told, (DAY_COLUMNS, HOUR_COLUMNS), strict=True):
        assert named.split(", ") == [c.name if c.required else f"[{c.name}]" for c in columns]
