"""Reporters as the API takes and shows them."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gridsvc.http.values import Text
from gridsvc.personal.contact import Contact
from gridsvc.personal.telephone import number_of


def _number(given: str) -> str:
    found = number_of(given)
    if found is None:
        raise PydanticCustomError(
            "phone",
            "{en}",
            {
                "en": "it must be a mobile number, or a landline with its area code",
                "zh": "须为手机号码，或带区号的固定电话",
            },
        )
    return found


_STRIPPED = StringConstraints(strip_whitespace=True, min_length=1)


class ReporterIn(BaseModel):
    """The citizen who reports; it is sealed, and shown masked."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "王小明", "phone": "138 0013 8000", "address": "松桂路12号3单元"}]
        },
    )

    name: Annotated[Text, _STRIPPED, Field(max_length=50)] | None = None
    phone: Annotated[Text, Field(max_length=40), AfterValidator(_number)] | None = None
    address: Annotated[Text, _STRIPPED, Field(max_length=200)] | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "ReporterIn":
        if not any((self.name, self.phone, self.address)):
            raise PydanticCustomError(
                "nobody",
                "{en}",
                {"en": "give a name, a phone or an address", "zh": "请填写姓名、电话或地址之一"},
            )
        return self

    def contact(self) -> Contact:
        """Give it as the service takes it."""
        return Contact(name=self.name, phone=self.phone, address=self.address)


class ReporterOut(BaseModel):
    """The reporter, masked: 王**, 138****8000, 松桂路***."""

    name: str | None
    phone: str | None
    address: str | None


class RevealRequest(BaseModel):
    """What the reporter's data are needed for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"purpose": "电话回访处理结果"}]}
    )

    purpose: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
    """Written into the audit log."""


class RevealedOut(ReporterOut):
    """The reporter in the clear."""

    description: str | None
    """The report's text as it was written, where a mobile number stands in it."""
