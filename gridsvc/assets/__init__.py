"""Components (部件): the things of a city that have an owner, and where they stand."""
