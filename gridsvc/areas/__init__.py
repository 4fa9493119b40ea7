"""Layers, releases, areas, organisations and who answers for what."""
