"""A real place in a database of its own, filled by the commands that its engineers would type."""

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from gridsvc.cli import main
from tests.cli.at_the_prompt import Said


@dataclass(frozen=True, slots=True)
class Place:
    """A database, and a folder for the tables that are made for it."""

    url: str
    folder: Path

    def run(self, *arguments: str, language: str = "C.UTF-8") -> Said:
        """Run `gridsvc` as the prompt does, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as shell, redirect_stdout(out), redirect_stderr(err):
            shell.setattr(sys, "argv", ["gridsvc", *arguments])
            shell.setenv("GRIDSVC_DATABASE_URL", self.url)
            shell.setenv("LC_ALL", language)
            with pytest.raises(SystemExit) as ended:
                main.run()
        return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    def load(self, file: Path, *options: str) -> Said:
        """Load a file of areas, and see that it lands."""
        said = self.run("load", str(file), *options)
        assert said.code == 0, said.err
        return said

    def table(self, what: str, rows: Iterable[Mapping[str, object]], *options: str) -> None:
        """Load a table of rows, and see that it lands."""
        listed = list(rows)
        file = self.folder / f"{what}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, fieldnames=list(listed[0]))
            writer.writeheader()
            writer.writerows(listed)
        said = self.run("table", what, str(file), *options)
        assert said.code == 0, said.err

    def ask(self, query: str) -> Sequence[tuple[object, ...]]:
        """Ask the database."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def everything(self) -> Mapping[str, int]:
        """Count the rows of every table."""
        tables = self.ask(
            "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        counted = (f"SELECT '{name}', count(*) FROM \"{name}\"" for (name,) in tables)
        rows = self.ask(" UNION ALL ".join(counted))
        return {str(name): int(str(count)) for name, count in rows}
