"""PostgreSQL and PostGIS: base classes, geometry columns, sessions, the private cluster."""
