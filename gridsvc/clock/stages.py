"""The clocks of a case: each stage has its own, and one of them runs at a time.

Leaving a stage pauses its clock. Back in the same hands it resumes, in others it starts anew; where
a stage's rule says so, it starts anew each time, as the fifteen minutes for a dispatch do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from gridsvc.clock.account import Account
from gridsvc.clock.calendar import Calendar
from gridsvc.clock.limit import Limit


@dataclass(frozen=True, slots=True)
class StageRule:
    """How long a stage may take, and whether its clock goes on where it stood."""

    limit: Limit
    resumes: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """From a time on a case is in a stage and in somebody's hands.

    A stage without a rule (挂账, or the end) has no clock: all others stand still.
    """

    at: datetime
    stage: str
    hands: str = ""


def stage_accounts(
    steps: tuple[Step, ...], rules: Mapping[str, StageRule], calendar: Calendar
) -> Mapping[str, Account]:
    """Write the account of each stage that a case has been in."""
    accounts: dict[str, Account] = {}
    last_hands: dict[str, str] = {}
    for before, step in pairwise((None, *steps)):
        if before and step and (before.stage, before.hands) == (step.stage, step.hands):
            continue
        if before and step and before.stage in rules and before.stage != step.stage:
            accounts[before.stage] = accounts[before.stage].pause(step.at, step.stage)
        if step and step.stage in rules:
            same_hands = last_hands.get(step.stage) == step.hands
            rule = rules[step.stage]
            accounts[step.stage] = _entered(
                accounts.get(step.stage), step, rule, calendar, goes_on=same_hands and rule.resumes
            )
            last_hands[step.stage] = step.hands
    return accounts


def _entered(
    account: Account | None, step: Step, rule: StageRule, calendar: Calendar, *, goes_on: bool
) -> Account:
    if account is None:
        return Account.open(rule.limit, calendar, at=step.at, why=step.hands)
    if goes_on:
        return account.resume(step.at, step.hands)
    return account.restart(step.at, step.hands)
