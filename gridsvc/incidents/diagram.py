"""Draws a process as a Mermaid state diagram: text that a repository shows as a picture. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from gridsvc.incidents.lifecycle import OPEN, Process, Status, Words

Language = Literal["zh", "en"]


def mermaid(process: Process, language: Language) -> str:
    """Draw the stages with their statuses, and an arrow for every way from one to another."""
    return "\n".join(
        ("stateDiagram-v2", *_stages(process, language), *_arrows(process, language), "")
    )


def _stages(process: Process, language: Language) -> Iterator[str]:
    members = defaultdict[str, list[Status]](list)
    for status, standing in process.statuses.items():
        members[standing.stage].append(status)
    for code, words in process.stages.items():
        yield f'    state "{_said(words, language)}" as stage_{code} {{'
        for status in members[code]:
            named = _said(process.statuses[status].words, language)
            yield f'        state "{named}" as {status}'
        yield "    }"


def _arrows(process: Process, language: Language) -> Iterator[str]:
    if process.collected:
        yield f"    [*] --> {Status.REPORTED}"
    yield f"    [*] --> {Status.FILED}"
    yield f"    [*] --> {Status.DISPATCHED}"
    labels = defaultdict[tuple[Status, Status], dict[str, None]](dict)
    for source, action, rule in process.rules():
        if rule.target is not source:  # Staying where it is would be a loop on every status.
            labels[source, rule.target][_said(process.actions[action], language)] = None
    for (source, target), actions in labels.items():
        yield f"    {source} --> {target}: {' / '.join(actions)}"
    for status in process.statuses:
        if status not in OPEN:
            yield f"    {status} --> [*]"


def _said(words: Words, language: Language) -> str:
    said = words.zh if language == "zh" else words.en
    return said.replace('"', "'").replace(":", " ").replace("\n", " ")
