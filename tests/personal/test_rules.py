"""Telephone numbers are read as people write them; what is shown tells nobody who it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gridsvc.auth.secret_box import SecretBox
from gridsvc.db.base import new_id
from gridsvc.errors import SetupError
from gridsvc.personal.contact import PURPOSE, Contact, Named, opened, shown
from gridsvc.personal.masking import masked_address, masked_name, masked_phone, masked_text
from gridsvc.personal.model import ReporterRow
from gridsvc.personal.schemas import ReporterIn
from gridsvc.personal.telephone import number_of

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
CONTACT = Contact(name="王小明", phone="13800138000")
OLD, NEW = SecretBox.of(PURPOSE, "an old key"), SecretBox.of(PURPOSE, "a new key")
BOTH = SecretBox.of(PURPOSE, "a new key", "an old key")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0571-87654321", "0571-87654321"),
        ("(0571)87654321", "0571-87654321"),
        ("057187654321", "0571-87654321"),
        ("010-62345678-8012", "010-62345678-8012"),
        ("+86 571 87654321", "0571-87654321"),
        ("12345", None),
        ("12800138000", None),
        ("1380013800", None),
        ("138001380001", None),
        ("87654321", None),
        ("0571-123", None),
        ("+1 212 555 0100", None),
        ("王小明", None),
        ("", None),
    ],
)
def test_a_number_is_read_or_not(written: str, read: str | None) -> None:
    assert number_of(written) == read


@settings(max_examples=40)
@given(st.text(max_size=30))
def test_whatever_is_read_is_read_again_as_the_same(written: str) -> None:
    read = number_of(written)
    assert read is None or number_of(read) == read


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, "nobody"),
        ({"name": " "}, "string_too_short"),
        ({"name": "王" * 51}, "string_too_long"),
        ({"phone": "王小明 4711"}, "phone"),
        ({"phone": "1" * 41}, "string_too_long"),
        ({"address": "路" * 201}, "string_too_long"),
        ({"name": "a\x00"}, "string_pattern_mismatch"),
        ({"name": "李四", "id_card": "李四"}, "extra_forbidden"),
    ],
)
def test_what_is_no_reporter_is_refused_without_repeating_it(
    sent: dict[str, str], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        ReporterIn.model_validate(sent)
    (fault,) = refused.value.errors(include_url=False)
    assert fault["type"] == code
    assert not any(text.strip() and text in fault["msg"] for text in sent.values())


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (masked_name("王小明"), "王**"),
        (masked_phone("13800131234"), "138****1234"),
        (masked_phone("0571-87654321"), "0571-****21"),
        (masked_phone("010-62345678-8012"), "010-****78"),
        (masked_address("兰桂街道松桂路12号3单元502"), "兰桂街道松桂路***"),
        (masked_address("幸福里三单元"), "幸福里***"),
        (masked_address("8号"), "***"),
        (
            masked_text("请联系王先生13800131234，勿打0571-87654321"),
            "请联系王先生138****1234，勿打0571-87654321",
        ),
        (masked_text("电话 +86 138-0013-1234。"), "电话 +86 138****1234。"),
        (masked_text("水表号113800131234"), "水表号113800131234"),
    ],
)
def test_what_is_shown(shown: str, expected: str) -> None:
    assert shown == expected


@settings(max_examples=40)
@given(MOBILES, st.sampled_from(["", "电话", "a", "+86", "（"]), st.sampled_from(["", "。", " x"]))
def test_no_mobile_number_is_left_in_a_text(number: str, before: str, after: str) -> None:
    for written in (
        number,
        f"{number[:3]} {number[3:7]} {number[7:]}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
    ):
        shown = masked_text(f"{before}{written}{after}")
        assert number not in re.sub(r"[ -]", "", shown)
        assert masked_text(shown) == shown
        assert shown.startswith(before)
        assert shown.endswith(after)


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=60))
def test_of_an_address_no_number_and_never_more_than_half_is_shown(address: str) -> None:
    shown = masked_address(address).removesuffix("***")
    assert address.startswith(shown)
    assert len(shown) <= len(address) / 2
    assert not any(letter.isnumeric() for letter in shown)


class TestSealing:
    def test_what_is_sealed_is_opened_for_its_case_and_part_only(self) -> None:
        row = Named(CONTACT, NEW).row(new_id())
        assert opened(row, NEW) == CONTACT
        assert row.address is None
        assert "王".encode() not in (row.name or b"")
        for moved in (
            ReporterRow(incident_id=new_id(), name=row.name),
            ReporterRow(incident_id=row.incident_id, name=row.phone),
        ):
            with pytest.raises(SetupError) as refused:
                opened(moved, NEW)
            assert refused.value.code == "sealed_for_another_case"

    def test_without_its_key_it_is_shown_as_something_and_no_more(self) -> None:
        row = Named(CONTACT, OLD).row(new_id())
        assert opened(row, BOTH) == CONTACT
        assert shown(row, BOTH) == {"name": "王**", "phone": "138****8000", "address": None}
        assert shown(row, NEW) == {"name": "***", "phone": "***", "address": None}

    def test_it_is_never_written_out_by_itself(self) -> None:
        assert "王" not in repr(CONTACT)
        assert "138" not in repr(Named(CONTACT, NEW))
