"""What was done to the records behind the service's back, in words. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """In what a case's rows, or the audit log's, are not as the service writes them."""

    ALTERED = "altered"
    UNLINKED = "unlinked"
    MISSING = "missing"
    CUT = "cut"
    ADDED = "added"
    ORPHAN = "orphan"
    STATUS = "status"
    OWNER = "owner"
    DUE = "due"
    ENTRY_ADDED = "entry_added"
    ENTRY_ALTERED = "entry_altered"
    ENTRY_MISSING = "entry_missing"
    LINK_MISSING = "link_missing"


_WORDS: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.ALTERED: (
        "event {sequence} says something else than was hashed",
        "第 {sequence} 条事件的内容与其哈希不符（已被修改）",
    ),
    Fault.UNLINKED: (
        "event {sequence} does not follow on the one before: one of them was put there",
        "第 {sequence} 条事件与前一条不衔接（有事件被替换或插入）",
    ),
    Fault.MISSING: (
        "events {sequence} to {until} are missing",
        "缺少第 {sequence} 至 {until} 条事件",
    ),
    Fault.CUT: (
        "events {sequence} to {until}, the last ones, are missing",
        "缺少末尾第 {sequence} 至 {until} 条事件",
    ),
    Fault.ADDED: (
        "its row is at version {version}: events from {sequence} on were added, or it was set back",
        "案件为第 {version} 版，自第 {sequence} 条起的事件系后加，或案件行被改回旧版",
    ),
    Fault.ORPHAN: (
        "its events, from {sequence} on, have no case any more",
        "案件已不存在，仅余自第 {sequence} 条起的事件",
    ),
    Fault.STATUS: (
        "its row says {row}, its last event, {sequence}, {told}",
        "案件行的状态为 {row}，而末条事件（第 {sequence} 条）为 {told}",
    ),
    Fault.OWNER: (
        "its row says that {row} leads it; by its events, event {sequence} the last, {told} does",
        "案件行的责任单位为 {row}，而按事件（至第 {sequence} 条）应为 {told}",
    ),
    Fault.DUE: (
        "its row says due {row}, event {sequence} {told}",
        "案件行的截止时间为 {row}，而第 {sequence} 条事件为 {told}",
    ),
    Fault.ENTRY_ADDED: (
        "an entry of {at} was put in after later ones had been chained",
        "{at} 的一条记录是事后补入的",
    ),
    Fault.ENTRY_ALTERED: (
        "entry {sequence}, of {at}, says something else than was chained",
        "第 {sequence} 条记录（{at}）与链不符（已被修改）",
    ),
    Fault.ENTRY_MISSING: (
        "entry {sequence}, of {at}, is missing",
        "缺少第 {sequence} 条记录（{at}）",
    ),
    Fault.LINK_MISSING: (
        "links {sequence} to {until} of the chain are missing",
        "链中缺少第 {sequence} 至 {until} 环",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault: of which case, and since which of its events nothing is certain."""

    fault: Fault
    case: str
    """The case's reference, or its id where only that is left; or the name of the log."""
    sequence: int
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def en(self) -> str:
        """Say it in English."""
        return f"{self.case}: {self._said(0)}."

    @property
    def zh(self) -> str:
        """Say it in Chinese."""
        return f"{self.case}：{self._said(1)}。"

    def _said(self, language: int) -> str:
        return _WORDS[self.fault][language].format(sequence=self.sequence, **self.detail)
