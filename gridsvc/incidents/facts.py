"""What a step may depend on besides the status, and the guards that ask for it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

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
    extensions: int = 0
    extension_asked: bool = False
    suspensions: int = 0
    suspension_asked: bool = False
    until: str | None = None
    """When the suspension that was asked for is to end."""
    appealed: bool = False
    appeal_open: bool = False
    suspension_agreed: UUID | None = None
    appeal_agreed: UUID | None = None
    """Who agreed to what is open, at the first level."""
    caller: UUID | None = None
    overdue: bool = False
    """Whether its handling takes, or took, longer than its limit."""
    whistled: bool = False
    """Whether others are called to it by a whistle that has not ended."""
    owner_stays: bool = True
    """Whether a correction leaves it with whoever has it."""
    parts_open: int = 0
    """How many of its parts go on."""
    is_part: bool = False
    parted: bool = False
    """Whether it was split."""
    parent_ended: bool = False
    """Whether what it is a part of has ended."""
    gathers: bool = False
    """Whether others were merged into it."""


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
    "no_whistle": Guard(
        lambda facts: not facts.whistled,
        "whistle_running",
        en="Departments are called to it by a whistle: end that first.",
        zh="本案正在吹哨，须先结束吹哨。",
    ),
    "own_report": Guard(
        lambda facts: facts.own,
        "not_yours",
        en="Only who reported an incident may withdraw it.",
        zh="只有上报人可以撤回案件。",
        error=NotAllowed,
    ),
    "parts_ended": Guard(
        lambda facts: facts.parts_open == 0,
        "parts_open",
        en="Parts of it go on: it ends after them.",
        zh="尚有拆分的子案件未办结，须待其办结后再办结本案。",
    ),
    "never_split": Guard(
        lambda facts: not facts.parted,
        "split_before",
        en="It was split already.",
        zh="该案件已拆分。",
    ),
    "no_part": Guard(
        lambda facts: not facts.is_part,
        "part_of_another",
        en="It is itself a part of a case: a part has no parts.",
        zh="该案件本身是子案件，不能再拆分。",
    ),
    "whole_goes_on": Guard(
        lambda facts: not facts.parent_ended,
        "whole_ended",
        en="The case that it is a part of has ended: open that one first.",
        zh="所属主案件已办结，请先将主案件重新立案。",
    ),
    "owner_stays": Guard(
        lambda facts: facts.owner_stays,
        "owner_changes",
        en="Corrected like that it would be another's: take it back from its owner first.",
        zh="更正后责任单位将改变，请先回退。",
    ),
    "stands_alone": Guard(
        lambda facts: not facts.gathers,
        "others_merged",
        en="Other reports were merged into it: separate them first.",
        zh="已有其他案件并入本案，请先将其拆出。",
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
    "not_overdue": Guard(
        lambda facts: not facts.overdue,
        "overdue",
        en="It is overdue already: it is too late to ask for that.",
        zh="案件已超期，不能再申请。",
    ),
    "overdue": Guard(
        lambda facts: facts.overdue,
        "not_overdue",
        en="It is not overdue: there is nothing to appeal against.",
        zh="案件未超期，无需申诉。",
    ),
    "extensions_left": Guard(
        lambda facts: facts.extensions < 2,
        "extended_twice",
        en="It was extended twice already.",
        zh="该案件已延期两次，不能再延期。",
    ),
    "first_extension": Guard(
        lambda facts: facts.extensions == 0,
        "extended_before",
        en="It was extended before; a second extension is decided a level above.",
        zh="该案件已延期一次，再次延期须由上一级审批。",
    ),
    "no_extension_asked": Guard(
        lambda facts: not facts.extension_asked,
        "extension_asked",
        en="An extension was asked for already and is not decided yet.",
        zh="已有延期申请，尚未审批。",
    ),
    "extension_asked": Guard(
        lambda facts: facts.extension_asked,
        "no_extension_asked",
        en="Nobody has asked for an extension.",
        zh="没有待审批的延期申请。",
    ),
    "never_suspended": Guard(
        lambda facts: facts.suspensions == 0,
        "suspended_before",
        en="It was suspended before; a case is suspended once.",
        zh="该案件已挂账一次，不能再挂账。",
    ),
    "no_suspension_asked": Guard(
        lambda facts: not facts.suspension_asked,
        "suspension_asked",
        en="A suspension was asked for already and is not decided yet.",
        zh="已有挂账申请，尚未审批。",
    ),
    "suspension_asked": Guard(
        lambda facts: facts.suspension_asked,
        "no_suspension_asked",
        en="Nobody has asked for a suspension.",
        zh="没有待审批的挂账申请。",
    ),
    "never_appealed": Guard(
        lambda facts: not facts.appealed,
        "appealed_before",
        en="It was appealed against before.",
        zh="该案件已申诉过。",
    ),
    "appeal_open": Guard(
        lambda facts: facts.appeal_open,
        "no_appeal",
        en="There is no appeal to be decided.",
        zh="没有待审核的申诉。",
    ),
    "suspension_not_agreed": Guard(
        lambda facts: facts.suspension_agreed is None,
        "agreed_before",
        en="The first level has agreed already.",
        zh="一级审核已通过。",
    ),
    "suspension_agreed": Guard(
        lambda facts: facts.suspension_agreed is not None,
        "not_agreed",
        en="The first level has yet to agree.",
        zh="尚未通过一级审核。",
    ),
    "suspension_by_another": Guard(
        lambda facts: facts.suspension_agreed != facts.caller,
        "same_person",
        en="The second level is for somebody else than the first.",
        zh="二级审核须由另一人进行。",
        error=NotAllowed,
    ),
    "appeal_not_agreed": Guard(
        lambda facts: facts.appeal_agreed is None,
        "agreed_before",
        en="The first level has agreed already.",
        zh="一级审核已通过。",
    ),
    "appeal_agreed": Guard(
        lambda facts: facts.appeal_agreed is not None,
        "not_agreed",
        en="The first level has yet to agree.",
        zh="尚未通过一级审核。",
    ),
    "appeal_by_another": Guard(
        lambda facts: facts.appeal_agreed != facts.caller,
        "same_person",
        en="The second level is for somebody else than the first.",
        zh="二级审核须由另一人进行。",
        error=NotAllowed,
    ),
}
"""By the names that a process uses."""
