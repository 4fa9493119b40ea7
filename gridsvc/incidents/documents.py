"""What somebody shows with a step: attachments of that very case which are given out."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gridsvc.errors import Invalid
from gridsvc.files import repository
from gridsvc.files.model import READY


async def check_documents(
    db: AsyncSession, incident_id: UUID | None, named: Sequence[UUID]
) -> None:
    """Refuse documents that the case does not have, or that nobody is given yet."""
    if not named:
        return
    found = await repository.attachments_of(db, incident_id) if incident_id else ()
    states = {it.id: it.state for it in found}
    for document in named:
        if document not in states:
            raise Invalid(
                "unknown_document",
                en=f"The case has no attachment {document}; send the file by /v1/uploads first.",
                zh=f"该案件没有附件 {document}，请先通过 /v1/uploads 上传。",
                field="documents",
            )
        if states[document] != READY:
            raise Invalid(
                "document_not_ready",
                en=f"The attachment {document} is {states[document]}; name one that is ready.",
                zh=f"附件 {document} 当前状态为 {states[document]}，请使用已就绪（ready）的附件。",
                field="documents",
                state=states[document],
            )
