"""Names that somebody else chose: what runs, what breaks out, what breaks the layout."""

import psycopg

SCRIPT = "<script>alert(1)</script>"
NAMES = (
    SCRIPT,
    "</script><script>alert(2)</script>",
    "`${alert(3)}`",
    "\"'><img src=x onerror=alert(4)>",
    "{{ 7 * 7 }}{% raw %}",
    "\\u003cscript\\u003ealert(5)",
    "\U0001f46e\u200d\u2640\ufe0f\U0001f3d9\ufe0f 网格",
    "حي النيل \u202e gnisrever",
    "a\u2028b\u2029c</title><!--",
    "很长" * 250,
)

_RENAMED = (
    # The table, whatever a page shows of its names, and what its rows are counted by.
    ("area", ("name",), "PARTITION BY layer_id ORDER BY code"),
    ("layer", ("title", "title_en"), "ORDER BY name"),
    ("organisation", ("name", "name_en"), "ORDER BY code"),
    ("category", ("name", "name_en", "major_name", "major_name_en"), "ORDER BY code"),
    ("asset", ("name",), "ORDER BY code"),
    ("incident", ("description", "address"), "ORDER BY id"),
    ("filing_condition", ("text", "text_en", "closing", "closing_en", "lead"), "ORDER BY id"),
)


def rename(database_url: str) -> None:
    """Give a hostile name to everything that has one, each name in its turn."""
    with psycopg.connect(database_url) as connection:
        for table, columns, order in _RENAMED:
            changes = ", ".join(
                f"{column} = (%(names)s::text[])[1 + (number - 1) %% {len(NAMES)}]"
                for column in columns
            )
            # What is published is guarded against being rewritten; this is not what is tested here.
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            connection.execute(
                f"UPDATE {table} SET {changes} FROM"
                f" (SELECT id, row_number() OVER ({order}) AS number FROM {table}) AS numbered"
                f" WHERE numbered.id = {table}.id".encode(),
                {"names": list(NAMES)},
            )
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
