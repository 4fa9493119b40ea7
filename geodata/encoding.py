"""In which letters a table was written: stated, or proved by its bytes, and otherwise not guessed.

A Shapefile's table says its encoding in a .cpg file beside it or in one byte of its header, and
often in neither. Nearly every text in GBK is also readable as Big5 and as Latin-1, so that
"it can be decoded" chooses nothing.
"""

import codecs
import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geodata.errors import EncodingError
from geodata.formats.source import is_web_page


@dataclass(frozen=True, slots=True)
class Text:
    """One text as bytes; `full` if it fills its field, so that its last letter may be cut."""

    data: bytes
    full: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """An encoding, by its Python codec, and who says that it is this one."""

    codec: str
    en: str
    zh: str


GEOJSON: Final = Statement(
    "utf-8", "the standard of GeoJSON (RFC 7946)", "GeoJSON 标准（RFC 7946）"
)

_CANDIDATES: Final = {
    "UTF-8": "utf-8",
    "GB18030": "gb18030",
    "Big5": "cp950",
    "Latin-1": "cp1252",
}
# Programs say GBK and write letters that only GB18030 has; so with Big5 and code page 950, with
# Latin-1 and code page 1252, which moreover has gaps and therefore does not read just anything.
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "iso8859-1": "cp1252"}
_CODE_PAGES: Final = {"65001": "utf-8", "54936": "gb18030", "20936": "gb18030", "1200": "utf-16"}
_CODE_PAGE: Final = re.compile(r"(?:ANSI|OEM|CP|WINDOWS|MS)?[ _-]*(\d{3,5})", re.IGNORECASE)
_ISO_8859: Final = re.compile(r"(?:ISO)?[ _-]*8859[ _-]?(\d{1,2})", re.IGNORECASE)
# Byte 29 of a dBase header, where it names one code page; 0 and 0x57 ("of that machine") do not.
_LANGUAGE_DRIVERS: Final = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x4D: "gb18030",
    0x4E: "cp949",
    0x4F: "cp950",
    0x58: "cp1252",
    0x78: "cp950",
    0x79: "cp949",
    0x7A: "gb18030",
    0x7B: "cp932",
}
# A Chinese letter of GBK passes for a two-byte letter of UTF-8 about once in seven times: six of
# them by chance less often than once in 100,000 files.
_PROOF: Final = 6
_SAMPLE: Final = re.compile(rb"[\x80-\xff][\x00-\xff]{0,23}")
_WIDE: Final = ("utf-16", "utf-32")
_ASCII: Final = bytes(range(0x20, 0x7F))


def declared(name: str) -> Statement:
    """Take the name of an encoding that a person gave.

    Parameters
    ----------
    name : str
        Such as "utf-8", "gbk", "GB18030", "big5", "936", "latin-1".

    Returns
    -------
    Statement
        GBK and GB2312 become GB18030, which contains them.

    Raises
    ------
    EncodingError
        There is no such encoding, or it is UTF-16 or UTF-32, which no such table can be in.
    """
    codec = _codec(name)
    if codec is None:
        raise EncodingError(
            "unknown_encoding",
            en=f'"{name}" is no known encoding; declare one of: {", ".join(_CANDIDATES)}.',
            zh=f"“{name}”不是已知的编码；请声明其一：{'、'.join(_CANDIDATES)}。",
        )
    return _narrow(Statement(codec, f'the declared encoding "{name}"', f"所声明的编码“{name}”"))


def stated_by_cpg(data: bytes, file: str) -> Statement:
    """Read a .cpg file.

    Parameters
    ----------
    data : bytes
        Its whole content, such as b"UTF-8", b"936", b"ANSI 1252".
    file : str
        Its name, for the sentence.

    Raises
    ------
    EncodingError
        It is a web page, or names no encoding, or names UTF-16.
    """
    name = data.decode("ascii", errors="replace").strip()
    codec = None if is_web_page(data) else _codec(name)
    if codec is None:
        en, zh = (
            ("a web page (HTML)", "网页（HTML）") if is_web_page(data) else (repr(name[:40]),) * 2
        )
        raise EncodingError(
            "bad_cpg",
            en=f"{file} should name an encoding and is {en}; delete it and declare --encoding.",
            zh=f"{file} 应写明编码，内容却是{zh}；请删除该文件并用 --encoding 声明编码。",
        )
    return _narrow(Statement(codec, f"{file} ({name})", f"{file}（{name}）"))


