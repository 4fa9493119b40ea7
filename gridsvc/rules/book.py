"""Every version of every rule, border policy and special day, and what a change makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from geodata.findings import Severity
from gridsvc.rules import repository
from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.border_checks import check_policies
from gridsvc.rules.checks import check_rules
from gridsvc.rules.findings import Finding
from gridsvc.rules.line import Line, Names, Row
from gridsvc.rules.rows import keyed, policy_of, rule_of, special_day_of
from gridsvc.rules.rule import Rule
from gridsvc.rules.special import SpecialDay, special_days_at
from gridsvc.rules.succession import K, Succession, V, succeed, turning_points
from gridsvc.rules.surroundings import known_at

LeavesOut = Callable[[Rule | BorderPolicy | SpecialDay], bool]
"""Whether a version ends that the rows given do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Rows of each table, as a spreadsheet has them; None where a table is not spoken of."""

    rules: Sequence[Row] | None = None
    borders: Sequence[Row] | None = None
    special_days: Sequence[Row] | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """All versions, past and planned ones too."""

    rules: Sequence[Rule]
    policies: Sequence[BorderPolicy]
    days: Sequence[SpecialDay]

    def turning_points(self, *, since: datetime) -> set[datetime]:
        """List the moments from a time on at which anything begins or ends."""
        return (
            turning_points(self.rules, since=since)
            | turning_points(self.policies, since=since)
            | turning_points(self.days, since=since)
        )


async def read_book(db: AsyncSession) -> Book:
    """Read all versions."""
    return Book(
        await repository.rules(db),
        await repository.border_policies(db),
        await repository.special_days(db),
    )


async def findings_at(db: AsyncSession, book: Book, at: datetime) -> Sequence[Finding]:
    """Check what is in force together at a time."""
    rules = [rule for rule in book.rules if rule.in_force(at)]
    policies = [policy for policy in book.policies if policy.in_force(at)]
    places = {(policy.layer, area) for policy in policies for area in policy.areas}
    special = special_days_at(book.days, at)
    known = await known_at(db, at, special=special, places=places)
    return [*check_rules(rules, known), *check_policies(policies, known)]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of each table."""

    rules: Succession[Rule]
    policies: Succession[BorderPolicy]
    days: Succession[SpecialDay]

    @property
    def before(self) -> Book:
        """All versions as they are."""
        return Book(self.rules.before, self.policies.before, self.days.before)

    @property
    def after(self) -> Book:
        """All versions as they will be."""
        return Book(self.rules.after, self.policies.after, self.days.after)

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is about rows that were given: an error, about rows that begin."""
        kept = finding.severity is Severity.WARNING
        codes = self.rules.codes(kept=kept) | self.policies.codes(kept=kept)
        return not codes.isdisjoint(finding.rows)


def change_of(
    book: Book, sheets: Sheets, names: Names, *, at: datetime, leaves_out: LeavesOut
) -> Change:
    """Read the rows of the sheets, and find what they change from a time on."""

    def put(
        stored: Sequence[V],
        rows: Sequence[Row] | None,
        read: Callable[..., V],
        *,
        key: Callable[[V], K],
    ) -> Succession[V]:
        values = [
            read(Line(row, number), names, valid_from=at)
            for number, row in enumerate(rows or (), start=1)
        ]
        ends: Callable[[V], bool] = leaves_out if rows is not None else _nothing
        return succeed(stored, keyed(values, key), at=at, key=key, leaves_out=ends)

    return Change(
        rules=put(book.rules, sheets.rules, rule_of, key=_code),
        policies=put(book.policies, sheets.borders, policy_of, key=_code),
        days=put(book.days, sheets.special_days, special_day_of, key=_day),
    )


def _nothing(_: object) -> bool:
    return False


def _code(one: Rule | BorderPolicy) -> str:
    return one.code


def _day(one: SpecialDay) -> tuple[str, str]:
    return one.list_code, one.day.isoformat()
