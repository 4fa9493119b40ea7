"""Addresses without coordinates: names and house numbers found in text, and where they may be."""
