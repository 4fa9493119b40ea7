"""What the tools of a map page say: its search, its print-outs and pictures; Chinese, English."""

from collections.abc import Mapping
from typing import Final

TOOLS: Final[Mapping[str, tuple[str, str]]] = {
    "search": ("搜索", "Search"),
    "search_hint": ("编码、名称或案件编号", "Code, name or case number"),
    "search_failed": (
        "搜索未成功；如登录已过期，请重新登录。",
        "The search did not work; if your session has ended, sign in again.",
    ),
    "found": ("搜索结果", "Found"),
    "found_none": ("没有找到。", "Nothing was found."),
    "found_some": ("找到 {count} 项", "{count} found"),
    "found_nowhere": ("没有可在地图上显示的位置。", "It has no place on the map."),
    "found_case": ("案件", "Case"),
    "found_organisation": ("单位", "Organisation"),
    "found_component": ("部件", "Component"),
    "export": ("导出", "Export"),
    "print_landscape": ("打印或存为 PDF（横向）", "Print or save as PDF (landscape)"),
    "print_portrait": ("打印或存为 PDF（纵向）", "Print or save as PDF (portrait)"),
    "picture": ("存为图片（PNG）", "Save as a picture (PNG)"),
    "picture_untiled": (
        "底图服务器不允许复制其瓦片，图片中没有底图。",
        "The server of the base map does not let its tiles be copied: the picture is without it.",
    ),
    "printed_by": ("{who} 于 {{time}} 输出", "{who}, {{time}}"),
}
