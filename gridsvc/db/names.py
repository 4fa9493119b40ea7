"""How names are looked up by a part of them: pairs of characters, made by a function of ours.

pg_trgm was tried: it asks the database's locale what a letter is, and in one made with the locale C
it finds no trigram at all in Chinese, without a word of warning. Pairs also suit names of two to
four characters better than threes. A name's first character is paired with ^.
"""

from sqlalchemy import DDL, event

from gridsvc.db.base import Base

NAME_GRAMS = r"""
CREATE OR REPLACE FUNCTION name_grams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(substr(whole, at, 2))
    FROM (SELECT '^' || lower(regexp_replace(normalize(name, NFKC), '\s', '', 'g')) AS whole) it,
         generate_series(1, length(whole) - 1) AS at
$$
"""

# Indexes call the function, so that tables made from the models alone need it first.
event.listen(
    Base.metadata,
    "before_create",
    DDL(NAME_GRAMS),  # type: ignore[no-untyped-call] # SQLAlchemy has left its own DDL without types
)
