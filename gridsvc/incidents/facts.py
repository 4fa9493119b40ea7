"""What a step may depend on besides the status, and the guards that ask for it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gridsvc.errors import Conflict, GridsvcError, NotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a case at the time of a step."""

    own: bool = False
    """Whether the caller has reported it."""
    refusals: int = 0
    """How often an owner has refused it, the arbitration's not counted."""
    refused: bool = False
    """Whether its owner has refused it, and nobody has chosen one since."""
    arbitrated: bool = False


NOTHING: Final = Facts()


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a step, and what is said to who does not meet it."""

    holds: Callable[[Facts], bool]
    code: str
    en: str
    zh: str
    error: type[GridsvcError] = Conflict

    @property
    def refusal(self) -> GridsvcError:
        """Make the error of it."""
        return self.error(self.code, en=self.en, zh=self.zh, field="action")


GUARDS: Final[Mapping[str, Guard]] = {
    "own_report": Guard(
        lambda facts: facts.own,
        "not_yours",
        en="Only who reported an incident may withdraw it.",
        zh="只有上报人可以撤回案件。",
        error=NotAllowed,
    ),
    "first_refusal": Guard(
        lambda facts: facts.refusals == 0,
        "refused_before",
        en="It was refused before; a second refusal goes to arbitration.",
        zh="该案件已被退单一次；再次退单须提交裁定。",
    ),
    "not_refused": Guard(
        lambda facts: not facts.refused,
        "refused",
        en="Its owner has refused it: choose an owner.",
        zh="责任单位已退单，请重新指定责任单位。",
    ),
    "not_arbitrated": Guard(
        lambda facts: not facts.arbitrated,
        "arbitrated",
        en="Who is responsible was settled by arbitration: it cannot be refused any more.",
        zh="责任单位已经裁定，不能再退单。",
    ),
}
"""By the names that a process uses."""
