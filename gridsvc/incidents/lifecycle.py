"""The life of an incident: which step is legal in which status, by the process it has. Pure.

    reported > verifying > verified > filed > dispatched > handling > handled > checked > closed

Statuses and actions are the program's, for it acts on them; which steps there are, who may take
them and what they need is data (`process.toml`, `process_file`), and a city may have its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gridsvc.auth.policy import Permission
from gridsvc.clock.limit import Limit
from gridsvc.errors import IllegalTransition
from gridsvc.incidents.facts import GUARDS, NOTHING, Facts


class Status(StrEnum):
    """Where an incident stands."""

    REPORTED = "reported"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    FILED = "filed"
    ARBITRATION = "arbitration"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    HANDLED = "handled"
    CHECKED = "checked"
    CLOSED = "closed"
    EVALUATED = "evaluated"
    INVALIDATED = "invalidated"
    MERGED = "merged"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to an incident."""

    ABSORB = "absorb"
    """Of another that is merged into it, and `let_go` of one that is separated again: no steps of
    their own, as `follow`, by which a merged one is told how the other goes on. See `merging`."""
    ACCEPT = "accept"
    AMEND = "amend"
    ANSWER = "answer"
    """Of routing's question; as `report` it is no step of its own, see `answered_as`."""
    APPEAL = "appeal"
    APPROVE_EXTENSION = "approve_extension"
    APPROVE_SUSPENSION = "approve_suspension"
    ARBITRATE = "arbitrate"
    ASK_EXTENSION = "ask_extension"
    ASK_SUSPENSION = "ask_suspension"
    ATTACH = "attach"
    """A photo or a file was added; as `clear`, `detach` and `quarantine` no step of its own, see
    `gridsvc.attachments`."""
    CALL_BACK = "call_back"
    CHECK = "check"
    CLEAR = "clear"
    """An attachment that could not be scanned was, and is clean."""
    CLOSE = "close"
    DENY_APPEAL = "deny_appeal"
    DENY_EXTENSION = "deny_extension"
    DENY_SUSPENSION = "deny_suspension"
    DETACH = "detach"
    DISPATCH = "dispatch"
    EVALUATE = "evaluate"
    FILE = "file"
    FINISH = "finish"
    FOLLOW = "follow"
    FORCE_CLOSE = "force_close"
    GRANT_APPEAL = "grant_appeal"
    INVALIDATE = "invalidate"
    LET_GO = "let_go"
    MERGE = "merge"
    QUARANTINE = "quarantine"
    """An attachment has a virus, or could not be scanned."""
    RECKON = "reckon"
    """Of the deadline by a newer calendar; no step of its own, see `reckoning`."""
    REFUSE = "refuse"
    REJECT = "reject"
    REOPEN = "reopen"
    REPORT = "report"
    REROUTE = "reroute"
    """By a newer map; as `report` it is no step of its own, see `gridsvc.planning.rerouting`, and
    `answers` where the answer came too late."""
    RESUME = "resume"
    RETURN = "return"
    REVIEW_APPEAL = "review_appeal"
    REWORK = "rework"
    SELF_HANDLE = "self_handle"
    SEND_TO_VERIFY = "send_to_verify"
    SEPARATE = "separate"
    SPLIT = "split"
    SUPERVISE = "supervise"
    SUSPEND = "suspend"
    VERIFY = "verify"
    WHISTLE = "whistle"
    """Others are called to it (`gridsvc.whistles`), until `whistle_over`; no steps of their own."""
    WHISTLE_OVER = "whistle_over"
    WITHDRAW = "withdraw"


ATTACHMENTS = frozenset({Action.ATTACH, Action.CLEAR, Action.DETACH, Action.QUARANTINE})
WHISTLES = frozenset({Action.WHISTLE, Action.WHISTLE_OVER})
RELATIONS = frozenset({Action.ABSORB, Action.FOLLOW, Action.LET_GO})
_BESIDE = frozenset({Action.ANSWER, Action.RECKON, Action.REPORT, Action.REROUTE})
NO_STEPS = ATTACHMENTS | WHISTLES | RELATIONS | _BESIDE
"""What happens beside the table."""

REVIVES = frozenset({Action.REOPEN, Action.SEPARATE})
"""What may open a case again that has ended."""


class Field(StrEnum):
    """What a step may ask for besides its action."""

    AMENDMENT = "amendment"
    """Another category or place."""
    CALL_BACK = "call_back"
    """What the reporter answers when called back."""
    DOCUMENTS = "documents"
    EVIDENCE = "evidence"
    """A note, a pin or a document: any of them."""
    INTO = "into"
    """The case that another is merged into."""
    LEAD = "lead"
    NOTE = "note"
    PARTS = "parts"
    """Into which a case is split."""
    PIN = "pin"
    REASON = "reason"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Words:
    """What something is called."""

    zh: str
    en: str


