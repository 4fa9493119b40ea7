"""Incidents: taken in, owned, seen through to the end."""
