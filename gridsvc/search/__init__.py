"""Finding areas, zones, organisations, components and cases by code, name or reference."""
