"""One case as a page: what each may do to it, by forms that keep what was typed."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.areas.repository import organisation_by_code
from gridsvc.auth.principal import Role, Scope
from gridsvc.db.base import new_id
from gridsvc.db.clock import utc_now
from gridsvc.files.model import Attachment
from gridsvc.incidents.lifecycle import NO_STEPS
from gridsvc.web.words import WORDS
from tests.casework.pages import faults, follow, form_of, reported, steps_of, version_of
from tests.factories import at, make_account
from tests.fixtures.web import ClientOf
from tests.signin.test_login import hidden, sign_in

REFUSE = {"action": "refuse", "reason": "not_ours", "note": "见职责清单第三条"}


@pytest_asyncio.fixture
async def centre(client_of: ClientOf) -> httpx.AsyncClient:
    return await client_of(Role.COMMAND_CENTRE)


@pytest_asyncio.fixture
async def case(centre: httpx.AsyncClient) -> str:
    """A case that is dispatched to the cleaners."""
    return await reported(centre)


async def send(client: httpx.AsyncClient, case: str, **typed: Any) -> httpx.Response:
    form = {"version": "1", **typed}
    return await client.post(f"/cases/{case}", data=form, headers={"Accept-Language": "en"})


class TestSteps:
    @pytest.mark.parametrize(
        ("role", "steps"),
        [
            (Role.VERIFIER, []),
            (Role.ACCEPTOR, []),
            (Role.PLANNER, []),
            (Role.DISPATCHER, ["merge", "amend", "split", "return", "reject"]),
            (
                Role.SHIFT_LEADER,
                ["merge", "amend", "split", "supervise", "return", "invalidate", "reject"],
            ),
            (Role.DEPARTMENT_HANDLER, ["accept", "self_handle", "refuse"]),
        ],
    )
    async def test_each_role_is_offered_its_own(
        self, client_of: ClientOf, db: AsyncSession, case: str, role: Role, steps: list[str]
    ) -> None:
        owner = await organisation_by_code(db, "clean1", field="organisation")
        client = await client_of(role, organisation=owner.id)
        page = (await client.get(f"/cases/{case}?lang=en")).text
        assert steps_of(page) == steps
        assert ("There is nothing for you to do" in page) is (steps == [])
        told = (await client.get(f"/v1/incidents/{case}/actions")).json()
        assert {it["action"] for it in told} == {*steps}

    async def test_they_are_offered_where_one_is_appointed_for_them(
        self, client_of: ClientOf, case: str
    ) -> None:
        elsewhere = await client_of(Role.DISPATCHER, scope=Scope("street", "S2"))
        assert (await elsewhere.get(f"/cases/{case}")).status_code == 404
        here = await client_of(Role.DISPATCHER, login="here", scope=Scope("street", "S1"))
        assert "return" in steps_of((await here.get(f"/cases/{case}")).text)

    async def test_a_step_is_taken_and_the_next_ones_are_offered(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        answer = await send(centre, case, action="accept", note="已派两人")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/cases/{case}?done=accept"
        page = (await centre.get(answer.headers["location"])).text
        assert "已完成：签收。" in page
        assert "已派两人" in page
        assert steps_of(page)[0] == "finish"
        assert version_of(page) == "2"

    async def test_who_is_to_have_it_is_proposed_by_routing(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        await follow(centre, case, REFUSE)
        form = form_of((await centre.get(f"/cases/{case}?lang=en")).text, "dispatch")
        proposed, _, others = form.partition('<optgroup label="Others">')
        assert '<option value="clean1">Cleaning 1 · as decided</option>' in proposed
        assert '<option value="s1">Street 1 · helps</option>' in proposed
        assert '<option value="clean2">Cleaning 2</option>' in others

    async def test_what_the_reporter_answers_is_asked_one_by_one(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        answers = {"call_back.responded": "true", "call_back.solved": "false"}
        short = await send(centre, case, action="call_back", **answers)
        assert faults(form_of(short.text, "call_back")) == [
            "What the reporter says: Field required"
        ]
        assert short.text.count(" selected>no<") == 1
        answers["call_back.satisfied"] = "true"
        assert (await send(centre, case, action="call_back", **answers)).status_code == 303
        page = (await centre.get(f"/cases/{case}?lang=en")).text
        assert "<dt>Is the matter solved?</dt><dd>no</dd>" in page

    async def test_a_case_is_merged_into_one_that_is_proposed(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        twin = await reported(centre)
        form = form_of((await centre.get(f"/cases/{twin}?lang=en")).text, "merge")
        assert re.findall(r'<option value="([0-9a-f-]{36})"', form) == [case]
        assert "0 m and 0 min apart" in form
        wrong = await send(centre, twin, action="merge", into=str(new_id()))
        assert len(faults(form_of(wrong.text, "merge"))) == 1
        assert (await send(centre, twin, action="merge", into=case)).status_code == 303
        assert f'href="/cases/{case}"' in (await centre.get(f"/cases/{twin}")).text
        assert f'href="/cases/{twin}"' in (await centre.get(f"/cases/{case}")).text

    async def test_category_and_place_are_corrected_by_a_form(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        lon, lat = at(3.5, 0.5)
        typed = {"action": "amend", "note": "看错了", "amendment.location.crs": "wgs84"}
        assert faults((await send(centre, case, **typed)).text) == ["Say what is to be corrected."]
        half = await send(centre, case, **typed, **{"amendment.location.lon": str(lon)})
        assert half.status_code == 422
        assert f'value="{lon}"' in half.text
        typed |= {"amendment.location.lon": str(lon), "amendment.location.lat": str(lat)}
        typed |= {"amendment.category": "0301"}
        assert (await send(centre, case, **typed)).status_code == 303
        page = (await centre.get(f"/cases/{case}?lang=en")).text
        assert "<h1>Noise <small>" in page
        assert "Correct category or place" in page

    async def test_a_case_is_split_by_a_form(self, centre: httpx.AsyncClient, case: str) -> None:
        typed = {"action": "split", "note": "两件事", "parts.0.category": "0201"}
        short = await send(centre, case, **typed, **{"parts.0.description": "垃圾"})
        assert short.status_code == 422
        assert ">垃圾</textarea>" in form_of(short.text, "split")
        typed |= {"parts.0.description": "垃圾", "parts.3.category": "0301"}
        typed |= {"parts.3.description": "噪声"}
        assert (await send(centre, case, **typed)).status_code == 303
        page = (await centre.get(f"/cases/{case}?lang=en")).text
        parts = re.findall(r'href="/cases/([0-9a-f-]{36})"', page.partition("Its parts")[2])
        assert len(set(parts)) == 2
        assert f'href="/cases/{case}"' in (await centre.get(f"/cases/{parts[0]}")).text

    async def test_who_reported_is_masked_until_a_purpose_is_given(
        self, client_of: ClientOf, centre: httpx.AsyncClient, db: AsyncSession
    ) -> None:
        reporter = {"name": "王小明", "phone": "13800138000"}
        case = await reported(centre, channel="hotline", reporter=reporter)
        path, page = f"/cases/{case}/reporter", (await centre.get(f"/cases/{case}")).text
        assert "138****8000" in page
        assert "13800138000" not in page
        assert (await centre.post(path, data={"purpose": ""})).status_code == 422
        planner = await client_of(Role.PLANNER)
        assert path not in (await planner.get(f"/cases/{case}")).text
        assert (await planner.post(path, data={"purpose": "好奇"})).status_code == 403
        shown = (await centre.post(path, data={"purpose": "电话回访"})).text
        assert "13800138000" in shown
        noted = text("SELECT detail FROM audit_entry WHERE deed = 'revealed'")
        assert (await db.execute(noted)).scalar_one()["purpose"] == "电话回访"

    async def test_what_is_attached_is_shown_and_can_be_evidence(
        self, centre: httpx.AsyncClient, case: str, db: AsyncSession
    ) -> None:
        account = await make_account(db, "worker")
        about = {"incident_id": UUID(case), "account_id": account.id, "kind": "pdf", "length": 9}
        told = {"sha256": bytes(32), "told": {}, "added_at": utc_now()}
        states = ("ready", "withdrawn", "checking")
        papers = [Attachment(name=f"{it}.pdf", state=it, **about, **told) for it in states]
        db.add_all(papers)
        await db.commit()
        page = (await centre.get(f"/cases/{case}")).text
        assert "checking.pdf" in page
        assert "withdrawn.pdf" not in page
        form = form_of(page, "refuse")
        assert re.findall(r'name="documents" value="([^"]*)"', form) == [str(papers[0].id)]
        typed = {"action": "refuse", "reason": "not_ours", "documents": str(papers[0].id)}
        assert (await send(centre, case, **typed)).status_code == 303

    async def test_what_is_given_out_of_sight_leads_back_to_the_queue(
        self, client_of: ClientOf, db: AsyncSession
    ) -> None:
        owner = await organisation_by_code(db, "clean1", field="organisation")
        scope = Scope("street", "S1")
        client = await client_of(Role.STREET_CENTRE, scope=scope, organisation=owner.id)
        case = await reported(client, 2.5, 0.5)  # in the other street, led by theirs
        await follow(client, case, REFUSE)
        answer = await send(client, case, action="dispatch", version="2", lead="clean2")
        assert answer.headers["location"] == "/queue?done=dispatch"
        assert (await client.get(f"/cases/{case}")).status_code == 404
        assert "out of your sight" in (await client.get("/queue?done=dispatch&lang=en")).text


FAULTS = (
    ({"action": "refuse"}, "Choose a reason."),
    (
        {"action": "refuse", "reason": "not_ours", "note": " ", "pin.crs": "wgs84"},
        "Show why: with a note, a place or a document.",
    ),
    ({"action": "return", "reason": "unclear"}, "Write a note."),
    ({"action": "refuse", "reason": "not_ours", "pin.lon": "200", "pin.lat": "1"}, "Place: "),
    ({"action": "refuse", "reason": "not_ours", "pin.lon": "104", "pin.crs": "bd09"}, "Place: "),
    ({"action": "return", "note": "x" * 2_001}, "Note: "),
    ({"action": "return", "note": "a\x00b"}, "Note: "),
)
NOT_OURS: tuple[dict[str, str], ...] = (
    {"action": "explode"},
    {"action": "report"},
    {},
    {"action": "finish"},
    {"action": "accept", "until": "sometime"},
    {"action": "accept", "lead": "clean2"},
    {"action": "accept", "status": "closed"},
    {"action": "refuse", "reason": "tired", "note": "累"},
    {"action": "refuse", "reason": "not_ours", "documents": "photo.jpg"},
    {"action": "call_back", "call_back.responded": "perhaps"},
    {"action": "accept", "pin": "here", "pin.lon": "1"},
)


class TestWhatCannotBe:
    async def test_it_is_said_at_the_field_and_nothing_is_lost(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        for typed, said in FAULTS:
            answer = await send(centre, case, **typed)
            assert answer.status_code == 422, typed
            form = form_of(answer.text, typed["action"])
            assert "open" in form.partition(">")[0]
            assert [it.startswith(said) for it in faults(form)] == [True], faults(form)
            assert all(it.strip("\x00 ")[:9] in form for it in typed.values())
        assert (await centre.get(f"/v1/incidents/{case}")).json()["version"] == 1

    async def test_what_no_form_of_ours_sends_changes_nothing(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        for typed in NOT_OURS:
            answer = await send(centre, case, **typed)
            assert answer.status_code in {409, 422}, typed
            assert 'role="alert"' in answer.text
        for version in ("", "0", "-1", "one", "9" * 20):
            answer = await send(centre, case, action="accept", version=version)
            assert answer.status_code == 422, version
        assert (await centre.get(f"/v1/incidents/{case}")).json()["version"] == 1

    async def test_only_a_form_is_taken(self, centre: httpx.AsyncClient, case: str) -> None:
        answer = await centre.post(f"/cases/{case}", json={"version": 1, "action": "accept"})
        assert answer.status_code == 415
        assert (await centre.get(f"/cases/{new_id()}")).status_code == 404
        assert (await send(centre, str(UUID(int=7)), action="accept")).status_code == 404

    async def test_somebody_elses_step_is_refused(self, client_of: ClientOf, case: str) -> None:
        answer = await send(await client_of(Role.DISPATCHER), case, action="accept")
        assert answer.status_code == 403


class TestAtOnce:
    async def test_the_second_is_told_what_the_first_did(
        self, client_of: ClientOf, centre: httpx.AsyncClient, case: str
    ) -> None:
        leader = await client_of(Role.SHIFT_LEADER, login="li.na")
        await follow(leader, case, {"action": "supervise", "note": "加急办理"})
        answer = await send(centre, case, action="return", note="派错单位了")
        assert answer.status_code == 412
        assert "Somebody else was first" in answer.text
        alert = answer.text.partition('role="alert"')[2].partition("</section>")[0]
        assert "li.na" in alert
        assert "加急办理" in alert
        assert "Supervise" in alert
        form = form_of(answer.text, "return")
        assert "派错单位了" in form
        assert version_of(answer.text) == "2"
        again = await send(centre, case, action="return", note="派错单位了", version="2")
        assert again.status_code == 303

    async def test_what_was_typed_for_a_step_that_is_gone_can_still_be_read(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        await follow(centre, case, {"action": "return", "note": "派错"})
        answer = await send(centre, case, action="accept", note="我们马上去")
        assert answer.status_code == 412
        assert "accept" not in steps_of(answer.text)
        assert "readonly" in answer.text
        assert "我们马上去" in answer.text


class TestPage:
    def test_what_happens_beside_the_table_has_words(self) -> None:
        assert {f"action_{it}" for it in NO_STEPS} - WORDS.keys() == set()

    async def test_it_tells_what_happened_and_where_the_time_went(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        await follow(centre, case, REFUSE, {"action": "dispatch", "lead": "clean2"})
        chinese = (await centre.get(f"/cases/{case}?lang=zh")).text
        english = (await centre.get(f"/cases/{case}?lang=en")).text
        for said in (
            "退单",
            "不属于本单位职责",
            "环卫一所 → 环卫二所",
            "任务处理",
            "每一分钟的说明",
        ):
            assert said in chinese
        for said in ("Refuse", "Not our duty", "Cleaning 1 → Cleaning 2", "Handling", "in time"):
            assert said in english
        assert 'aria-current="step">Handling<' in english
        assert "Chosen by a person" in english

    async def test_times_are_by_the_citys_clocks(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        day = f"{utc_now() + timedelta(days=30):%Y-%m-%d}"
        await follow(centre, case, {"action": "accept"})
        typed = {"action": "ask_suspension", "note": "待料", "until": f"{day}T09:30"}
        assert (await send(centre, case, version="2", **typed)).status_code == 303
        page = (await centre.get(f"/cases/{case}?lang=en")).text
        assert f"<dt>Until</dt><dd>{day} 09:30</dd>" in page
        told = (await centre.get(f"/v1/incidents/{case}/events")).json()[-1]["detail"]
        assert told["until"] == f"{day}T01:30:00+00:00"

    async def test_a_pause_is_named_by_where_the_case_stood(
        self, centre: httpx.AsyncClient, case: str, db: AsyncSession
    ) -> None:
        await follow(centre, case, {"action": "return", "note": "派错"})
        earlier = "UPDATE incident_event SET at = at - interval '1 hour'"
        await db.execute(text("ALTER TABLE incident_event DISABLE TRIGGER USER"))
        await db.execute(text(earlier))
        await db.commit()
        page = (await centre.get(f"/cases/{case}?lang=zh")).text
        assert "暂停计时（待派遣）" in page

    async def test_a_browsers_form_carries_the_pages_token(
        self, anonymous: httpx.AsyncClient, case: str, db: AsyncSession
    ) -> None:
        await make_account(db, "worker", Role.COMMAND_CENTRE)
        await db.commit()
        await sign_in(anonymous)
        page = await anonymous.get(f"/cases/{case}")
        for wrong in ({}, {"csrf": "x"}, {"csrf": "签名"}):
            assert (await send(anonymous, case, action="accept", **wrong)).status_code == 403
        token = hidden(page, "csrf")
        assert (await send(anonymous, case, action="accept", csrf=token)).status_code == 303

    async def test_whatever_people_write_is_shown_as_text(self, centre: httpx.AsyncClient) -> None:
        evil = "<script>alert(1)</script>\"'&"
        case = await reported(centre, description=evil, address=evil)
        await follow(centre, case, {"action": "return", "note": evil})
        refused = await send(centre, case, action="dispatch", version="1", note=evil, lead=evil)
        for page in ((await centre.get(f"/cases/{case}")).text, refused.text):
            assert "<script>" not in page
            assert "&lt;script&gt;" in page

    async def test_it_runs_our_scripts_only_and_frames_our_map(
        self, centre: httpx.AsyncClient, case: str
    ) -> None:
        answer = await centre.get(f"/cases/{case}")
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-src 'self';" in policy
        assert "unsafe" not in policy
        assert f'src="/v1/incidents/{case}/routing/map?framed=true"' in answer.text
