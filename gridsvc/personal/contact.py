"""Who reported something, in the clear only between a request and its sealing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gridsvc.auth.secret_box import SecretBox
from gridsvc.errors import SetupError
from gridsvc.personal.masking import HIDDEN, masked_address, masked_name, masked_phone
from gridsvc.personal.model import ReporterRow

PURPOSE = "reporters"
"""Of the secret box."""
PARTS = ("name", "phone", "address", "description")


@dataclass(frozen=True, slots=True)
class Contact:
    """A citizen as they gave themselves, and the text of their report if a number stands in it.

    What they did not give is None.
    """

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)

    def parts(self) -> Mapping[str, str | None]:
        """Give the parts by name."""
        return {part: getattr(self, part) for part in PARTS}

    def masked(self) -> Mapping[str, str | None]:
        """Give what may be shown; the text is shown by the case."""
        return {
            "name": masked_name(self.name) if self.name else None,
            "phone": masked_phone(self.phone) if self.phone else None,
            "address": masked_address(self.address) if self.address else None,
        }


@dataclass(frozen=True, slots=True)
class Named:
    """The reporter that a report names, with what seals it."""

    contact: Contact
    box: SecretBox

    def row(self, incident_id: UUID) -> ReporterRow:
        """Make the row of an incident's reporter."""
        parts = {
            part: self.box.seal(_within(incident_id, part) + text.encode())
            for part, text in self.contact.parts().items()
            if text is not None
        }
        return ReporterRow(incident_id=incident_id, **parts)


def opened(row: ReporterRow, box: SecretBox) -> Contact:
    """Open a row."""
    sealed = {part: getattr(row, part) for part in PARTS}
    return Contact(
        **{
            part: _taken_out(box.open(it), _within(row.incident_id, part))
            for part, it in sealed.items()
            if it is not None
        }
    )


def shown(row: ReporterRow, box: SecretBox) -> Mapping[str, str | None]:
    """Give what may be shown of a row; without its key that there is something, and no more."""
    try:
        return opened(row, box).masked()
    except SetupError:
        shown_parts = Contact().masked()
        return {part: HIDDEN if getattr(row, part) is not None else None for part in shown_parts}


def _within(incident_id: UUID, part: str) -> bytes:
    """Name what a text is sealed for; copied to another case or column, it does not open."""
    return f"{incident_id}/{part}:".encode()


def _taken_out(content: bytes, place: bytes) -> str:
    if not content.startswith(place):
        raise SetupError(
            "sealed_for_another_case",
            en="What is kept sealed was moved here in the database: it belongs to another case.",
            zh="加密内容属于另一案件：数据库中的数据曾被挪动。",
        )
    return content.removeprefix(place).decode()
