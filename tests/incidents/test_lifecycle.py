"""The table of what may be done in which status: the shipped one, and those that cannot be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsvc.errors import Conflict, GridsvcError, IllegalTransition, Invalid, NotAllowed
from gridsvc.incidents.facts import GUARDS, NOTHING, Facts
from gridsvc.incidents.lifecycle import OPEN, REVIVES, Action, Field, Status
from gridsvc.incidents.past_steps import facts_of
from gridsvc.incidents.process_file import SHIPPED, read_process, shipped
from gridsvc.incidents.said import Said, check_said
from tests.incidents.events import SOMEBODY, Told
from tests.roles import PERMISSIONS

PROCESS = shipped()
RULES = list(PROCESS.rules())
TEXT = SHIPPED.read_text(encoding="utf-8")
NOW = datetime(2026, 7, 22, tzinfo=UTC)
ILLEGAL = [(s, a) for s in PROCESS.statuses for a in Action if a not in PROCESS.steps[s]]


class TestTheShippedTable:
    def test_a_step_leads_where_it_says(self) -> None:
        """Each rule counts where its conditions hold, and those of the rules before it do not."""
        seen = set()
        for refusals, extensions, asked, agreed, late in product(
            (0, 1), (0, 1), (False, True), (None, SOMEBODY), (False, True)
        ):
            facts = Facts(
                own=True,
                refusals=refusals,
                refused=refusals > 0,
                extensions=extensions,
                extension_asked=asked,
                suspension_asked=asked,
                suspension_agreed=agreed,
                appeal_open=asked,
                appeal_agreed=agreed,
                owner_stays=not late,
                overdue=late,
            )
            for status in PROCESS.statuses:
                for action, rule in PROCESS.possible(status, facts):
                    assert PROCESS.rule_for(status, action, facts) is rule
                    seen.add((status, action, rule))
        assert seen == set(RULES)

    def test_what_is_not_names_what_would_be(self) -> None:
        for status, action in ILLEGAL:
            with pytest.raises(IllegalTransition) as refused:
                PROCESS.rule_for(status, action)
            assert refused.value.detail == {
                "incident_status": status,
                "allowed": sorted(PROCESS.steps[status]),
            }

    def test_somebody_may_take_every_step(self) -> None:
        held = set().union(*PERMISSIONS.values())
        assert {rule.permission for _, _, rule in RULES} <= held

    def test_every_guard_is_used(self) -> None:
        of_every_end = {"no_whistle", "parts_ended"}  # whatever a table says
        assert {name for _, _, rule in RULES for name in rule.when} | of_every_end == set(GUARDS)

    def test_saying_why_matters_where_somebody_loses_their_matter(self) -> None:
        why = {Field.NOTE, Field.EVIDENCE}
        losing = {Status.REJECTED, Status.WITHDRAWN, Status.INVALIDATED, Status.ARBITRATION}
        for _, action, rule in RULES:
            if rule.target in losing or action in {Action.RETURN, Action.REWORK, Action.REOPEN}:
                assert why & set(rule.requires), action

    @pytest.mark.parametrize(
        ("channel", "has_lead", "status"),
        [
            ("worker_app", True, Status.DISPATCHED),
            ("worker_app", False, Status.FILED),
            ("hotline", True, Status.REPORTED),
            ("public", False, Status.REPORTED),
        ],
    )
    def test_what_was_not_verified_on_the_spot_begins_at_the_collection(
        self, channel: str, has_lead: bool, status: Status
    ) -> None:
        assert PROCESS.filed_as(channel=channel, has_lead=has_lead) is status


class TestRefusals:
    @pytest.mark.parametrize(
        ("before", "target"),
        [
            ([], Status.FILED),
            (["refuse", "dispatch"], Status.ARBITRATION),
            (["refuse", "dispatch", "refuse", "arbitrate"], None),
            (["refuse", "dispatch", "close", "reopen", "dispatch"], Status.FILED),
        ],
    )
    def test_the_second_goes_to_arbitration_and_that_is_the_last(
        self, before: list[str], target: Status | None
    ) -> None:
        facts = facts_of(map(Told, before))
        if target is not None:
            assert PROCESS.rule_for(Status.HANDLING, Action.REFUSE, facts).target is target
            return
        with pytest.raises(Conflict) as refused:
            PROCESS.rule_for(Status.HANDLING, Action.REFUSE, facts)
        assert refused.value.code == "arbitrated"

    def test_who_refused_does_not_get_it_again_by_an_oversight(self) -> None:
        back = PROCESS.rule_for(Status.FILED, Action.DISPATCH, Facts(refused=True))
        assert back.requires == (Field.LEAD,)
        assert PROCESS.rule_for(Status.FILED, Action.DISPATCH).requires == ()

    def test_another_does_not_withdraw_it(self) -> None:
        with pytest.raises(NotAllowed):
            PROCESS.rule_for(Status.FILED, Action.WITHDRAW, NOTHING)


class TestWhatMustBeSaid:
    @pytest.mark.parametrize("note", [None, "", "  ", "\n\t", "\u3000"])
    def test_a_step_that_must_say_why_is_not_taken_without(self, note: str | None) -> None:
        for status, action, rule in RULES:
            if not rule.requires:
                check_said(PROCESS, action, rule, Said(), now=NOW)
                continue
            with pytest.raises(Invalid) as refused:
                check_said(PROCESS, action, rule, Said(note=note), now=NOW)
            assert refused.value.field == rule.requires[0], status
            assert refused.value.code == f"{rule.requires[0]}_required"

    def test_a_reason_is_one_of_those_listed(self) -> None:
        rule = PROCESS.rule_for(Status.HANDLING, Action.REFUSE)
        check_said(PROCESS, Action.REFUSE, rule, Said(reason="not_ours", note="见照片"), now=NOW)
        with pytest.raises(Invalid) as refused:
            check_said(PROCESS, Action.REFUSE, rule, Said(reason="because", note="见照片"), now=NOW)
        assert refused.value.code == "unknown_reason"
        assert "not_ours" in refused.value.detail["reasons"]  # type: ignore[operator]  # a list


def facts_now(events: list[Told]) -> Facts:
    """What is known after some events; every level is somebody else's, all is late on odd days."""
    return replace(facts_of(events), own=True, caller=UUID(int=2), overdue=len(events) % 2 == 1)