def stated_by_header(language_driver: int) -> Statement | None:
    """Read the language byte of a dBase header (byte 29); None where it names no code page."""
    codec = _LANGUAGE_DRIVERS.get(language_driver)
    if codec is None:
        return None
    sign = f"0x{language_driver:02X}"
    return Statement(
        codec, f"the table's header (language {sign})", f"属性表文件头（语言标识 {sign}）"
    )


def settle(texts: Iterable[Text], statement: Statement | None, *, file: str) -> str:
    """Find the encoding that all texts are in.

    Parameters
    ----------
    texts : iterable of Text
        Every text of the file, names of columns too.
    statement : Statement or None
        What was declared or is written beside the texts.
    file : str
        The file's name, for the sentence.

    Returns
    -------
    str
        A Python codec. Without a statement "utf-8", if all is ASCII or is proved to be UTF-8.

    Raises
    ------
    EncodingError
        The texts are not in the encoding that was stated, or nothing was stated and the bytes
        prove nothing. It names the encodings that fit and shows a sample in each.
    """
    foreign = [text for text in texts if not text.data.isascii()]
    if statement is not None and _fits(foreign, statement.codec):
        return statement.codec
    if statement is None and _is_proved_utf8(foreign):
        return "utf-8"
    raise _undecided(foreign, statement, file=file)


def decode(text: Text, codec: str) -> str:
    """Decode strictly, except that half a letter at the end of a full field is dropped.

    Raises
    ------
    UnicodeDecodeError
        The text is not in this encoding.
    """
    return codecs.getincrementaldecoder(codec)("strict").decode(text.data, final=not text.full)


def _codec(name: str) -> str | None:
    name = name.strip()
    if iso := _ISO_8859.fullmatch(name):
        name = f"iso8859-{iso[1]}"
    elif page := _CODE_PAGE.fullmatch(name):
        name = _CODE_PAGES.get(page[1], f"cp{page[1]}")
    for spelling in (name, re.sub("[ _-]", "", name)):
        with contextlib.suppress(LookupError, ValueError):
            codec = codecs.lookup(spelling).name
            if codec.startswith(_WIDE) or _ASCII.decode(codec) == _ASCII.decode("ascii"):
                return _WIDER.get(codec, codec)
    return None


def _narrow(statement: Statement) -> Statement:
    if statement.codec.startswith(_WIDE):
        raise EncodingError(
            "wide_encoding",
            en=f"{statement.en} cannot be: a file of this kind is never in UTF-16 or UTF-32; "
            "export it in UTF-8.",
            zh=f"{statement.zh}不成立：此类文件不能使用 UTF-16 或 UTF-32；请以 UTF-8 重新导出。",
        )
    return statement


def _fits(texts: Iterable[Text], codec: str) -> bool:
    try:
        for text in texts:
            decode(text, codec)
    except UnicodeError:
        return False
    return True


def _is_proved_utf8(texts: Sequence[Text]) -> bool:
    if not _fits(texts, "utf-8"):
        return False
    letters = [letter for text in texts for letter in decode(text, "utf-8") if letter > "\x7f"]
    return not letters or len(letters) >= _PROOF or max(letters) > "\u07ff"


def _undecided(texts: Sequence[Text], statement: Statement | None, *, file: str) -> EncodingError:
    found = _SAMPLE.search(texts[0].data)
    sample = Text(found[0] if found else b"", full=True)
    fitting = {name: codec for name, codec in _CANDIDATES.items() if _fits(texts, codec)}
    shown = {name: " ".join(decode(sample, codec).split()) for name, codec in fitting.items()}
    en, zh = "its encoding is stated nowhere", "未注明编码"
    if statement is not None:
        en, zh = f"its text contradicts {statement.en}", f"文字与{statement.zh}不符"
    en_way, zh_way = _way_out(shown)
    return EncodingError(
        "undecided_encoding" if statement is None else "contradicted_encoding",
        en=f"{file}: {en}. {en_way}",
        zh=f"{file}：{zh}。{zh_way}",
        samples=shown,
    )


def _way_out(shown: Mapping[str, str]) -> tuple[str, str]:
    if not shown:
        return (
            "None of the usual encodings fits: it is damaged or mixes several; export it as UTF-8.",
            "常见编码均不符合：文件已损坏或混用了多种编码；请以 UTF-8 重新导出。",
        )
    en = "; ".join(f'{name} "{text}"' for name, text in shown.items())
    zh = "；".join(f"{name}“{text}”" for name, text in shown.items())
    return (
        f"It can be read as {en}: declare the right one with --encoding.",
        f"可能的读法：{zh}；请用 --encoding 声明正确的编码。",
    )
