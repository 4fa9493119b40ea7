"""What a called organisation may do next, and when a whistle may end. Pure.

    called > reported in > part given > signed off

or, by whoever called it, released.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from gridsvc.errors import Conflict, Invalid


class Kind(StrEnum):
    """What an organisation is called for; how soon it must be there depends on it."""

    DAILY = "daily"  # 日常哨
    EMERGENCY = "emergency"  # 应急哨
    HARD = "hard"  # 攻坚哨


class State(StrEnum):
    """Where a whistle stands."""

    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What is done to a whistle."""

    CALL = "call"
    REPORT_IN = "report_in"
    PART = "part"
    SIGN_OFF = "sign_off"
    RELEASE = "release"
    END = "end"
    CANCEL = "cancel"


class Stage(StrEnum):
    """Where one called organisation stands."""

    CALLED = "called"
    REPORTED_IN = "reported_in"
    PART_GIVEN = "part_given"
    SIGNED_OFF = "signed_off"
    RELEASED = "released"


class Presence(StrEnum):
    """Whether somebody who reported in was there, as far as their position can tell."""

    HERE = "here"
    UNSURE = "unsure"
    AWAY = "away"


_FARTHER: Final = (Presence.HERE, Presence.UNSURE, Presence.AWAY)


def presence_of(distance_m: float, accuracy_m: float, *, radius_m: float) -> Presence:
    """Tell whether a position lies within a radius: surely, perhaps, or surely not."""
    if distance_m + accuracy_m <= radius_m:
        return Presence.HERE
    return Presence.AWAY if distance_m - accuracy_m > radius_m else Presence.UNSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One organisation's part in a whistle, as it stands."""

    due: datetime
    """By when it must report in."""
    reported_in_at: datetime | None = None
    presence: Presence | None = None
    given_at: datetime | None = None
    signed_off_at: datetime | None = None
    released_at: datetime | None = None

    @property
    def stage(self) -> Stage:
        if self.released_at:
            return Stage.RELEASED
        if self.signed_off_at:
            return Stage.SIGNED_OFF
        if self.given_at:
            return Stage.PART_GIVEN
        return Stage.REPORTED_IN if self.reported_in_at else Stage.CALLED

    @property
    def is_awaited(self) -> bool:
        """Whether it has yet to come: what was reported from elsewhere is no coming."""
        over = self.released_at or self.signed_off_at
        return not over and self.presence in {None, Presence.AWAY}

    @property
    def on_time(self) -> bool:
        """Whether it came in time, and to the place."""
        came = self.presence in {Presence.HERE, Presence.UNSURE}
        return came and self.reported_in_at is not None and self.reported_in_at <= self.due

    def report_in(self, at: datetime, presence: Presence) -> Self:
        """Take a report from the place; the best position counts, one from elsewhere is no coming.

        The time that counts is that of the first report which may be from the place.
        """
        self._require_within()
        before = self.presence
        if before is Presence.HERE:
            raise Conflict(
                "reported_in_already",
                en="It has reported in from the place already.",
                zh="该单位已在现场报到，无需重复报到。",
            )
        comes = before is None or (before is Presence.AWAY and presence is not Presence.AWAY)
        best = presence if before is None else min(before, presence, key=_FARTHER.index)
        return replace(self, presence=best, reported_in_at=at if comes else self.reported_in_at)

    def give_part(self, at: datetime) -> Self:
        """Take what it has done; it may put that right until it signs off."""
        self._require_within()
        if self.reported_in_at is None:
            raise Conflict(
                "not_reported_in",
                en="Report in first; then give your part.",
                zh="须先报到，再提交处置结果。",
            )
        return replace(self, given_at=at)

    def sign_off(self, at: datetime) -> Self:
        """Let it go: nobody leaves before it is done (事不完人不撤)."""
        self._require_within()
        if self.given_at is None:
            raise Conflict(
                "part_missing",
                en="Nobody leaves before it is done: give your part first.",
                zh="事不完人不撤：须先提交处置结果，才能签退。",
            )
        return replace(self, signed_off_at=at)

    def release(self, at: datetime) -> Self:
        """Let it go without its part."""
        self._require_within()
        return replace(self, released_at=at)

    def _require_within(self) -> None:
        if self.stage in {Stage.SIGNED_OFF, Stage.RELEASED}:
            raise Conflict(
                "call_over",
                en="Its part in this whistle is over: it has signed off or was released.",
                zh="该单位已签退或已被解除，不能再操作。",
                stage=self.stage.value,
            )


@dataclass(frozen=True, slots=True)
class Score:
    """What whoever called an organisation thinks of its part, from 1 to 5."""

    score: int
    note: str | None = None


def require_running(state: str) -> None:
    """Refuse to touch what is over."""
    if state != State.RUNNING:
        raise Conflict(
            "whistle_over",
            en=f"The whistle is {state}: nothing more happens to it.",
            zh="吹哨已结束或已取消，不能再操作。",
            state=state,
        )


def require_others(calls: Mapping[str, Called], code: str) -> None:
    """Keep one organisation called: a whistle without any is to be cancelled."""
    if all(it.stage is Stage.RELEASED for other, it in calls.items() if other != code):
        raise Conflict(
            "last_one_called",
            en="It is the last one called: cancel the whistle instead.",
            zh="这是最后一个被吹哨单位：请改为取消吹哨。",
        )


def check_end(calls: Mapping[str, Called], scores: Mapping[str, Score]) -> None:
    """Refuse to end a whistle before all have signed off and each that did has its score."""
    waiting = [code for code, it in calls.items() if it.stage not in _OVER]
    if waiting:
        raise Conflict(
            "not_signed_off",
            en=f"These have yet to sign off: {', '.join(waiting)}.",
            zh=f"以下单位尚未签退：{'、'.join(waiting)}。",
            organisations=waiting,
        )
    done = {code for code, it in calls.items() if it.stage is Stage.SIGNED_OFF}
    if odd := sorted(done ^ scores.keys()):
        raise Invalid(
            "scores_do_not_fit",
            en=f"Give each that has signed off a score, and no other: {', '.join(odd)}.",
            zh=f"须为每个已签退单位评分，且仅限这些单位：{'、'.join(odd)}。",
            field="scores",
            organisations=odd,
        )


_OVER: Final = frozenset({Stage.SIGNED_OFF, Stage.RELEASED})
