"""Category schemes from a table: what a file would change, whom that concerns, and into force."""
