"""`python -m benchmarks NAME [--json]`: measure one thing and print it.

Without a name everything is measured, and written to `benchmarks/RESULTS.md`.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import (
    addresses,
    clock,
    decision,
    index,
    lab,
    live,
    maps,
    report,
    route,
    tiles,
    workload,
)
from benchmarks.figures import Row, machine, table
from gridsvc.db.clock import utc_now

BENCHMARKS: Mapping[str, Callable[[], list[Row]]] = {
    "addresses": addresses.run,
    "clock": clock.run,
    "decision": decision.run,
    "index": index.run,
    "lab": lab.run,
    "live": live.run,
    "maps": maps.run,
    "report": report.run,
    "route": route.run,
    "tiles": tiles.run,
    "workload": workload.run,
}
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.name is None:
        measure_all()
    elif arguments.json:
        rows = [row.as_json() for row in BENCHMARKS[arguments.name]()]
        figures = {"name": arguments.name, "machine": machine(), "rows": rows}
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(table(arguments.name, BENCHMARKS[arguments.name]()))


def measure_all() -> None:
    """Measure everything and keep what came out, with the date and the machine's size."""
    tables = [table(name, run()) for name, run in BENCHMARKS.items()]
    head = (
        f"# Figures\n\nMeasured on {utc_now():%Y-%m-%d} by `make bench`, both sides in one run.\n"
    )
    blocks = "".join(f"\n```\n{text}\n```\n" for text in tables)
    RESULTS.write_text(head + blocks, encoding="utf-8")
    print("\n\n".join(tables))


if __name__ == "__main__":  # processes that a benchmark starts import this module, too
    main()