_AT_EVERY_END = ("no_whistle", "parts_ended")


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action leads to, who may take it, when, and what it must say."""

    target: Status
    permission: Permission
    requires: tuple[Field, ...] = ()
    when: tuple[str, ...] = ()
    """Guards (`facts.GUARDS`) that must all hold; of several rules the first that fits counts."""

    def misses(self, facts: Facts) -> str | None:
        """Name the first guard that does not hold.

        Whatever a process says, a case does not end while departments are called to it or parts of
        it go on.
        """
        guards = self.when if self.target in OPEN else (*_AT_EVERY_END, *self.when)
        return next((name for name in guards if not GUARDS[name].holds(facts)), None)


@dataclass(frozen=True, slots=True)
class StageClock:
    """How long something may take; None is the limit of the case itself."""

    words: Words
    limit: Limit | None
    resumes: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What a process says of a status: its name, its stage and which clock runs in it."""

    words: Words
    stage: str
    clock: str | None


@dataclass(frozen=True, slots=True)
class Process:
    """The whole table: an edition of it is never changed, a case keeps the one it was filed by."""

    name: Words
    collected: frozenset[str]
    """Channels whose reports begin at the collection; the others were verified on the spot."""
    stages: Mapping[str, Words]
    clocks: Mapping[str, StageClock]
    statuses: Mapping[Status, Standing]
    actions: Mapping[Action, Words]
    reasons: Mapping[Action, Mapping[str, Words]]
    steps: Mapping[Status, Mapping[Action, Sequence[Rule]]]

    def rules(self) -> Iterator[tuple[Status, Action, Rule]]:
        """Go through every rule of the table."""
        for status, actions in self.steps.items():
            for action, rules in actions.items():
                for rule in rules:
                    yield status, action, rule

    def filed_as(self, *, channel: str, has_lead: bool) -> Status:
        """Give the first status of a report; one with an owner is dispatched in the same call."""
        if channel in self.collected:
            return Status.REPORTED
        return Status.DISPATCHED if has_lead else Status.FILED

    def permissions(self, status: Status, action: Action) -> tuple[Permission, ...]:
        """Give what an action may take, one of them, or say which actions are allowed."""
        rules = self._from(status).get(action)
        if not rules:
            raise self._illegal(status, action)
        return tuple(dict.fromkeys(rule.permission for rule in rules))

    def rule_for(self, status: Status, action: Action, facts: Facts = NOTHING) -> Rule:
        """Find the rule of an action, or say which actions are allowed, or what is in the way."""
        rules = self._from(status).get(action)
        if not rules:
            raise self._illegal(status, action)
        fitting = next((rule for rule in rules if rule.misses(facts) is None), None)
        if fitting is None:
            guard = GUARDS[str(rules[-1].misses(facts))]
            raise guard.refusal
        return fitting

    def possible(self, status: Status, facts: Facts) -> Iterator[tuple[Action, Rule]]:
        """Go through the steps that may be taken now, each by the rule that counts."""
        for action, rules in self._from(status).items():
            rule = next((rule for rule in rules if rule.misses(facts) is None), None)
            if rule is not None:
                yield action, rule

    def _from(self, status: Status) -> Mapping[Action, Sequence[Rule]]:
        # A case may stand where its process does not go: another release brought it there.
        return self.steps.get(status, {})

    def _illegal(self, status: Status, action: Action) -> IllegalTransition:
        rules = self._from(status)
        allowed = ", ".join(sorted(rules)) or "none"
        names = "、".join(self.actions[one].zh for one in sorted(rules)) or "无"
        said = self.actions[action].zh if action in self.actions else action
        stands = self.statuses[status].words.zh if status in self.statuses else status
        return IllegalTransition(
            en=f"An incident that is {status} cannot {action}; allowed: {allowed}.",
            zh=f"案件处于“{stands}”状态，不能执行“{said}”；可执行：{names}。",
            field="action",
            incident_status=str(status),
            allowed=sorted(rules),
        )


OPEN = frozenset(
    {
        Status.REPORTED,
        Status.VERIFYING,
        Status.VERIFIED,
        Status.FILED,
        Status.ARBITRATION,
        Status.DISPATCHED,
        Status.HANDLING,
        Status.SUSPENDED,
        Status.HANDLED,
        Status.CHECKED,
    }
)
"""Statuses in which somebody still has to do something."""

UNHANDLED = OPEN - {Status.SUSPENDED, Status.HANDLED, Status.CHECKED}
"""Statuses in which the matter itself is not dealt with: its time limit runs, unless it was taken
back from its owner."""

DEALT_WITH = frozenset({Status.HANDLED, Status.CHECKED, Status.CLOSED, Status.EVALUATED})
"""Statuses in which it is: by who handled it, whatever else is still to be looked at."""

_UNDECIDED = frozenset({Status.REPORTED, Status.VERIFYING, Status.VERIFIED})
"""Statuses in which a person has yet to say whether it is a case at all."""


def answered_as(status: Status, *, lead_stays: bool, has_lead: bool) -> Status:
    """Give the status after routing's question was answered: a new owner has yet to accept."""
    if status not in UNHANDLED:
        raise IllegalTransition(
            en=f"An incident that is {status} waits for no answer any more.",
            zh=f"案件处于“{status}”状态，无需再回答。",
            incident_status=str(status),
            allowed=[],
        )
    if status in _UNDECIDED or (lead_stays and status is not Status.FILED):
        return status
    return Status.DISPATCHED if has_lead else Status.FILED
