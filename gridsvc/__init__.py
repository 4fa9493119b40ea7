"""gridsvc: the grid-management service. Nothing is wired here; see `gridsvc.app`."""

__version__ = "0.1.0"
