"""Boundaries as data: read, check, repair, compare, index, generate. No web, no database."""
