"""The set-up scripts on machines that lack this and that: fake commands stand for the machine's."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
TOOLS = "sh cat cut basename dirname env find head mkdir mktemp rm sed sha256sum sort tee"
PYTHON = "#!/bin/sh\nexit 0\n"
PYTHON_WITHOUT_VENV = """\
#!/bin/sh
case "$*" in
    *ensurepip*) exit 1 ;;
    *python%d*) echo python3.11-venv ;;
esac
"""
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >>"$LOG"
case "$*" in *install*) cat "$SETUP_ROOT"/etc/postgresql-common/createcluster.d/* >>"$LOG" ;; esac
if [ "$1" = "${APT_FAILS_AT:-}" ]; then echo "E: that is why" >&2; exit 100; fi
"""
APT_CACHE = """\
#!/bin/sh
case "$1" in
    search) for n in $PACKAGED; do echo "postgresql-$n-postgis-3 - Geographic objects"; done ;;
    policy) echo "$2:"; echo "  Candidate: $CHROMIUM" ;;
esac
"""
PAPER = (
    "usr/lib/x86_64-linux-gnu/libpangoft2-1.0.so.0",
    "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
SUDO = '#!/bin/sh\n[ "$1" = -n ] && exit 0\necho "sudo $1" >>"$LOG"\nexec "$@"\n'


@dataclass(frozen=True, slots=True)
class Machine:
    """A folder that stands for the machine, and one for the project on it."""

    root: Path

    def command(self, name: str, text: str) -> None:
        path = self.root / "bin" / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def file(self, name: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)

    def postgresql(self, major: int, *, postgis: bool = True) -> None:
        self.file(f"usr/lib/postgresql/{major}/bin/postgres")
        if postgis:
            self.file(f"usr/share/postgresql/{major}/extension/postgis.control")

    def paper(self) -> None:
        for name in PAPER:
            self.file(name)

    def run(
        self, script: str, *arguments: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        ordinary = {
            "PATH": str(self.root / "bin"),
            "SETUP_ROOT": str(self.root),
            "LOG": str(self.root / "log"),
            "TMPDIR": str(self.root),
            "PACKAGED": "14 15",
            "CHROMIUM": "156.0",
        }
        return subprocess.run(
            [self.root / "bin/sh", f"scripts/{script}", *arguments],
            cwd=self.root / "project",
            env=ordinary | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def log(self) -> str:
        log = self.root / "log"
        return log.read_text(encoding="utf-8") if log.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Debian 12 with Python and fonts, with root at the keyboard."""
    (tmp_path / "bin").mkdir()
    shutil.copytree(PROJECT / "scripts", tmp_path / "project/scripts")
    for tool in TOOLS.split():
        (tmp_path / "bin" / tool).symlink_to(str(shutil.which(tool)))
    debian = Machine(tmp_path)
    debian.paper()
    debian.command("apt-get", APT_GET)
    debian.command("apt-cache", APT_CACHE)
    debian.command("id", "#!/bin/sh\necho 0\n")
    debian.command("python3.11", PYTHON)
    return debian


@pytest.fixture
def user(machine: Machine) -> Machine:
    """The same with an ordinary user at the keyboard."""
    machine.command("id", "#!/bin/sh\necho 1000\n")
    return machine


class TestSystem:
    def test_a_complete_machine_is_left_alone(self, machine: Machine) -> None:
        machine.postgresql(15)
        done = machine.run("setup-system.sh")
        assert (done.returncode, done.stdout, done.stderr, machine.log) == (0, "", "", "")

    @pytest.mark.parametrize(("packaged", "chosen"), [("14 15", 15), ("15 16 17", 17)])
    def test_the_newest_packaged_postgresql_is_installed(
        self, machine: Machine, packaged: str, chosen: int
    ) -> None:
        done = machine.run("setup-system.sh", PACKAGED=packaged)
        wanted = f"postgresql-{chosen} postgresql-{chosen}-postgis-3"
        assert done.returncode == 0
        assert wanted in done.stdout
        assert machine.log.startswith("apt-get update")
        assert f"--no-install-recommends {wanted}" in machine.log

    def test_an_installed_postgresql_gets_its_own_postgis(self, machine: Machine) -> None:
        machine.postgresql(16, postgis=False)
        machine.run("setup-system.sh", PACKAGED="15 16 17")
        assert "postgresql-16 postgresql-16-postgis-3" in machine.log

    def test_commands_on_the_path_do_not_stand_for_its_postgis(self, machine: Machine) -> None:
        machine.postgresql(16, postgis=False)
        for name in ("postgres", "pg_config"):
            machine.command(name, "#!/bin/sh\n")
        machine.run("setup-system.sh")
        assert "postgresql-16 postgresql-16-postgis-3" in machine.log

    def test_a_postgresql_of_no_package_is_left_to_the_doctor(self, machine: Machine) -> None:
        for name in ("postgres", "pg_config"):
            machine.command(name, "#!/bin/sh\n")
        assert machine.run("setup-system.sh").returncode == 0
        assert machine.log == ""

    def test_debian_makes_no_server_of_its_own(self, machine: Machine) -> None:
        machine.run("setup-system.sh")
        assert "create_main_cluster = false" in machine.log
        assert not any((machine.root / "etc/postgresql-common/createcluster.d").iterdir())

    def test_a_failing_apt_shows_why_and_leaves_nothing(self, machine: Machine) -> None:
        done = machine.run("setup-system.sh", APT_FAILS_AT="install")
        assert done.returncode == 1
        assert "E: that is why" in done.stderr
        assert not any((machine.root / "etc/postgresql-common/createcluster.d").iterdir())

    def test_a_package_source_that_is_down_is_said_and_passed_over(self, machine: Machine) -> None:
        done = machine.run("setup-system.sh", APT_FAILS_AT="update")
        assert done.returncode == 0
        assert "could not be refreshed" in done.stdout
        assert "apt-get install" in machine.log

    def test_a_distribution_that_is_too_old_is_told_what_to_add(self, user: Machine) -> None:
        done = user.run("setup-system.sh", PACKAGED="14")
        assert done.returncode == 1
        assert "sudo apt-get install --yes postgresql-common &&" in done.stderr
        assert "sudo sh /usr/share/postgresql-common/pgdg/" in done.stderr
        assert "http" not in done.stderr

    def test_an_empty_list_of_packages_is_no_old_distribution(self, user: Machine) -> None:
        done = user.run("setup-system.sh", PACKAGED="")
        assert done.returncode == 1
        assert "run sudo apt-get update" in done.stderr

    def test_where_root_is_out_of_reach_the_command_is_printed(self, user: Machine) -> None:
        done = user.run("setup-system.sh")
        assert done.returncode == 1
        assert (
            "apt-get update && apt-get install --yes --no-install-recommends"
            " postgresql-15 postgresql-15-postgis-3"
        ) in done.stderr
        assert user.log == ""

    def test_sudo_is_used_where_it_asks_nothing(self, user: Machine) -> None:
        user.command("sudo", SUDO)
        assert user.run("setup-system.sh").returncode == 0
        assert "sudo apt-get" in user.log
        assert "apt-get install" in user.log

    def test_a_server_elsewhere_needs_no_postgresql_here(self, machine: Machine) -> None:
        done = machine.run("setup-system.sh", GRIDSVC_DATABASE_URL="postgresql://db/grid")
        assert (done.returncode, machine.log) == (0, "")

    def test_the_tests_need_it_all_the_same(self, machine: Machine) -> None:
        machine.run("setup-system.sh", "--tests", GRIDSVC_DATABASE_URL="postgresql://db/grid")
        assert "postgresql-15" in machine.log

    def test_debians_missing_venv_is_installed(self, machine: Machine) -> None:
        machine.postgresql(15)
        machine.command("python3.11", PYTHON_WITHOUT_VENV)
        machine.run("setup-system.sh")
        assert "--no-install-recommends python3.11-venv" in machine.log

    def test_the_tests_get_a_browser(self, machine: Machine) -> None:
        machine.postgresql(15)
        assert machine.run("setup-system.sh", "--tests").returncode == 0
        assert "--no-install-recommends chromium" in machine.log

    def test_paper_needs_its_library_and_chinese_fonts(self, machine: Machine) -> None:
        machine.postgresql(15)
        for name in PAPER:
            (machine.root / name).unlink()
        assert machine.run("setup-system.sh").returncode == 0
        assert "--no-install-recommends libpangoft2-1.0-0 fonts-noto-cjk" in machine.log

    @pytest.mark.parametrize("candidate", ["(none)", "2:1snap1-0ubuntu2"])
    def test_a_browser_that_is_no_package_is_done_without(
        self, machine: Machine, candidate: str
    ) -> None:
        machine.postgresql(15)
        done = machine.run("setup-system.sh", "--tests", CHROMIUM=candidate)
        assert done.returncode == 0
        assert "will be skipped" in done.stdout
        assert "chromium" not in machine.log

    def test_another_kind_of_system_is_told_what_it_needs(self, machine: Machine) -> None:
        (machine.root / "bin/apt-get").unlink()
        done = machine.run("setup-system.sh")
        assert done.returncode == 1
        assert "PostGIS 3.3 or newer" in done.stderr

    def test_it_speaks_chinese_where_the_locale_does(self, machine: Machine) -> None:
        assert "正在安装" in machine.run("setup-system.sh", LANG="zh_CN.UTF-8").stdout


class TestPython:
    def test_the_newest_that_works_is_chosen(self, machine: Machine) -> None:
        machine.command("python3.12", PYTHON)
        machine.command("python3.13", "#!/bin/sh\nexit 127\n")  # a shim of a version not installed
        assert machine.run("find-python.sh").stdout == "python3.12 ready\n"

    def test_one_that_can_make_environments_is_preferred(self, machine: Machine) -> None:
        machine.command("python3.13", PYTHON_WITHOUT_VENV)
        assert machine.run("find-python.sh").stdout == "python3.11 ready\n"

    def test_one_that_cannot_is_better_than_none(self, machine: Machine) -> None:
        machine.command("python3.11", PYTHON_WITHOUT_VENV)
        assert machine.run("find-python.sh").stdout == "python3.11 no-venv\n"

    def test_none_is_said(self, machine: Machine) -> None:
        (machine.root / "bin/python3.11").unlink()
        (machine.root / "project/requirements-dev.txt").touch()
        (machine.root / "project/pyproject.toml").touch()
        done = machine.run("setup-python.sh")
        assert done.returncode == 1
        assert "Python 3.11 or newer is needed" in done.stderr

    def test_packages_are_installed_once_for_each_set_of_pins(self, machine: Machine) -> None:
        project = machine.root / "project"
        (project / "requirements-dev.txt").write_text("a==1", encoding="utf-8")
        (project / "pyproject.toml").touch()
        (project / ".venv/bin").mkdir(parents=True)
        machine.command("python", '#!/bin/sh\necho "python $*" >>"$LOG"\n')
        (machine.root / "bin/python").rename(project / ".venv/bin/python")
        assert "requirements-dev.txt" in machine.run("setup-python.sh").stdout
        assert "--require-hashes --requirement requirements-dev.txt" in machine.log
        assert machine.run("setup-python.sh").stdout == ""
        (project / "requirements-dev.txt").write_text("a==2", encoding="utf-8")
        assert "requirements-dev.txt" in machine.run("setup-python.sh").stdout


class TestAssets:
    @pytest.fixture
    def project(self, machine: Machine) -> Path:
        project = machine.root / "project"
        for name in ("package-lock.json", "requirements-node.txt"):
            (project / name).touch()
        (project / "node_modules").mkdir()
        (project / ".venv/bin").mkdir(parents=True)
        machine.command("python", '#!/bin/sh\necho "python $*" >>"$LOG"\n')
        (machine.root / "bin/python").rename(project / ".venv/bin/python")
        return project

    def npm(self, machine: Machine, version: str) -> None:
        said = f'[ "$1" = --version ] && echo {version} && exit\necho "npm $*" >>"$LOG"\n'
        machine.command("npm", f"#!/bin/sh\n{said}")

    def test_the_machines_npm_is_used(self, machine: Machine, project: Path) -> None:
        self.npm(machine, "9.2.0")
        assert machine.run("setup-assets.sh").returncode == 0
        assert "npm ci --ignore-scripts" in machine.log
        assert "python scripts/assets.py" in machine.log

    def test_an_old_npm_is_done_without(self, machine: Machine, project: Path) -> None:
        self.npm(machine, "6.14.1")
        done = machine.run("setup-assets.sh")
        assert "Node.js into .tools" in done.stdout
        assert "--require-hashes --requirement requirements-node.txt" in machine.log

    def test_a_second_run_fetches_nothing(self, machine: Machine, project: Path) -> None:
        self.npm(machine, "11.0.0")
        (project / "gridsvc/web/assets/vendor").mkdir(parents=True)
        machine.run("setup-assets.sh")
        before = machine.log
        assert machine.run("setup-assets.sh").stdout == ""
        assert machine.log == before


def test_an_unknown_option_is_refused(machine: Machine) -> None:
    done = machine.run("setup.sh", "--tset")
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_the_scripts_are_clean() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed")
    scripts = [*(PROJECT / "scripts").glob("*.sh"), PROJECT / ".ci/run"]
    done = subprocess.run(
        ["shellcheck", "-x", *scripts], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_make_alone_lists_its_targets() -> None:
    done = subprocess.run(
        ["make", "-C", PROJECT],
        env=os.environ | {"MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    listed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("make ")}
    assert {"help", "setup", "demo", "demo-reset", "test", "check", "bench", "lock"} <= listed
