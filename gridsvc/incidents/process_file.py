"""Reads a process from its file, and says of everything that cannot be what it is and where."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from gridsvc.auth.policy import Permission
from gridsvc.clock.limit import Limit, parse_limit
from gridsvc.errors import Invalid
from gridsvc.incidents.facts import GUARDS
from gridsvc.incidents.lifecycle import (
    Action,
    Field,
    Process,
    Rule,
    StageClock,
    Standing,
    Status,
    Words,
)
from gridsvc.incidents.process_checks import check

SHIPPED = Path(__file__).parent / "process.toml"
_OF_THE_CASE = "case"

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Channel = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Named(_Part):
    zh: Sentence
    en: Sentence

    @property
    def words(self) -> Words:
        return Words(self.zh, self.en)


def _guard(name: object) -> object:
    if name not in GUARDS:
        raise PydanticCustomError(
            "unknown_guard",
            "there is no guard {name}; there are: {known}",
            {"name": str(name), "known": ", ".join(GUARDS), "zh": f"没有条件 {name}"},
        )
    return name


def _limit(text: object) -> Limit | None:
    if text == _OF_THE_CASE:
        return None
    try:
        return parse_limit(str(text))
    except Invalid as error:
        raise PydanticCustomError("limit", "{en}", {"en": error.en, "zh": error.zh}) from error


class _Clock(_Named):
    limit: Annotated[Any, BeforeValidator(_limit)]
    resumes: bool


class _Status(_Named):
    stage: str
    clock: str | None = None


class _Step(_Part):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    sources: list[Status]
    action: Action
    to: Status | None = None
    permission: Permission
    requires: tuple[Field, ...] = ()
    when: tuple[Annotated[str, BeforeValidator(_guard)], ...] = ()

    def rule(self, source: Status) -> Rule:
        """Make the rule for one status; without `to` the case stays where it is."""
        return Rule(self.to or source, self.permission, self.requires, self.when)


class _File(_Part):
    name: _Named
    collected: frozenset[Channel]
    stages: dict[str, _Named]
    clocks: dict[str, _Clock]
    statuses: dict[Status, _Status]
    actions: dict[Action, _Named]
    reasons: dict[Action, dict[str, _Named]] = {}
    steps: list[_Step]

    def process(self) -> Process:
        return Process(
            name=self.name.words,
            collected=self.collected,
            stages=_words(self.stages),
            clocks={
                code: StageClock(it.words, it.limit, it.resumes) for code, it in self.clocks.items()
            },
            statuses={
                status: Standing(it.words, it.stage, it.clock)
                for status, it in self.statuses.items()
            },
            actions={action: it.words for action, it in self.actions.items()},
            reasons={action: _words(them) for action, them in self.reasons.items()},
            steps=_table(self.statuses, self.steps),
        )


def _words(named: Mapping[str, _Named]) -> Mapping[str, Words]:
    return {code: it.words for code, it in named.items()}


def _table(
    statuses: Mapping[Status, object], steps: Sequence[_Step]
) -> Mapping[Status, Mapping[Action, Sequence[Rule]]]:
    table: dict[Status, dict[Action, tuple[Rule, ...]]] = {status: {} for status in statuses}
    for step in steps:
        for source in step.sources:
            rules = table.setdefault(source, {})
            rules[step.action] = (*rules.get(step.action, ()), step.rule(source))
    return table


def read_process(text: str) -> Process:
    """Read a process and check it; one that could trap a case is refused."""
    try:
        found = _File.model_validate(_renamed(tomllib.loads(text))).process()
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            "process_unreadable",
            en=f"The process is not TOML: {error}.",
            zh=f"流程文件不是有效的 TOML：{error}。",
        ) from error
    except ValidationError as error:
        raise _refused(error) from error
    check(found)
    return found


def _renamed(document: dict[str, Any]) -> dict[str, Any]:
    """Give `from`, which is a word of Python's, another name."""
    steps = document.get("steps")
    if isinstance(steps, list):
        document["steps"] = [
            {"sources" if key == "from" else key: value for key, value in step.items()}
            if isinstance(step, dict)
            else step
            for step in steps
        ]
    return document


def _refused(error: ValidationError) -> Invalid:
    first = error.errors(include_url=False)[0]
    where = ".".join(map(str, first["loc"])).replace("sources", "from")
    return Invalid(
        "process_invalid",
        en=f"{where} of the process: {first['msg']}.",
        zh=f"流程文件的 {where} 有误：{first.get('ctx', {}).get('zh', '缺失或取值无效')}。",
        field=where,
    )


@cache
def shipped() -> Process:
    """Give the process that the program brings along."""
    return read_process(SHIPPED.read_text(encoding="utf-8"))