@given(st.lists(st.sampled_from(list(Action)), max_size=30), st.booleans(), st.booleans())
def test_no_history_leaves_the_table_and_replayed_it_is_the_status(
    wanted: list[Action], hotline: bool, has_lead: bool
) -> None:
    """Whatever is tried, in any order: what is taken is a chain of the table's own arrows."""
    status = first = PROCESS.filed_as(
        channel="hotline" if hotline else "worker_app", has_lead=has_lead
    )
    events = list[Told]()
    for action in wanted:
        try:
            rule = PROCESS.rule_for(status, action, facts_now(events))
        except GridsvcError:
            continue
        events.append(Told(action, to_status=rule.target))
        status = rule.target
    replayed = first
    for number, event in enumerate(events):
        facts = facts_now(events[:number])
        replayed = PROCESS.rule_for(replayed, Action(event.action), facts).target
    assert replayed is status
    assert sum(event.action == Action.REFUSE for event in events) <= 2 * (
        1 + sum(event.action == Action.REOPEN for event in events)
    )
    assert (status in OPEN) or not _open_targets(status)


def _open_targets(status: Status) -> set[Action]:
    """What would open an end again, but for opening it."""
    rules = PROCESS.steps[status].items()
    return {a for a, them in rules for r in them if r.target in OPEN} - REVIVES


class TestTime:
    def test_it_is_extended_twice_and_the_second_time_a_level_above(self) -> None:
        told = [Told("ask_extension"), Told("approve_extension")]
        first = PROCESS.rule_for(Status.HANDLING, Action.APPROVE_EXTENSION, facts_of(told[:1]))
        again = facts_of([*told, Told("ask_extension")])
        second = PROCESS.rule_for(Status.HANDLING, Action.APPROVE_EXTENSION, again)
        assert (first.permission, second.permission) == ("incidents:approve", "incidents:arbitrate")
        assert refusal(Status.HANDLING, Action.ASK_EXTENSION, *told, *told) == "extended_twice"
        assert refusal(Status.HANDLING, Action.ASK_EXTENSION, told[0]) == "extension_asked"
        late = replace(facts_of(told[:1]), overdue=True)
        for action in (Action.ASK_EXTENSION, Action.APPROVE_EXTENSION):
            with pytest.raises(Conflict) as refused:
                PROCESS.rule_for(Status.HANDLING, action, late)
            assert refused.value.code == "overdue" or action is Action.ASK_EXTENSION

    def test_it_is_suspended_once_by_two_people(self) -> None:
        asked, agreed = Told("ask_suspension"), Told("approve_suspension")
        assert refusal(Status.HANDLING, Action.SUSPEND, asked) == "not_agreed"
        with pytest.raises(NotAllowed):
            PROCESS.rule_for(
                Status.HANDLING,
                Action.SUSPEND,
                replace(facts_of([asked, agreed]), caller=SOMEBODY),
            )
        ended = [asked, agreed, Told("suspend"), Told("resume")]
        assert refusal(Status.HANDLING, Action.ASK_SUSPENSION, *ended) == "suspended_before"

    def test_an_appeal_is_against_an_overdue_and_reviewed_twice(self) -> None:
        assert refusal(Status.CLOSED, Action.APPEAL) == "not_overdue"
        assert refusal(Status.CLOSED, Action.GRANT_APPEAL, Told("appeal")) == "not_agreed"
        done = [Told("appeal"), Told("review_appeal"), Told("grant_appeal")]
        assert not facts_of(done).appeal_open
        late = replace(facts_of(done), overdue=True)
        with pytest.raises(Conflict) as refused:
            PROCESS.rule_for(Status.CLOSED, Action.APPEAL, late)
        assert refused.value.code == "appealed_before"

    def test_agreeing_to_one_thing_is_agreeing_to_no_other(self) -> None:
        told = [Told("ask_suspension"), Told("appeal"), Told("approve_suspension")]
        assert refusal(Status.HANDLING, Action.GRANT_APPEAL, *told) == "not_agreed"

    @pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=-1), timedelta(days=367)])
    def test_it_ends_later_and_within_a_year(self, ahead: timedelta) -> None:
        rule = PROCESS.rule_for(Status.HANDLING, Action.ASK_SUSPENSION)
        said = Said(note="等待汛期结束", until=NOW + timedelta(days=1))
        check_said(PROCESS, Action.ASK_SUSPENSION, rule, said, now=NOW)
        late = replace(said, until=NOW + ahead)
        with pytest.raises(Invalid) as refused:
            check_said(PROCESS, Action.ASK_SUSPENSION, rule, late, now=NOW)
        assert refused.value.code == "invalid_until"


