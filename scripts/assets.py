#!/usr/bin/env python3
"""Copies what the map pages need out of `node_modules` to where the server serves it.

It runs after `npm ci`; nothing is fetched here.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
VENDOR: Final = ROOT / "gridsvc" / "web" / "assets" / "vendor"
FILES: Final = {"leaflet": ("LICENSE", "dist/leaflet.css", "dist/leaflet.js", "dist/images")}
"""What is taken of each package; folders whole."""


def main() -> int:
    """Copy the files and name the versions."""
    missing = [name for name in FILES if not (ROOT / "node_modules" / name).is_dir()]
    if missing:
        sys.stderr.write(f"No {', '.join(missing)} in node_modules: run `npm ci` first.\n")
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    versions = {name: copy(name, paths) for name, paths in FILES.items()}
    (VENDOR / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    sys.stdout.write(f"{named} -> {VENDOR.relative_to(ROOT)}\n")
    return 0


def copy(name: str, paths: tuple[str, ...]) -> str:
    """Copy one package's files and give its version."""
    package = ROOT / "node_modules" / name
    target = VENDOR / name
    target.mkdir(parents=True)
    for path in paths:
        source = package / path
        if source.is_dir():
            shutil.copytree(source, target / source.name)
        else:
            shutil.copy(source, target)
    version: str = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    return version


if __name__ == "__main__":
    sys.exit(main())
