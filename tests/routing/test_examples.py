"""The examples in the API's description have the form that they are examples of."""

from typing import Any

import pytest
from pydantic import BaseModel

from gridsvc.incidents import schemas as incidents
from gridsvc.routing import schemas as routing

EXEMPLIFIED: list[type[BaseModel]] = [
    model
    for module in (incidents, routing)
    for model in vars(module).values()
    if isinstance(model, type)
    and issubclass(model, BaseModel)
    and isinstance(model.model_config.get("json_schema_extra"), dict)
]


@pytest.mark.parametrize("model", list(dict.fromkeys(EXEMPLIFIED)))
def test_an_example_is_one(model: type[BaseModel]) -> None:
    extra: Any = model.model_config["json_schema_extra"]
    for example in extra["examples"]:
        model.model_validate(example)
