"""Frames of areas in, folium pages out: maps know no web framework, no database and no clock."""
