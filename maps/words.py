"""The words of the map pages in Chinese and English; the data brings its own names."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from geodata.measure import area_text
from maps.board_words import BOARD
from maps.case_words import AROUND_A_CASE
from maps.tool_words import TOOLS


class Language(StrEnum):
    """A language of the pages; the value is what a page's address carries."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The language tag of HTML's `lang` attribute."""
        return "zh-CN" if self is Language.ZH else "en"


# Word: (Chinese, English). Braces are filled by str.format.
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # every page
    "map": ("地图", "Map"),
    "legend": ("图层与图例", "Layers and legend"),
    "figures": ("概览", "At a glance"),
    "dark": ("深色", "Dark"),
    "copy_link": ("复制链接", "Copy link"),
    "copied": ("已复制", "Copied"),
    "skip": ("跳到数据", "Skip to the figures"),
    "options": ("选项", "Options"),
    "show": ("显示", "Show"),
    "no_script": (
        "地图需要启用 JavaScript；下方的数字与表格不需要。",
        "The map needs JavaScript; the figures and tables below do not.",
    ),
    "loading": ("正在载入地图……", "The map is being loaded …"),
    "unreachable": (
        "未能载入地图，请重新载入页面；下方的数字与表格不受影响。",
        "The map could not be loaded: load the page again. The figures and tables are right.",
    ),
    "nothing": ("没有可以绘制的区域。", "There is no area to draw."),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "close": ("关闭", "Close"),
    "dots": ("案件与部件", "Cases and components"),
    "base_map": ("底图", "Base map"),
    "no_base_map": ("无底图", "No base map"),
    "zoom_to": ("在地图上定位", "Show on the map"),
    "administrative": ("行政区域", "Administrative areas"),
    "zones": ("责任区", "Responsibility zones"),
    "problems": ("问题", "Problems"),
    "counted": ("统计单元", "Areas counted"),
    "others": ("其他", "Other"),
    "editions": ("边界", "Borders"),
    "owners": ("有得失的单位的责任区", "Zones of who loses or gains"),
    "shares": ("各方格改变比例", "Share that changes, by square"),
    "code": ("编码", "Code"),
    "name": ("名称", "Name"),
    "organisation": ("责任单位", "Organisation"),
    "place": ("位置", "Place"),
    "area": ("面积", "Area"),
    "layer": ("图层", "Layer"),
    "workers": ("网格员", "Workers"),
    "population": ("人口", "Residents"),
    "unnamed": ("（未命名）", "(no name)"),
    "more": ("另有 {count} 处未列出。", "{count} more are not listed."),
    "none_found": ("没有。", "None."),
    "metres": ("{number} 米", "{number} m"),
    # coverage
    "at": ("日期", "Date"),
    "in_force": ("{date} 生效的区域与责任", "Areas and responsibilities in force on {date}"),
    "map_before": ("此前的地图", "The map before this one"),
    "map_after": ("此后的地图", "The map after this one"),
    "map_of": ("{date} 起", "Map of {date}"),
    "gap": ("责任空白", "Covered by no zone"),
    "gap_piece": ("责任空白", "Covered by no zone"),
    "overlap_piece": ("责任重叠", "Overlap"),
    "gap_in": ("责任空白：{layer}", "No zone: {layer}"),
    "overlap": ("责任重叠（未申报）", "Overlap, undeclared"),
    "overlap_declared": ("责任重叠（已申报）", "Overlap, declared"),
    "unstaffed": ("无网格员的{layer}", "{layer} without a worker"),
    "overstaffed": (
        "网格员超过 {most} 名的{layer}",
        "{layer} with more than {most} workers",
    ),
    "per_layer": ("各责任图层的覆盖", "Coverage by zone layer"),
    "zone_count": ("责任区", "Zones"),
    "uncovered_area": ("空白面积", "Uncovered"),
    "uncovered_share": ("占比", "Share"),
    "overlap_area": ("重叠面积", "Overlap"),
    "zones_here": ("涉及责任区", "Zones"),
    "declared": ("已申报", "declared"),
    "undeclared": ("未申报", "undeclared"),
    "overlaps": ("责任重叠", "Overlaps"),
    "state": ("状态", "State"),
    "belongs_to": ("所属", "Part of"),
    # workload
    "unit": ("统计单元", "Area"),
    "measure": ("指标", "Measure"),
    "basis": ("口径", "Basis"),
    "from": ("起始日期", "From"),
    "to": ("截止日期", "To"),
    "category": ("类别", "Category"),
    "all_categories": ("全部类别", "All categories"),
    "filed": ("上报", "Filed"),
    "open": ("未结", "Open"),
    "overdue": ("超期", "Overdue"),
    "closed": ("已结", "Closed"),
    "median_handling_minutes": ("处置时长中位数", "Median handling time"),
    "absolute": ("件数", "Number"),
    "per_1000": ("每千人", "Per 1,000 residents"),
    "per_worker": ("每名网格员", "Per worker"),
    "per_km2": ("每平方公里", "Per km²"),
    "view_absolute": ("{measure}件数", "{measure} incidents"),
    "view_per_1000": ("每千人{measure}", "{measure} per 1,000 residents"),
    "view_per_worker": ("每名网格员{measure}", "{measure} per worker"),
    "view_per_km2": ("每平方公里{measure}", "{measure} per km²"),
    "view_median": ("处置时长中位数（小时）", "Median handling time (hours)"),
    "hours": ("{number} 小时", "{number} h"),
    "scheme": ("分级方法", "Classes"),
    "quantiles": ("分位数", "Quantiles"),
    "natural": ("自然间断（Jenks）", "Natural breaks (Jenks)"),
    "equal": ("等间距", "Equal intervals"),
    "no_data": ("无数据", "No data"),
    "areas_counted": ("{count} 个", "{count} areas"),
    "period": ("{since} 至 {until}", "{since} to {until}"),
    "new_area": ("当时尚未设立", "Not there then"),
    "against": ("对比起始日期", "Compare with, from"),
    "compared": (
        "变化：与 {since} 至 {until} 相比",
        "Change since {since} to {until}",
    ),
    "change_of": ("变化", "Change"),
    "earlier": ("此前", "Before"),
    "later": ("本期", "Now"),
    "rises": ("上升最多十位", "Highest ten rises"),
    "falls": ("下降最多十位", "Highest ten falls"),
    "ended_areas": ("此后已撤销的区域：{names}", "Areas that are gone since: {names}"),
    "by_category": ("按类别分图", "A map for each category"),
    "by_category_hint": (
        "各图分级相同；点选一类只看该类。",
        "All maps have the same classes; choose one to see that category alone.",
    ),
    "player": ("逐期播放", "Step through time"),
    "each": ("步长", "Steps"),
    "day": ("按日", "Days"),
    "week": ("按周", "Weeks"),
    "month": ("按月", "Months"),
    "play": ("播放", "Play"),
    "pause": ("暂停", "Pause"),
    "step": ("时段", "Step"),
    "whole": ("整个时段", "Whole period"),
    "step_told": ("{label}：{measure} {total}", "{label}: {measure} {total}"),
    "too_many_steps": ("时段太长，请改用较大的步长。", "Too many steps: choose longer ones."),
    "highest": ("最高十位", "Highest ten"),
    "unplaced": (
        "另有 {count} 件不在任何统计单元内，未计入地图。",
        "{count} more lie in none of these areas and are not on the map.",
    ),
    # findings
    "error": ("错误", "Error"),
    "warning": ("警告", "Warning"),
    "info": ("提示", "Notice"),
    "area_one": ("区域", "Area"),
    "checked_areas": ("受检区域", "Areas checked"),
    "findings": ("检查结果", "Findings"),
    "finding": ("问题", "Finding"),
    "where": ("区域", "Where"),
    "no_findings": ("未发现问题。", "Nothing was found."),
    # difference
    "before": ("现行边界", "In force"),
    "after": ("草案边界", "In the draft"),
    "changes": ("变化", "Changes"),
    "change": ("变化", "Change"),
    "added": ("新增区域", "New area"),
    "removed": ("撤销区域", "Area gone"),
    "moved": ("边界变化", "Land moved"),
    "uncovered": ("新的空白", "Covered by none any more"),
    "doubled": ("新的重叠", "Covered twice"),
    "no_changes": ("没有变化。", "Nothing changes."),
    # counted by which map
    "counted_by": ("统计口径", "Counted"),
    "routed": ("按当时判责", "As routed then"),
    "reassigned": ("按现行地图", "By today's map"),
    # whistle
    "called_to": ("吹哨范围", "Called to"),
    "called_zones": ("被吹哨单位的责任区", "Zones of who is called"),
    "arrivals": ("报到位置", "Reported in from"),
    "of_ground": ("占吹哨范围", "Of the place"),
    "presence": ("到场", "Presence"),
    "here": ("在现场", "At the place"),
    "unsure": ("位置不确定", "Not sure"),
    "away": ("不在现场", "Not at the place"),
    # replay
    "replay": ("历史案件回放", "The past, replayed"),
    "replayed": ("已判定案件", "Incidents decided"),
    "replay_changed": ("责任单位改变", "With another owner"),
    "replay_share": ("改变比例", "Share that changes"),
    "replay_skipped": ("类别已撤销，未计入", "Of categories that are gone, left out"),
    "replay_bad": ("无法读取，未计入", "Rows that could not be read, left out"),
    "replay_ambiguous": ("有疑义：现行 → 草案", "Ambiguous: in force → draft"),
    "replay_fallback": ("兜底：现行 → 草案", "Fallback: in force → draft"),
    "zones_before": ("现行：失去案件的单位", "In force, of who loses"),
    "zones_after": ("草案：得到案件的单位", "In the draft, of who gains"),
    "owner_before": ("现行责任单位", "Owner in force"),
    "owner_after": ("草案责任单位", "Owner in the draft"),
    "matrix": ("由谁转给谁", "Who loses what to whom"),
    "replay_load": ("各单位工作量", "Workload per organisation"),
    "load_before": ("现行", "In force"),
    "load_after": ("草案", "Draft"),
    "squares": ("半公里方格", "Squares of half a kilometre"),
    "square": ("方格", "Square"),
    "cases": ("件", "incidents"),
    "outcome": ("判责结果", "Outcome"),
    # incident
    "reported_place": ("上报位置", "Reported place"),
    "accuracy": ("定位精度范围", "Accuracy of the fix"),
    "accuracy_of": ("定位精度 ±{metres}", "Accuracy ±{metres}"),
    "accuracy_unknown": ("定位精度不详", "Accuracy not known"),
    "chosen": ("主责责任区", "Zone of the lead"),
    "candidate": ("其他候选责任区", "Other candidate zones"),
    "candidates": ("候选责任区", "Candidate zones"),
    "zone": ("责任区", "Zone"),
    "to_border": ("到边界", "To its border"),
    "inside": ("界内 {metres}", "{metres} inside"),
    "outside": ("界外 {metres}", "{metres} outside"),
    "share": ("占精度范围", "Share of the disc"),
    "no_coordinates": ("上报时没有坐标", "Reported without coordinates"),
    "nowhere": (
        "该案件上报时没有坐标，地址也不能确定位置，无法绘制地图。",
        "Reported without coordinates; no address or component says where it is: nothing to draw.",
    ),
    "known": ("地址与部件", "Addresses and components"),
    "address_chosen": ("地址所指的位置", "Where its address is"),
    "address_other": ("地址可能所指的位置", "Where its address may be"),
    "component_chosen": ("判责所依据的部件", "The component that decided"),
    "component_other": ("附近的其他部件", "Other components near"),
    "taken": ("采用", "taken"),
    "fits": ("地址相符度", "Address fits"),
    "lead": ("主责", "lead"),
    **AROUND_A_CASE,
    **TOOLS,
    **BOARD,
}


def words(language: Language) -> Mapping[str, str]:
    """Give all words in one language.

    Parameters
    ----------
    language : Language
        Chinese or English.

    Returns
    -------
    Mapping[str, str]
        Text by its key; some hold ``{fields}`` for `str.format`.
    """
    return _BY_LANGUAGE[language]


_BY_LANGUAGE: Final[Mapping[Language, Mapping[str, str]]] = {
    language: MappingProxyType({key: texts[column] for key, texts in _TEXTS.items()})
    for column, language in enumerate(Language)
}


def join(names: Iterable[str], language: Language) -> str:
    """Put names in a row.

    Parameters
    ----------
    names : iterable of str
        Any names.
    language : Language
        Of the mark between them.

    Returns
    -------
    str
        ``甲、乙`` or ``A, B``.
    """
    return ("、" if language is Language.ZH else ", ").join(names)


def moment(when: date) -> str:
    """Write a day, or a day with its time, as the pages show it.

    Parameters
    ----------
    when : date or datetime
        A datetime is written as it is, in its own time zone.

    Returns
    -------
    str
        ``2026-03-01`` or ``2026-03-01 08:30``.
    """
    return when.strftime("%Y-%m-%d %H:%M" if isinstance(when, datetime) else "%Y-%m-%d")


def square(metres: float, language: Language) -> str:
    """Write a size on the ground.

    Parameters
    ----------
    metres : float
        Square metres.
    language : Language
        Of the unit.

    Returns
    -------
    str
        As geodata's findings write it, for example ``1,240 m²`` or ``3.07 平方公里``.
    """
    english, chinese = area_text(metres) if metres else ("0", "0")
    return chinese if language is Language.ZH else english


def length(metres: float, language: Language) -> str:
    """Write a distance: decimetres below ten metres, whole metres above.

    Parameters
    ----------
    metres : float
        Metres.
    language : Language
        Of the unit.

    Returns
    -------
    str
        For example ``3.4 m`` or ``120 米``.
    """
    number = f"{metres:,.1f}" if abs(metres) < 10 else f"{metres:,.0f}"
    return words(language)["metres"].format(number=number)
