"""A file that comes with a form: read once the caller is known, and put on the disk as it comes."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, BinaryIO, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from gridsvc.http.deps import SettingsDep
from gridsvc.http.middleware import allow_body

MOST_FIELDS = 50
UNPACKED = 5
"""How many times as large as it may be an uploaded file may become when it is unpacked."""
LONGEST_NAME = 200
"""Bytes: a disk takes some more than that, and a Chinese character is three of them."""
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file, and what was said about it."""

    path: Path
    said: Mapping[str, list[str]]

    def read(self, model: type[Model], *, lists: Collection[str] = ()) -> Model:
        """Check what was said about the file, as the fields of a form are checked."""
        given: dict[str, Any] = {
            name: values if name in lists else values[-1] for name, values in self.said.items()
        }
        try:
            return model.model_validate(given)
        except ValidationError as error:
            faults = error.errors(include_url=False)
            raise RequestValidationError(
                [{**fault, "loc": ("body", *fault["loc"])} for fault in faults]
            ) from error


async def sent(request: Request, settings: SettingsDep) -> AsyncIterator[Sent]:
    """Take a form with a file in; it may be larger than other bodies."""
    allow_body(request, settings.max_upload_bytes)
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestValidationError([{"type": "missing", "loc": ("body", "file"), **_LACKING}])
        said = {name: [str(one) for one in form.getlist(name)] for name in form if name != "file"}
        with TemporaryDirectory() as folder:
            path = Path(folder) / safe_name(file.filename)
            await asyncio.to_thread(_write, file.file, path)
            yield Sent(path, said)


_LACKING = {"msg": "Field required", "input": None}

SentForm = Annotated[Sent, Depends(sent, scope="function")]
"""Stands after the caller's type in a signature: a stranger sends nothing that is kept."""


def _write(source: BinaryIO, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(source, target)


def safe_name(given: str | None) -> str:
    """Keep of a file's name what tells its format, and nothing that leads elsewhere."""
    name = Path((given or "").replace("\\", "/")).name.replace("\0", "")
    name = name.encode(errors="ignore")[-LONGEST_NAME:].decode(errors="ignore")
    return name if name.strip(". ") else "areas.geojson"


def form_body(model: type[BaseModel]) -> dict[str, Any]:
    """Describe the form for OpenAPI."""
    schema = model.model_json_schema()
    schema = _whole(schema, schema.pop("$defs", {}))
    file = {"type": "string", "contentMediaType": "application/octet-stream", "title": "File"}
    schema["properties"] = {"file": file, **schema["properties"]}
    schema["required"] = ["file", *schema.get("required", ())]
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def _whole(schema: Any, parts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any piece of JSON
    """Put in the place of each reference what it leads to: nothing else of the API does."""
    match schema:
        case {"$ref": str(place)}:
            return parts[place.rpartition("/")[2]]
        case dict():
            return {name: _whole(value, parts) for name, value in schema.items()}
        case list():
            return [_whole(value, parts) for value in schema]
    return schema
