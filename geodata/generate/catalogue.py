"""The example scheme of categories `demo-2026`: made for this city, no edition of any standard.

Two numberings of the event majors are in use: cities have emergencies before the order in the
streets, or after it. This scheme takes the second: 04 街面秩序, 05 突发事件, 06 其他事件.
"""

from dataclasses import dataclass
from typing import Final

import pandas as pd

_Minor = tuple[str, str, int, str, int]
_Major = tuple[str, str, tuple[_Minor, ...]]


@dataclass(frozen=True, slots=True)
class CategoryScheme:
    """Which list of categories this is."""

    code: str
    name: str
    name_en: str
    numbering: str
    """The order of the event majors: which is 04, which 05."""


SCHEME: Final = CategoryScheme(
    "demo-2026", "示例分类方案（非国家标准）", "Example scheme, not a standard", "streets_first"
)

# (Chinese, English, limit, its unit, how many of ten thousand incidents), the code is the place in
# the list: C components 部件, E events 事件, two digits of the major and two of the minor.
_COMPONENTS: Final[tuple[_Major, ...]] = (
    (
        "公用设施",
        "Public utilities",
        (
            ("上水井盖", "Water-main cover", 4, "work_hour", 8),
            ("污水井盖", "Sewer cover", 4, "work_hour", 22),
            ("雨水箅子", "Storm drain grate", 1, "work_day", 26),
            ("热力井盖", "Heating cover", 4, "work_hour", 6),
            ("燃气井盖", "Gas cover", 2, "urgent_hour", 5),
            ("路灯", "Street lamp", 2, "work_day", 45),
            ("消火栓", "Fire hydrant", 1, "work_day", 6),
            ("户外健身设施", "Outdoor fitness equipment", 5, "work_day", 12),
        ),
    ),
    (
        "交通设施",
        "Traffic facilities",
        (
            ("公交站亭", "Bus shelter", 3, "work_day", 8),
            ("交通护栏", "Traffic railing", 1, "work_day", 18),
            ("交通标志牌", "Traffic sign", 1, "work_day", 10),
            ("过街天桥", "Footbridge", 5, "work_day", 2),
        ),
    ),
    (
        "市容环境设施",
        "Environment facilities",
        (
            ("公共厕所", "Public toilet", 4, "work_hour", 8),
            ("垃圾箱", "Litter bin", 1, "work_day", 24),
            ("户外广告设施", "Billboard", 3, "work_day", 8),
            ("垃圾分类投放点", "Waste-sorting point", 1, "work_day", 10),
        ),
    ),
    (
        "园林绿化设施",
        "Greenery",
        (
            ("行道树", "Street tree", 3, "work_day", 14),
            ("绿地护栏", "Green-space railing", 3, "work_day", 7),
            ("古树名木", "Heritage tree", 1, "work_day", 1),
        ),
    ),
    (
        "其他设施",
        "Other facilities",
        (
            ("水域护栏", "Waterside railing", 1, "work_day", 4),
            ("充电桩", "Charging point", 3, "work_day", 6),
        ),
    ),
)
_EVENTS: Final[tuple[_Major, ...]] = (
    (
        "市容环境",
        "City environment",
        (
            ("暴露垃圾", "Exposed rubbish", 4, "work_hour", 900),
            ("积存渣土", "Heap of rubble", 1, "work_day", 180),
            ("道路不洁", "Dirty road", 4, "work_hour", 420),
            ("道路破损", "Broken road surface", 5, "work_day", 110),
            ("乱堆物料", "Materials piled up", 4, "work_hour", 330),
            ("水域不洁", "Floating refuse", 1, "work_day", 60),
            ("焚烧垃圾", "Burning of waste", 2, "urgent_hour", 25),
            ("油烟污染", "Cooking fumes", 3, "work_day", 30),
            ("垃圾满溢", "Overflowing bin", 2, "work_hour", 200),
            ("动物尸体", "Dead animal", 2, "urgent_hour", 5),
        ),
    ),
    (
        "宣传广告",
        "Advertising",
        (
            ("非法小广告", "Illegal small ads", 1, "work_day", 4760),
            ("违规户外广告", "Unlicensed billboard", 5, "work_day", 90),
            ("违规悬挂横幅", "Unlicensed banner", 4, "work_hour", 140),
            ("散发小广告", "Leaflets handed out", 2, "urgent_hour", 30),
        ),
    ),
    (
        "施工管理",
        "Construction",
        (
            ("施工扰民", "Construction noise", 2, "urgent_hour", 45),
            ("工地扬尘", "Dust from a site", 4, "work_hour", 40),
            ("渣土遗撒", "Rubble spilt on the road", 2, "urgent_hour", 50),
            ("擅自占道挖掘", "Unlicensed digging", 1, "work_day", 35),
            ("施工废料未清", "Site waste left behind", 1, "work_day", 50),
        ),
    ),
    (
        "街面秩序",
        "Order in the streets",
        (
            ("无照游商", "Itinerant vendor", 2, "urgent_hour", 420),
            ("店外经营", "Shop beyond its doorstep", 2, "urgent_hour", 610),
            ("机动车乱停放", "Car parked wrongly", 4, "work_hour", 240),
            ("非机动车乱停放", "Bicycle parked wrongly", 4, "work_hour", 340),
            ("共享单车淤积", "Shared bicycles piled up", 4, "work_hour", 140),
            ("露天烧烤", "Open-air barbecue", 2, "urgent_hour", 20),
            ("沿街晾挂", "Laundry hung in the street", 4, "work_hour", 90),
        ),
    ),
    (
        "突发事件",
        "Emergencies",
        (
            ("自来水管破裂", "Burst water pipe", 1, "urgent_hour", 12),
            ("路面塌陷", "Collapsed road", 1, "urgent_hour", 10),
            ("燃气泄漏", "Gas leak", 1, "urgent_hour", 4),
            ("道路积水", "Flooded road", 2, "urgent_hour", 25),
            ("树木倒伏", "Fallen tree", 2, "urgent_hour", 14),
            ("线缆脱落", "Hanging cable", 4, "urgent_hour", 25),
            ("违规燃放烟花爆竹", "Fireworks in a ban", 1, "urgent_hour", 10),
        ),
    ),
    (
        "其他事件",
        "Other events",
        (
            ("违章搭建", "Illegal building", 15, "natural_day", 50),
            ("毁绿占绿", "Damage to greenery", 5, "work_day", 30),
            ("生活噪声", "Noise", 4, "urgent_hour", 40),
            ("飞线充电", "Charging by a loose cable", 1, "work_day", 50),
        ),
    ),
    (
        "民生服务",
        "Services to residents",
        (
            ("供热不足", "Heating too weak", 1, "natural_day", 35),
            ("停水", "No water", 4, "urgent_hour", 12),
            ("停电", "No power", 4, "urgent_hour", 8),
            ("楼道堆物", "Things left in a stairway", 2, "work_day", 40),
            ("电梯故障", "Broken lift", 4, "urgent_hour", 15),
            ("小区失管", "Estate without management", 15, "natural_day", 10),
        ),
    ),
)


def categories() -> pd.DataFrame:
    """List the categories of the scheme.

    Returns
    -------
    DataFrame
        `code`, `name`, `name_en`, `major`, `major_name`, `major_name_en`, `kind` (`component` or
        `event`), `limit_value` (int64), `limit_unit` (`urgent_hour`, `work_hour`, `work_day` or
        `natural_day`).
    """
    return _table().drop(columns="share")


def shares() -> pd.Series:
    """How often each category is reported; code -> share, together 1."""
    share = _table().set_index("code")["share"]
    return share / share.sum()


def _table() -> pd.DataFrame:
    kinds = (("component", "C", _COMPONENTS), ("event", "E", _EVENTS))
    rows = [
        (f"{letter}{i:02d}{j:02d}", *minor[:2], f"{letter}{i:02d}", *major[:2], kind, *minor[2:])
        for kind, letter, majors in kinds
        for i, major in enumerate(majors, start=1)
        for j, minor in enumerate(major[2], start=1)
    ]
    columns = ["code", "name", "name_en", "major", "major_name", "major_name_en", "kind"]
    return pd.DataFrame(rows, columns=[*columns, "limit_value", "limit_unit", "share"])
