"""The queue's tables are those for which the installed library was written."""

from pathlib import Path

from procrastinate.schema import SchemaManager

KEPT = Path(__file__).parents[1] / "alembic" / "versions" / "20261121_jobs.sql"


def test_the_kept_schema_is_the_librarys() -> None:
    """Where it is not, a newer library is installed: write a migration of what it changes."""
    assert KEPT.read_text(encoding="utf-8").endswith("\n\n" + SchemaManager.get_schema())
