"""What the daily briefing says, in both languages."""

from collections.abc import Mapping

BRIEFINGS: Mapping[str, Mapping[str, str]] = {
    "briefings": {"zh": "每日简报", "en": "Daily briefings"},
    "briefings_about": {
        "zh": "每天早晨的全市情况：概况、地图、超期与热点，可打印。",
        "en": "How things stand each morning: figures, maps, what is late, hot spots; to print.",
    },
    "briefing": {"zh": "每日简报", "en": "Daily briefing"},
    "briefing_made": {"zh": "数据截至 {time}", "en": "As of {time}"},
    "briefing_for": {"zh": "范围：{who}", "en": "For {who}"},
    "briefing_city": {"zh": "全市", "en": "the whole city"},
    "briefing_part": {"zh": "{who} 可见的案件", "en": "the cases that {who} sees"},
    "briefing_figures": {"zh": "概况", "en": "At a glance"},
    "briefing_filed": {"zh": "昨日上报", "en": "Filed yesterday"},
    "briefing_closed": {"zh": "昨日结案", "en": "Ended yesterday"},
    "briefing_open": {"zh": "未结", "en": "Open"},
    "briefing_overdue": {"zh": "超期未处置", "en": "Overdue"},
    "briefing_waiting": {"zh": "待分拨", "en": "Waiting for an owner"},
    "briefing_day_before": {"zh": "较前一日", "en": "vs the day before"},
    "briefing_week_before": {"zh": "较上周同日", "en": "vs the same day last week"},
    "briefing_maps": {"zh": "各{unit}情况", "en": "By {unit}"},
    "briefing_open_map": {"zh": "未结案件", "en": "Open cases"},
    "briefing_overdue_map": {"zh": "超期案件", "en": "Overdue cases"},
    "briefing_busiest": {"zh": "未结最多的{unit}", "en": "Most open cases, by {unit}"},
    "briefing_unplaced": {
        "zh": "另有 {open} 件未结案件不在任何{unit}内，其中 {overdue} 件超期。",
        "en": "{open} more open cases lie in none of them, {overdue} of which are overdue.",
    },
    "briefing_late": {"zh": "超期最多的责任单位", "en": "Owners with the most overdue cases"},
    "briefing_spots": {"zh": "近 {days} 天的热点", "en": "Hot spots of the last {days} days"},
    "briefing_matter": {"zh": "类别", "en": "Category"},
    "briefing_cases": {"zh": "件数", "en": "Cases"},
    "briefing_where": {"zh": "网格", "en": "Grids"},
    "briefing_none": {"zh": "没有。", "en": "None."},
    "briefing_numbers": {
        "zh": "“昨日”为前一个自然日；未结、超期、待分拨为生成时刻的数量，与首页和负荷图口径一致。"
        "前日与上周的存量取自当时保存的全市简报，未保存时为“–”。",
        "en": "Yesterday is the civil day before; open, overdue and waiting are those of the moment"
        " above, counted as on the start page and the workload map. How many they were a day or a"
        " week before is read from the city's briefings of then; – where none was kept.",
    },
    "briefing_now": {"zh": "现在的简报", "en": "As things stand now"},
    "briefing_kept": {"zh": "已保存的简报", "en": "Kept briefings"},
    "briefing_none_kept": {
        "zh": "没有可查看的已存简报。全市简报每天 {time} 起生成并保存；"
        "负责部分区域的人员可随时查看自己范围的简报。",
        "en": "There is none for you. The city's is made and kept each day from {time} on; who is"
        " for a part of it reads their own at any time.",
    },
}
