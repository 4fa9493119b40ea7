import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import encoding
from geodata.encoding import Statement, Text
from geodata.errors import EncodingError
from tests.geodata.files import HTML

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)
GBK = Statement("gb18030", "", "")


def settle(*texts: bytes, statement: Statement | None = None) -> str:
    return encoding.settle([Text(text) for text in texts], statement, file="areas.dbf")


@given(chinese)
def test_chinese_in_utf8_is_proved_by_its_bytes(text: str) -> None:
    assert settle(b"310101", text.encode()) == "utf-8"


@given(st.lists(chinese, min_size=1))
def test_a_stated_encoding_that_fits_is_taken_at_its_word(texts: list[str]) -> None:
    data = [text.encode("gbk") for text in texts]
    assert settle(*data, statement=GBK) == "gb18030"
    assert [encoding.decode(Text(raw), "gb18030") for raw in data] == texts


@given(st.lists(st.binary(max_size=12)))
def test_whatever_is_settled_can_be_read_throughout(data: list[bytes]) -> None:
    try:
        codec = settle(*data)
    except EncodingError:
        return
    assert all(encoding.decode(Text(raw), codec).encode() == raw for raw in data)


def test_ascii_needs_no_statement() -> None:
    assert settle(b"310101", b"Huangpu") == "utf-8"
    assert settle() == "utf-8"


def test_several_accented_letters_prove_utf8() -> None:
    assert settle("Lehndorf-Watenbüttel, Völkenrode, Ölper, Südstadt, Rüningen, Schölke".encode())


@pytest.mark.parametrize(
    ("text", "codec", "readings"),
    [
        ("黄浦区", "gbk", {"GB18030": "黄浦区", "Latin-1": "»ÆÆÖÇø"}),
        ("國語", "big5", {"GB18030": "瓣粂", "Big5": "國語"}),
        ("Ñandú", "latin-1", {"Latin-1": "Ñandú"}),
        ("é", "utf-8", {"UTF-8": "é", "GB18030": "茅"}),
    ],
)
def test_what_the_bytes_do_not_prove_is_asked_for_with_samples(
    text: str, codec: str, readings: dict[str, str]
) -> None:
    with pytest.raises(EncodingError, match="--encoding") as caught:
        settle(b"310101", text.encode(codec))
    assert caught.value.code == "undecided_encoding"
    assert readings.items() <= dict(caught.value.detail["samples"]).items()  # type: ignore[call-overload]
    assert all(
        name in caught.value.zh and shown in caught.value.en for name, shown in readings.items()
    )


def test_gbk_is_not_offered_as_utf8() -> None:
    with pytest.raises(EncodingError) as caught:
        settle("黄浦区".encode("gbk"))
    assert "UTF-8" not in dict(caught.value.detail["samples"])  # type: ignore[call-overload]


def test_a_statement_that_the_text_contradicts_is_refused() -> None:
    statement = encoding.stated_by_cpg(b"UTF-8", "areas.cpg")
    with pytest.raises(EncodingError, match=r"areas\.cpg \(UTF-8\).*黄浦区") as caught:
        settle("黄浦区".encode("gbk"), statement=statement)
    assert caught.value.code == "contradicted_encoding"


def test_a_mixture_of_encodings_fits_none() -> None:
    with pytest.raises(EncodingError, match="None of the usual encodings"):
        settle("黄浦区".encode(), b"\x81", b"\x8d\x20")


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        (b"UTF-8\r\n", "utf-8"),
        (b"utf8", "utf-8"),
        (b"65001", "utf-8"),
        (b"GBK", "gb18030"),
        (b"GB2312", "gb18030"),
        (b"GB 18030", "gb18030"),
        (b"936", "gb18030"),
        (b"CP936", "gb18030"),
        (b"OEM 936", "gb18030"),
        (b"Big-5", "cp950"),
        (b"950", "cp950"),
        (b"ANSI 1250", "cp1250"),
        (b"ISO-8859-1", "cp1252"),
        (b"88591", "cp1252"),
        (b"ISO 8859-15", "iso8859-15"),
    ],
)
def test_a_cpg_may_name_its_encoding_in_many_ways(name: bytes, codec: str) -> None:
    assert encoding.stated_by_cpg(name, "areas.cpg").codec == codec


@pytest.mark.parametrize(
    ("content", "seen", "code"),
    [
        (HTML, "web page", "bad_cpg"),
        (b"", "''", "bad_cpg"),
        (b"nonsense", "nonsense", "bad_cpg"),
        (b"\x00\xff", "areas.cpg", "bad_cpg"),
        (b"rot13", "rot13", "bad_cpg"),
        (b"UTF-16", "UTF-16", "wide_encoding"),
        (b"1200", "UTF-16", "wide_encoding"),
    ],
)
def test_a_cpg_that_names_none_is_called_what_it_is(content: bytes, seen: str, code: str) -> None:
    with pytest.raises(EncodingError, match=seen) as caught:
        encoding.stated_by_cpg(content, "areas.cpg")
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["klingon", "hex", ""])
def test_a_declared_encoding_must_exist(name: str) -> None:
    with pytest.raises(EncodingError, match="GB18030") as caught:
        encoding.declared(name)
    assert caught.value.code == "unknown_encoding"


def test_the_header_states_a_code_page_or_nothing() -> None:
    stated = {byte: encoding.stated_by_header(byte) for byte in range(256)}
    assert {byte: said.codec for byte, said in stated.items() if said and "gb" in said.codec} == {
        0x4D: "gb18030",
        0x7A: "gb18030",
    }
    assert stated[0] is None
    assert stated[0x57] is None  # "the code page of that machine", which nobody knows here


def test_half_a_letter_is_dropped_only_at_the_end_of_a_full_field() -> None:
    cut = "黄浦区".encode()[:-1]
    assert encoding.decode(Text(cut, full=True), "utf-8") == "黄浦"
    with pytest.raises(UnicodeDecodeError):
        encoding.decode(Text(cut), "utf-8")
