"""Whether a process can be followed to an end from everywhere, and names all that it uses. Pure."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from gridsvc.errors import Invalid
from gridsvc.incidents.lifecycle import NO_STEPS, OPEN, REVIVES, Action, Field, Process, Status

_BESIDE = frozenset({Status.FILED, Status.DISPATCHED})
"""Where a report or a new map brings a case, whatever the table says."""

_NEEDS = {
    Action.AMEND: Field.AMENDMENT,
    Action.MERGE: Field.INTO,
    Action.SPLIT: Field.PARTS,
}
"""Without which an action would be a word only."""


def check(process: Process) -> None:
    """Refuse a process with a fault, naming each."""
    faults = list(_faults(process))
    if faults:
        raise Invalid(
            "process_unsound",
            en=f"The process cannot be used: {'; '.join(en for en, _ in faults)}.",
            zh=f"流程不可用：{'；'.join(zh for _, zh in faults)}。",
            faults=[{"en": en, "zh": zh} for en, zh in faults],
        )


def _faults(process: Process) -> Iterator[tuple[str, str]]:
    yield from _unnamed(process)
    yield from _without_sense(process)
    if all(rule.target in process.steps for _, _, rule in process.rules()):
        yield from _unreached(process)
        yield from _endless(process)


def _unnamed(process: Process) -> Iterator[tuple[str, str]]:
    used = _BESIDE | set(process.steps) | {rule.target for _, _, rule in process.rules()}
    used |= {Status.REPORTED} if process.collected else set()
    for status in sorted(used - set(process.statuses)):
        yield f"the status {status} has no name", f"状态 {status} 未命名"
    for action in sorted({action for _, action, _ in process.rules()} - set(process.actions)):
        yield f"the action {action} has no name", f"动作 {action} 未命名"
    for status, it in process.statuses.items():
        if it.stage not in process.stages:
            yield (
                f"{status} is of an unknown stage {it.stage}",
                f"{status} 的阶段 {it.stage} 不存在",
            )
        if it.clock is not None and it.clock not in process.clocks:
            yield f"{status} has an unknown clock {it.clock}", f"{status} 的计时 {it.clock} 不存在"


def _without_sense(process: Process) -> Iterator[tuple[str, str]]:
    for status, action, rule in process.rules():
        if action in NO_STEPS:
            yield f"{action} is no step of a table", f"{action} 不能作为流程动作"
        if Field.REASON in rule.requires and not process.reasons.get(action):
            yield f"{action} needs a reason and lists none", f"{action} 需要原因但未列出原因"
        needed = _NEEDS.get(action)
        if needed is not None and needed not in rule.requires:
            yield f"{action} needs `{needed}`", f"{action} 必须要求 {needed}"
        if rule.target in OPEN and status not in OPEN and action not in REVIVES:
            yield f"{action} would open {status} again", f"{action} 会使 {status} 重新打开"


def _unreached(process: Process) -> Iterator[tuple[str, str]]:
    reached = set(_BESIDE) | ({Status.REPORTED} if process.collected else set())
    while further := _next(process, reached) - reached:
        reached |= further
    for status in sorted(set(process.statuses) - reached):
        yield f"nothing leads to {status}", f"没有动作通向 {status}"


def _next(process: Process, reached: AbstractSet[Status]) -> set[Status]:
    return {rule.target for status, _, rule in process.rules() if status in reached}


def _endless(process: Process) -> Iterator[tuple[str, str]]:
    """Find statuses from which no end is reached by steps that need no luck: without a guard."""
    ends = {status for status in process.statuses if status not in OPEN}
    while more := {s for s, _, r in process.rules() if r.target in ends and not r.when} - ends:
        ends |= more
    for status in sorted(set(process.statuses) - ends):
        yield f"no end can be reached from {status}", f"从 {status} 无法到达终点"
