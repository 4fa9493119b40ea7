"""Chinese telephone numbers as people write them, brought to one form. Pure."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})-?([2-9]\d{6,7})(?:-(\d{1,6}))?")
_COUNTRY = re.compile(r"(?:\+|00)86-?|86(?=1[3-9]\d{9}$)")
_BETWEEN = re.compile(r"[\s().]")


def number_of(given: str) -> str | None:
    """Read a mobile number, or a landline with its area code; None for anything else.

    A mobile number comes out as its 11 digits, a landline as `0571-87654321` or, with an extension,
    `0571-87654321-8012`.
    """
    written = _BETWEEN.sub("", unicodedata.normalize("NFKC", given))
    domestic = _COUNTRY.sub("", written, count=1) if _COUNTRY.match(written) else written
    mobile = domestic.replace("-", "")
    if _MOBILE.fullmatch(mobile):
        return mobile
    # Abroad, the area code loses its zero.
    dialled = domestic if domestic.startswith("0") or domestic == written else f"0{domestic}"
    landline = _LANDLINE.fullmatch(dialled)
    return "-".join(part for part in landline.groups() if part) if landline else None
