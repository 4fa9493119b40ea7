"""What the start and login pages say, in both languages."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "product": {"zh": "网格服务", "en": "gridsvc"},
    "tagline": {
        "zh": "谁来负责、为什么，上报即答。",
        "en": "Who owns it and why, answered as you report.",
    },
    "login": {"zh": "登录", "en": "Sign in"},
    "login_name": {"zh": "账号", "en": "Login"},
    "password": {"zh": "密码", "en": "Password"},
    "login_failed": {
        "zh": "账号或密码错误，或账号已停用。",
        "en": "The login or the password is wrong, or the account is disabled.",
    },
    "logout": {"zh": "退出", "en": "Sign out"},
    "signed_in_as": {"zh": "当前账号", "en": "Signed in as"},
    "other_language": {"zh": "English", "en": "中文"},
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
    "role_grid_worker": {"zh": "网格员", "en": "grid worker"},
    "role_command_centre": {"zh": "指挥中心", "en": "command centre"},
    "role_planner": {"zh": "规划员", "en": "planner"},
    "role_administrator": {"zh": "系统管理员", "en": "administrator"},
}
