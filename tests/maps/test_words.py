from datetime import UTC, date, datetime
from string import Formatter

import pytest

from maps.words import Language, join, length, moment, square, words


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(words(Language.ZH)))
def test_a_word_stands_in_both_languages_with_the_same_fields(key: str) -> None:
    chinese, english = words(Language.ZH)[key], words(Language.EN)[key]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese) or fields(chinese)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)
    assert fields(chinese) == fields(english)
    assert english.strip() == english != ""


def test_a_language_has_the_tag_of_html() -> None:
    assert [language.tag for language in Language] == ["zh-CN", "en"]


def test_a_day_and_a_moment_are_written_apart() -> None:
    assert moment(date(2026, 3, 1)) == "2026-03-01"
    assert moment(datetime(2026, 3, 1, 8, 5, tzinfo=UTC)) == "2026-03-01 08:05"


def test_sizes_and_lengths_have_units() -> None:
    assert square(0, Language.EN) == "0"
    assert square(1_240, Language.EN) == "1,240 m²"
    assert square(3_070_000, Language.ZH) == "3.07 平方公里"
    assert length(3.44, Language.EN) == "3.4 m"
    assert length(1_234.5, Language.ZH) == "1,234 米"


def test_names_are_joined_as_the_language_does() -> None:
    assert join(["甲", "乙"], Language.ZH) == "甲、乙"
    assert join(["A", "B"], Language.EN) == "A, B"
