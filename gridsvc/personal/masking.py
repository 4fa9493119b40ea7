"""What is shown of personal data to who has not asked for it with a purpose. Pure."""

import re

HIDDEN = "***"
# Digits of full width count, too.
_MOBILE = re.compile(
    r"(?<!\d)((?:(?:\+|00)?86[- ]?)?[1１][3-9３-９]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)"
)


def masked_name(name: str) -> str:
    """Show the first letter: 王**."""
    return f"{name[:1]}**"


def masked_phone(number: str) -> str:
    """Show who could be told apart by it, and no more: 138****1234, 0571-****21."""
    if "-" not in number:
        return f"{number[:3]}****{number[-4:]}"
    area, own, *_ = number.split("-")
    return f"{area}-****{own[-2:]}"


def masked_address(address: str) -> str:
    """Cut an address before its first number, and after its half at the latest."""
    numbered = next((at for at, letter in enumerate(address) if letter.isnumeric()), len(address))
    return f"{address[: min(numbered, len(address) // 2)]}{HIDDEN}"


def masked_text(text: str) -> str:
    """Hide the mobile numbers in a text."""
    return _MOBILE.sub(r"\1****\2", text)
