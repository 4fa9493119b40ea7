"""A second factor's key as a picture that a telephone reads, and as text for who types it."""

import segno

from gridsvc.auth import one_time

ISSUER = "gridsvc"


def drawn(secret: bytes, login: str) -> dict[str, str]:
    """Show a key: its QR code as the address of an image, and its letters."""
    address = one_time.address_of(secret, login=login, issuer=ISSUER)
    picture = segno.make(address, micro=False).svg_data_uri(scale=4, border=4)
    return {"picture": picture, "typed": one_time.typed(secret)}
