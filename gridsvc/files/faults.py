"""Why a file is not taken."""

from gridsvc.errors import Invalid


class Unacceptable(Invalid):
    """A file has all its bytes, and is not taken for what they are."""

    code = "file_unacceptable"
