#!/usr/bin/env python3
"""Copies what the map pages need out of `node_modules` to where the server serves it.

It runs after `npm ci`; nothing is fetched here.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
VENDOR: Final = ROOT / "gridsvc" / "web" / "assets" / "vendor"
FILES: Final = {
    "leaflet": ("LICENSE", "dist/leaflet.css", "dist/leaflet.js", "dist/images"),
    "@mapbox/point-geometry": ("LICENSE", "index.js"),
    "@mapbox/vector-tile": ("LICENSE.txt", "index.js"),
    "pbf": ("LICENSE", "index.js"),
}
"""What is taken of each package; folders whole."""
IMPORT: Final = re.compile(r"(?<=from ')(@[\w-]+/[\w-]+)(?=')")
"""A package's name where a module imports it, which a browser could not find."""


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
            tie(target / source.name)
    version: str = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    return version


def tie(file: Path) -> None:
    """Let a module import the others by where they lie: older browsers have no import maps."""
    if file.name == "index.js":
        text = file.read_text(encoding="utf-8")
        file.write_text(IMPORT.sub(r"../../\1/index.js", text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
