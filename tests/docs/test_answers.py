"""What compares the documents with the answers does notice when they differ."""

import json
from typing import Any

import pytest

from tests.docs.answers import differences

CAME = {"status": "filed", "routing": {"lead": None, "areas": ["a", "b"]}, "version": 3, "ok": True}
HTTP = 'HTTP/1.1 201 Created\r\nETag: "1"\r\nDate: now\r\n\r\n{"version": 3}'


def unlike(shown: dict[str, Any], came: dict[str, Any] = CAME) -> list[str]:
    return differences("json", json.dumps(shown), json.dumps(came))


def test_an_answer_is_like_itself() -> None:
    assert unlike(CAME) == []


@pytest.mark.parametrize(
    "shown",
    [
        {"status": "filed", "…": "…"},
        {**CAME, "version": 9},
        {**CAME, "routing": {"areas": ["…"], "…": "…"}},
        {**CAME, "routing": "…"},
    ],
)
def test_a_shorter_answer_and_other_values_are_like_it(shown: dict[str, Any]) -> None:
    assert unlike(shown) == []


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"status": "filed"}, "has"),
        ({**CAME, "more": 1}, "lacks"),
        ({**CAME, "status": "closed"}, "status"),
        ({**CAME, "version": "3"}, "version"),
        ({**CAME, "ok": 1}, "ok"),
        ({**CAME, "routing": {"lead": None, "areas": []}}, "items"),
        ({**CAME, "routing": []}, "routing"),
    ],
)
def test_what_differs_is_named(shown: dict[str, Any], told: str) -> None:
    assert any(told in difference for difference in unlike(shown))


def test_status_line_headers_and_body_are_compared() -> None:
    assert differences("http", 'HTTP/1.1 201 Created\nETag: "9"\n\n{"version": 1}', HTTP) == []
    assert differences("http", "HTTP/1.1 200 OK\n", HTTP)
    assert differences("http", "HTTP/1.1 201 Created\nLocation: /\n", HTTP)
    assert differences("http", 'HTTP/1.1 201 Created\n\n{"other": 1}', HTTP)


def test_text_is_compared_but_for_what_is_left_out() -> None:
    assert differences("text", "Release … of markets [1]\n", "Release 7 of markets [1]\n") == []
    assert differences("text", "Release … of markets\n", "Release 7 of grids\n")
