"""A desk at which tables are loaded by the command."""

from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.cli.at_the_prompt import Prompt, Said


def ask(url: str, query: str) -> Sequence[tuple[object, ...]]:
    """Ask a database directly."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


class Desk:
    """Somebody who saves a table and loads it into one database."""

    def __init__(self, prompt: Prompt, url: str, folder: Path) -> None:
        self.prompt, self.url, self.file = prompt, url, folder / "table.csv"

    def load(self, what: str, *lines: str, encoding: str = "utf-8", **options: str) -> Said:
        """Save lines in an encoding; `declared` is what is said of it."""
        self.file.write_text("\n".join(lines) + "\n", encoding=encoding)
        language = options.pop("language", "C.UTF-8")
        if "declared" in options:
            options["encoding"] = options.pop("declared")
        named = [(f"--{name.replace('_', '-')}", value) for name, value in options.items()]
        return self.prompt.run(
            "table",
            what,
            str(self.file),
            *(part for option in named for part in option if part),
            GRIDSVC_DATABASE_URL=self.url,
            LC_ALL=language,
        )
