"""`python -m benchmarks NAME [--json]`: measure one thing and print it."""

import argparse
import json
from collections.abc import Callable, Mapping

from benchmarks import report
from benchmarks.figures import Row, machine, table

BENCHMARKS: Mapping[str, Callable[[], list[Row]]] = {"report": report.run}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    rows = BENCHMARKS[arguments.name]()
    if arguments.json:
        figures = {
            "name": arguments.name,
            "machine": machine(),
            "rows": [r.as_json() for r in rows],
        }
        print(json.dumps(figures, ensure_ascii=False))
    else:
        print(table(arguments.name, rows))


main()
