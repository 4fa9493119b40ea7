"""`gridsvc doctor` as a person runs it: one line for each thing, and an exit code for scripts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("gridsvc")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIDSVC_")}
    return subprocess.run(
        [PROGRAM, *arguments],
        env=kept | {"LC_ALL": "C.UTF-8"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_wrong_makes_the_exit_code_one(tmp_path: Path) -> None:
    done = run("doctor", GRIDSVC_HOME=str(tmp_path), GRIDSVC_TIMEZONE="Asia/Nowhere")
    assert done.returncode == 1
    assert "✗ time_zone    Time zone Asia/Nowhere is unknown" in done.stdout
    assert "✓ python" in done.stdout
    assert not any(tmp_path.iterdir())


def test_it_speaks_chinese_where_the_locale_does(tmp_path: Path) -> None:
    done = run("doctor", GRIDSVC_HOME=str(tmp_path), GRIDSVC_TIMEZONE="X", LC_ALL="zh_CN.UTF-8")
    assert "未知时区 X" in done.stdout


def test_json_carries_both_languages(tmp_path: Path) -> None:
    done = run("doctor", "--json", GRIDSVC_HOME=str(tmp_path))
    report = json.loads(done.stdout)
    verdicts = {finding["verdict"] for finding in report["findings"]}
    assert report["healthy"] is ("wrong" not in verdicts)
    assert done.returncode == (0 if report["healthy"] else 1)
    assert all(finding["en"] and finding["zh"] for finding in report["findings"])


@pytest.mark.parametrize(("locale", "sentence"), [("C", "is wrong"), ("zh_CN.UTF-8", "有误")])
def test_a_setting_that_is_wrong_is_one_sentence(locale: str, sentence: str) -> None:
    done = run("doctor", GRIDSVC_PORT="eighty", LC_ALL=locale)
    assert done.returncode == 1
    assert done.stdout == ""
    assert sentence in done.stderr
    assert "GRIDSVC_PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_address_does_not_show_its_password() -> None:
    done = run("doctor", GRIDSVC_DATABASE_URL="mysql://me:hush@db/x")
    assert done.returncode == 1
    assert "GRIDSVC_DATABASE_URL" in done.stderr
    assert "hush" not in done.stderr + done.stdout
