"""What somebody corrects about an open case: its category, its place, or both at once. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridsvc.errors import Invalid
from gridsvc.incidents.events import Told
from gridsvc.incidents.lifecycle import Action


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in WGS84, and how good its fix is, if that is known."""

    lon: float
    lat: float
    accuracy_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What is to be other than it was reported; None stays."""

    category: str | None = None
    scheme: str | None = None
    condition: str | None = None
    location: Spot | None = None
    address: str | None = None
    asset: str | None = None
    """Code of the component that is meant."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is of another class or at another place: not about its component any more."""
        return self.category is not None or self.location is not None


def component_of(events: Sequence[Told]) -> str | None:
    """Find the component that a case is about: the one that its report or an amendment named."""
    named: str | None = events[0].detail["report"].get("asset")
    for event in events[1:]:
        if event.action == Action.AMEND:
            named = event.detail["after"].get("asset", named)
    return named


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what an amendment changed, for the case's chain; one that changes nothing is refused."""
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        raise Invalid(
            "amendment_empty",
            en="That is what the case says already: name another category, condition or place.",
            zh="与案件现有内容相同，请填写不同的类别、立案条件或位置。",
            field="amendment",
        )
    return {
        "before": {name: before[name] for name in changed},
        "after": {name: after[name] for name in changed},
    }
