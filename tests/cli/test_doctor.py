"""`gridsvc doctor` as a person runs it: one line for each thing, and an exit code for scripts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.at_the_prompt import Prompt


def test_the_installed_command_exits_with_one_where_something_is_wrong(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("gridsvc"), "doctor"],
        env=os.environ
        | {"LC_ALL": "C", "GRIDSVC_HOME": str(tmp_path), "GRIDSVC_HOST": "192.0.2.1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert "✗ port         192.0.2.1:8311 cannot be used" in done.stdout
    assert "✓ python" in done.stdout
    assert not any(tmp_path.iterdir())


def test_it_speaks_chinese_where_the_locale_does(prompt: Prompt, tmp_path: Path) -> None:
    home = str(tmp_path)
    said = prompt.run("doctor", GRIDSVC_HOME=home, GRIDSVC_HOST="192.0.2.1", LC_ALL="zh_CN.UTF-8")
    assert "192.0.2.1:8311 不可用" in said.out


def test_json_carries_both_languages(prompt: Prompt, tmp_path: Path) -> None:
    said = prompt.run("doctor", "--json", GRIDSVC_HOME=str(tmp_path))
    report = json.loads(said.out)
    verdicts = {finding["verdict"] for finding in report["findings"]}
    assert report["healthy"] is ("wrong" not in verdicts)
    assert said.code == (0 if report["healthy"] else 1)
    assert all(finding["en"] and finding["zh"] for finding in report["findings"])


@pytest.mark.parametrize(("locale", "sentence"), [("C", "is wrong"), ("zh_CN.UTF-8", "有误")])
def test_a_setting_that_is_wrong_is_one_sentence(
    prompt: Prompt, locale: str, sentence: str
) -> None:
    said = prompt.run("doctor", GRIDSVC_PORT="eighty", LC_ALL=locale)
    assert said.code == 1
    assert said.out == ""
    assert sentence in said.err
    assert "GRIDSVC_PORT" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_wrong_address_does_not_show_its_password(prompt: Prompt) -> None:
    said = prompt.run("doctor", GRIDSVC_DATABASE_URL="mysql://me:hush@db/x")
    assert said.code == 1
    assert "GRIDSVC_DATABASE_URL" in said.err
    assert "hush" not in said.err + said.out
