"""What the pages of the indicators say, in both languages."""

from collections.abc import Mapping

INDICATORS: Mapping[str, Mapping[str, str]] = {
    "indicators": {"zh": "评价指标", "en": "Indicators"},
    "indicators_about": {
        "zh": "结案率、按期处置率等指标、排名及其对应案件。",
        "en": "Closing rate and others, ranked, with the cases behind each number.",
    },
    "indicator": {"zh": "指标", "en": "Indicator"},
    "indicators_by": {"zh": "统计对象", "en": "For each of"},
    "indicators_from": {"zh": "自", "en": "From"},
    "indicators_to": {"zh": "至（含）", "en": "To, included"},
    "indicators_area": {"zh": "区域代码（留空为全部）", "en": "Code of an area (empty: all)"},
    "indicators_show": {"zh": "统计", "en": "Show"},
    "indicators_whole": {"zh": "合计", "en": "All together"},
    "indicators_example": {"zh": "示例，非官方定义", "en": "our own example, not official"},
    "indicators_workbook": {"zh": "下载工作簿", "en": "Take it as a workbook"},
    "indicators_place": {"zh": "名次", "en": "Place"},
    "indicators_group": {"zh": "对象", "en": "Of"},
    "indicators_value": {"zh": "指标值", "en": "Value"},
    "indicators_none": {"zh": "（无归属）", "en": "(none of them)"},
    "indicators_more": {"zh": "下一页", "en": "Next page"},
    "numerator": {"zh": "分子", "en": "Numerator"},
    "denominator": {"zh": "分母", "en": "Denominator"},
}
