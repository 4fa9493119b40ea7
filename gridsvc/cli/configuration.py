"""Reads the settings for a command, and names the variable that is wrong."""

import difflib
import os

from pydantic import ValidationError

from gridsvc.errors import SetupError
from gridsvc.http.wording import in_chinese
from gridsvc.settings import Settings

PREFIX = "GRIDSVC_"


def read_settings() -> Settings:
    """Read `GRIDSVC_*` from the environment."""
    _refuse_misspelt()
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = PREFIX + "_".join(map(str, first["loc"])).upper()
        # The value itself is not shown: it may hold a password.
        raise SetupError(
            "bad_setting",
            en=f"The setting {name} is wrong: {first['msg']}.",
            zh=f"设置 {name} 有误：{in_chinese(first)}。",
        ) from error


def _refuse_misspelt() -> None:
    """Refuse a variable that is nearly a setting: it would be ignored without a word."""
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    for name in sorted(os.environ):
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
        if name.upper().startswith("GRIDSVC") and near and name.upper() not in known:
            raise SetupError(
                "unknown_setting",
                en=f"There is no setting {name}; do you mean {near[0]}?",
                zh=f"没有名为 {name} 的设置；是否应为 {near[0]}？",
            )
