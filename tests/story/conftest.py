"""The files of the tests of uploads."""

from tests.attachments.conftest import cabinet

__all__ = ["cabinet"]
