"""The demonstration: a generated city in the database, with two months of its incidents."""
