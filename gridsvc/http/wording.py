"""What is wrong with an input, in Chinese: Pydantic says it in English only."""

from collections.abc import Mapping
from typing import Any

_KIND = {
    "bool": "必须是 true 或 false",
    "date": "必须是日期（YYYY-MM-DD）",
    "datetime": "不是合法的时间（RFC 3339）",
    "dict": "必须是对象",
    "enum": "不在允许的取值之内",
    "float": "必须是数字",
    "int": "必须是整数",
    "json": "不是合法的 JSON",
    "list": "必须是列表",
    "model": "必须是对象",
    "string": "必须是文本",
    "timezone": "时间必须带时区",
    "uuid": "不是合法的 UUID",
}
"""By the first word of the type of error, which names the kind of value that was wanted."""

_EXACT = {
    "day_out_of_range": "日期须在 1900 年至 2999 年之间",
    "extra_forbidden": "不认识的字段",
    "finite_number": "必须是有限的数",
    "greater_than": "数值过小",
    "greater_than_equal": "数值过小",
    "less_than": "数值过大",
    "less_than_equal": "数值过大",
    "literal_error": "不在允许的取值之内",
    "missing": "缺少该字段",
    "string_pattern_mismatch": "含有不允许的字符",
    "string_too_long": "文本过长",
    "string_too_short": "文本过短",
    "string_unicode": "文本不是合法的 Unicode",
    "time_out_of_range": "时间须在 1900 年至 2999 年之间",
    "too_long": "数量过多",
    "too_short": "数量过少",
    "union_tag_invalid": "不是允许的种类之一",
    "union_tag_not_found": "缺少说明种类的字段",
    # The web framework's own, of a field that must be a file: our checks name their errors.
    "value_error": "必须是上传的文件",
    "uuid_not_v7": "必须是第 7 版 UUID",
}
"""Where the kind of value does not say enough."""

_ANYTHING = "内容不符合要求"


def in_chinese(fault: Mapping[str, Any]) -> str:
    """Say a fault that Pydantic found; one of ours may bring its own words along as `zh`."""
    kind: str = fault["type"]
    own = fault.get("ctx", {}).get("zh")
    return str(own or _EXACT.get(kind) or _KIND.get(kind.partition("_")[0], _ANYTHING))
