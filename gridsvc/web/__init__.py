"""The start page, its templates and the assets."""
