"""Frames to folium pages. No web, no database."""
