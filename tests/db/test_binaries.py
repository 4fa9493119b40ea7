"""Which PostgreSQL is chosen, and what is said when none will do."""

from pathlib import Path

import pytest

from gridsvc.db.binaries import dotted, find_installation
from gridsvc.errors import SetupError


def install(folder: Path, version: str, postgis: str | None = "3.3.2") -> Path:
    """Put down programs that answer as PostgreSQL's do when they are asked for their version."""
    folder.mkdir(parents=True)
    share = folder.parent / "share"
    answers = {"postgres": f"postgres (PostgreSQL) {version} (Debian {version}-1)"}
    answers |= {"pg_config": str(share), "initdb": "", "pg_ctl": ""}
    for name, answer in answers.items():
        (folder / name).write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    if postgis:
        control = f"comment = 'geometry'\ndefault_version = '{postgis}'\n"
        (share / "extension").mkdir(parents=True)
        (share / "extension/postgis.control").write_text(control, encoding="utf-8")
    return folder


def packaged(root: Path, version: str, postgis: str | None = "3.3.2") -> Path:
    major = version.partition(".")[0]
    return install(root / "usr/lib/postgresql" / major / "bin", version, postgis)


def refusal(root: Path, path: str = "") -> SetupError:
    with pytest.raises(SetupError) as caught:
        find_installation(path=path, root=root)
    return caught.value


def test_the_newest_is_chosen(tmp_path: Path) -> None:
    packaged(tmp_path, "15.18")
    newest = packaged(tmp_path, "17.2", "3.5.2")
    found = find_installation(path="", root=tmp_path)
    assert (found.programs, found.major, dotted(found.version)) == (newest, 17, "17.2")
    assert found.postgis == (3, 5, 2)


def test_the_newest_with_postgis_is_preferred_to_a_newer_without(tmp_path: Path) -> None:
    with_postgis = packaged(tmp_path, "15.18")
    packaged(tmp_path, "17.2", postgis=None)
    assert find_installation(path="", root=tmp_path).programs == with_postgis


def test_the_major_version_that_made_the_data_is_chosen(tmp_path: Path) -> None:
    packaged(tmp_path, "15.18")
    packaged(tmp_path, "17.2")
    assert find_installation(15, path="", root=tmp_path).major == 15


def test_one_that_only_path_names_is_found(tmp_path: Path) -> None:
    programs = install(tmp_path / "opt/pg/bin", "16.4")
    found = find_installation(path=f"/nowhere:{programs}", root=tmp_path)
    assert found.programs == programs


def test_a_beta_is_a_version_too(tmp_path: Path) -> None:
    packaged(tmp_path, "19beta2")
    assert find_installation(path="", root=tmp_path).major == 19


@pytest.mark.parametrize(
    ("version", "postgis", "code", "named"),
    [
        ("14.13", "3.2.0", "postgresql_too_old", "14.13"),
        ("15.18", None, "postgis_missing", "15.18"),
        ("15.18", "3.2.4", "postgis_too_old", "3.2.4"),
    ],
)
def test_what_will_not_do_is_named(
    tmp_path: Path, version: str, postgis: str | None, code: str, named: str
) -> None:
    packaged(tmp_path, version, postgis)
    error = refusal(tmp_path)
    assert error.code == code
    assert named in error.en
    assert named in error.zh
    assert "make setup" in error.en


def test_none_at_all_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path, path="/nowhere").code == "postgresql_missing"


def test_a_program_that_does_not_run_is_no_installation(tmp_path: Path) -> None:
    programs = packaged(tmp_path, "15.18")
    (programs / "postgres").write_text("#!/nowhere/sh\n", encoding="utf-8")
    assert refusal(tmp_path).code == "postgresql_missing"


def test_half_of_the_programs_are_no_installation(tmp_path: Path) -> None:
    (packaged(tmp_path, "15.18") / "initdb").unlink()
    assert refusal(tmp_path).code == "postgresql_missing"