def refusal(status: Status, action: Action, *told: Told) -> str:
    """Why a step is not taken after some events."""
    with pytest.raises(GridsvcError) as refused:
        PROCESS.rule_for(status, action, facts_of(told))
    return refused.value.code


class TestOnesOwn:
    """A city's own file: what cannot be is told by its place."""

    @pytest.mark.parametrize(
        ("old", "new", "code", "said"),
        [
            ('to = "handled"', 'to = "handeld"', "process_invalid", "steps"),
            ('"incidents:file"', '"incidents:fly"', "process_invalid", "permission"),
            ('["own_report", ', '["full_moon", ', "process_invalid", "full_moon"),
            ('["reason", "evidence"]', '["reason", "blood"]', "process_invalid", "requires"),
            ('"30紧急工作分钟"', '"soon"', "process_invalid", "limit"),
            ('zh = "核实", en = "Verify before filing"', 'zh = "核实"', "process_invalid", "en"),
            ('zh = "派核实"', 'zh = "  "', "process_invalid", "zh"),
            ('action = "verify"', 'action = "vanish"', "process_invalid", "action"),
            ('action = "verify"', 'action = "report"', "process_unsound", "report"),
            ('to = "verified"', 'to = "verifying"', "process_unsound", "no end"),
            ('stage = "feedback"', 'stage = "fog"', "process_unsound", "fog"),
            ('clock = "check"', 'clock = "cuckoo"', "process_unsound", "cuckoo"),
            ('action = "evaluate"\nto = "evaluated"', 'action = "evaluate"\nto = "closed"',
             "process_unsound", "nothing leads to evaluated"),
            ('action = "evaluate"\nto = "evaluated"', 'action = "evaluate"\nto = "handling"',
             "process_unsound", "open closed again"),
            ('requires = ["into"]', 'requires = ["note"]', "process_unsound", "merge needs"),
            ("[reasons.refuse]", "[reasons.check]", "process_unsound", "lists none"),
            ("[stages]", "[stages", "process_unreadable", "TOML"),
            ("[stages]", "surprise = 1\n[stages]", "process_invalid", "surprise"),
            ('from = ["closed"]', "from = 3", "process_invalid", "from"),
        ],
    )  # fmt: skip
    def test_a_fault_is_named(self, old: str, new: str, code: str, said: str) -> None:
        assert old in TEXT
        with pytest.raises(Invalid) as refused:
            read_process(TEXT.replace(old, new, 1))
        assert refused.value.code == code, refused.value.en
        assert any(word in refused.value.en for word in said.split("|"))
        assert refused.value.zh

    def test_names_are_a_citys_own(self) -> None:
        other = read_process(TEXT.replace('zh = "核实", en = "Verify', 'zh = "核查", en = "Verify'))
        assert other.actions[Action.VERIFY].zh == "核查"
        assert other.steps == PROCESS.steps

    @given(st.text(max_size=30) | st.dictionaries(st.text(max_size=5), st.integers()).map(repr))
    def test_nonsense_is_refused_in_words(self, text: str) -> None:
        with pytest.raises(Invalid):
            read_process(text)
