"""Routing files of millions of points."""
