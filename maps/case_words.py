"""What the map of one case says beside its decision: what was before, what is near."""

from collections.abc import Mapping
from typing import Final

AROUND_A_CASE: Final[Mapping[str, tuple[str, str]]] = {
    "around": ("经过与周边", "Before it and around it"),
    "passed": ("判责经过", "How it was decided, and where it was"),
    "decided_at": ("判责时间", "Decided"),
    "why": ("理由", "Why"),
    "earlier_place": ("此前的位置", "Where it was before"),
    "near_cases": ("周边案件（{metres} 内）", "Cases within {metres}"),
    "near_open": ("周边未结案件", "Open cases near"),
    "near_overdue": ("周边超期案件", "Overdue cases near"),
    "near_ended": ("周边已结案件", "Cases near that are over"),
    "near_components": ("周边部件（{metres} 内）", "Components within {metres}"),
    "near_component": ("周边部件", "Components near"),
    "case": ("案件", "Case"),
    "component": ("部件", "Component"),
    "owner": ("权属单位", "Owner"),
    "distance": ("距离", "Distance"),
    "open_case": ("打开案件", "Open the case"),
}
