"""The image and the composition, as far as they can be judged without an engine."""

from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it ships no types, and this is its one use

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
    return told


@pytest.fixture(scope="module")
def dockerfile() -> list[str]:
    return (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()


def test_the_services_are_the_database_web_and_worker(composition: dict[str, Any]) -> None:
    assert set(composition["services"]) == {"database", "migrate", "web", "worker"}
    assert composition["services"]["database"]["image"].startswith("postgis/postgis:")


def test_nobody_starts_before_the_schema_is_there(composition: dict[str, Any]) -> None:
    services = composition["services"]
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for name in ("web", "worker"):
        condition = services[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_everything_that_keeps_running_is_watched(
    composition: dict[str, Any], dockerfile: list[str]
) -> None:
    assert any(line.startswith("HEALTHCHECK") for line in dockerfile)
    assert composition["services"]["database"]["healthcheck"]["test"]
    assert composition["services"]["worker"]["healthcheck"]["test"]


def test_the_password_is_in_no_file_and_no_setting(composition: dict[str, Any]) -> None:
    assert composition["secrets"] == {"database_password": {"environment": "DATABASE_PASSWORD"}}
    for service in composition["services"].values():
        assert service["secrets"] == ["database_password"]
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value == "/run/secrets/database_password"
            assert ":" not in value.partition("://")[2].partition("@")[0]


def test_only_the_web_is_reached_and_only_from_this_machine(composition: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in composition["services"].items()}
    assert ports.pop("web") == ["127.0.0.1:${GRIDSVC_PORT:-8311}:8311"]
    assert not any(ports.values())


def test_every_volume_and_secret_that_is_used_is_declared(composition: dict[str, Any]) -> None:
    used = {
        volume.partition(":")[0]
        for service in composition["services"].values()
        for volume in service["volumes"]
    }
    assert used == set(composition["volumes"])


def test_the_image_does_not_run_as_root(dockerfile: list[str]) -> None:
    last_stage = dockerfile[
        max(n for n, line in enumerate(dockerfile) if line.startswith("FROM")) :
    ]
    assert "USER gridsvc" in last_stage
    assert not any(line.startswith(("COPY --chown", "ADD")) for line in dockerfile)


def test_the_image_takes_only_packages_with_known_hashes(dockerfile: list[str]) -> None:
    installing = [line for line in dockerfile if "pip install" in line]
    assert installing
    assert all("--require-hashes" in line or "--no-deps" in line for line in installing)


def test_what_the_image_copies_exists_and_is_not_ignored(dockerfile: list[str]) -> None:
    kept = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = [
        name
        for line in dockerfile
        if line.startswith("COPY") and "--from" not in line
        for name in line.split()[1:-1]
        if name != "."
    ]
    for name in copied:
        assert (PROJECT / name).exists()
        assert any(Path(name).match(line.removeprefix("!")) for line in kept if line[0] == "!")
