"""Reads the settings for a command, and names the variable that is wrong."""

from pydantic import ValidationError

from gridsvc.errors import SetupError
from gridsvc.settings import Settings


def read_settings() -> Settings:
    """Read `GRIDSVC_*` from the environment."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "GRIDSVC_" + "_".join(map(str, first["loc"])).upper()
        # The value itself is not shown: it may hold a password.
        raise SetupError(
            "bad_setting",
            en=f"The setting {name} is wrong: {first['msg']}.",
            zh=f"设置 {name} 有误：{first['msg']}。",
        ) from error
