"""What our own pages say, in both languages; the map pages have words of theirs."""

from collections.abc import Mapping

from gridsvc.web.account_words import ACCOUNT
from gridsvc.web.briefing_words import BRIEFINGS
from gridsvc.web.casework_words import CASEWORK
from gridsvc.web.category_words import CATEGORIES
from gridsvc.web.indicator_words import INDICATORS
from gridsvc.web.planning_words import PLANNING
from gridsvc.web.whistle_words import WHISTLES

WORDS: Mapping[str, Mapping[str, str]] = {
    "product": {"zh": "网格服务", "en": "gridsvc"},
    "tagline": {
        "zh": "谁来负责、为什么，上报即答。",
        "en": "Who owns it and why, answered as you report.",
    },
    "start_page": {"zh": "返回首页", "en": "To the start page"},
    "other_language": {"zh": "English", "en": "中文"},
    "dark": {"zh": "深色", "en": "Dark"},
    "board": {"zh": "实时态势", "en": "Live board"},
    "board_about": {
        "zh": "新案件与变化即时显示；可在大屏上轮播。",
        "en": "New and changing cases as they come; also for a wall.",
    },
    "coverage": {"zh": "覆盖图", "en": "Coverage map"},
    "coverage_about": {
        "zh": "行政网格、责任区、无人负责与重复负责的地方。",
        "en": "Grids, zones, what nobody covers and what several cover.",
    },
    "workload": {"zh": "负荷图", "en": "Workload map"},
    "workload_about": {
        "zh": "各网格、责任区、街道的案件数量与超期情况。",
        "en": "Incidents per grid, zone or street: filed, open, overdue, closed.",
    },
    "api": {"zh": "接口文档", "en": "API"},
    "api_about": {"zh": "上报、查询与判责接口。", "en": "Reporting, listing and asking who owns."},
    "maps": {"zh": "地图", "en": "Maps"},
    "incidents": {"zh": "案件", "en": "Incidents"},
    "incidents_about": {
        "zh": "您有权查看的案件（CSV）。",
        "en": "The incidents that you may see, as CSV.",
    },
    "nothing": {
        "zh": "您的角色在此没有页面；请使用接口。",
        "en": "Your role has no pages here; use the API.",
    },
    "open": {"zh": "未结", "en": "Open"},
    "overdue": {"zh": "超期未处置", "en": "Overdue"},
    "waiting": {"zh": "待分拨", "en": "Waiting for dispatch"},
    "newest": {"zh": "最新案件", "en": "Newest incidents"},
    "reference": {"zh": "编号", "en": "Reference"},
    "category": {"zh": "类别", "en": "Category"},
    "status": {"zh": "状态", "en": "Status"},
    "lead": {"zh": "主责单位", "en": "Owner"},
    "reported": {"zh": "上报", "en": "Reported"},
    "due": {"zh": "时限", "en": "Due"},
    "no_incidents": {"zh": "暂无案件。", "en": "No incidents yet."},
    "status_reported": {"zh": "待受理", "en": "reported"},
    "status_verifying": {"zh": "核实中", "en": "being verified"},
    "status_verified": {"zh": "待立案", "en": "verified"},
    "status_filed": {"zh": "待分拨", "en": "filed"},
    "status_arbitration": {"zh": "裁定中", "en": "in arbitration"},
    "status_dispatched": {"zh": "已派遣", "en": "dispatched"},
    "status_handling": {"zh": "处置中", "en": "handling"},
    "status_handled": {"zh": "已处置", "en": "handled"},
    "status_checked": {"zh": "已核查", "en": "checked"},
    "status_closed": {"zh": "已结案", "en": "closed"},
    "status_suspended": {"zh": "挂账中", "en": "suspended"},
    "status_evaluated": {"zh": "已评价", "en": "evaluated"},
    "status_invalidated": {"zh": "已作废", "en": "invalidated"},
    "status_merged": {"zh": "已并案", "en": "merged"},
    "status_rejected": {"zh": "不予受理", "en": "rejected"},
    "status_withdrawn": {"zh": "已撤回", "en": "withdrawn"},
    "attachments": {"zh": "照片与附件", "en": "Photos and files"},
    "no_attachments": {"zh": "暂无照片或附件。", "en": "No photos or files yet."},
    "attachment_take": {"zh": "拍照", "en": "Take a photo"},
    "attachment_choose": {"zh": "选择文件", "en": "Choose files"},
    "attachment_about": {
        "zh": "照片中的位置、时间和设备信息仅授权人员可查看。",
        "en": "The place, time and device that a photo tells of are for authorised people only.",
    },
    "attachment_sending": {"zh": "正在上传", "en": "Sending"},
    "attachment_too_large": {
        "zh": "文件过大，请缩小后再上传。",
        "en": "The file is too large; send a smaller one.",
    },
    "attachment_interrupted": {
        "zh": "网络中断，上传未完成；请在网络恢复后重试。",
        "en": "The line broke and the upload is not complete; try again when it is back.",
    },
    "attachment_checking": {"zh": "检查中", "en": "being checked"},
    "attachment_virus_found": {"zh": "已隔离：发现病毒", "en": "quarantined: a virus was found"},
    "attachment_scanner_failed": {
        "zh": "已隔离：病毒扫描未完成",
        "en": "quarantined: the virus scan failed",
    },
    "attachment_withdrawn": {"zh": "已撤回", "en": "withdrawn"},
    **ACCOUNT,
    **BRIEFINGS,
    **PLANNING,
    **CATEGORIES,
    **INDICATORS,
    **WHISTLES,
    **CASEWORK,
}
