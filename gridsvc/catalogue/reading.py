"""Reading the catalogue for the endpoints."""

from gridsvc.catalogue.repository import categories

__all__ = ["categories"]
