"""What the pages of the category schemes say, in both languages."""

from collections.abc import Mapping

CATEGORIES: Mapping[str, Mapping[str, str]] = {
    "categories": {"zh": "类别", "en": "Categories"},
    "categories_about": {
        "zh": "可上报的类别、立案条件、处置时限与结案条件。",
        "en": "What can be reported: filing conditions, time limits, closing conditions.",
    },
    "schemes": {"zh": "分类方案", "en": "Schemes"},
    "schemes_none": {"zh": "暂无分类方案。", "en": "No schemes yet."},
    "scheme_code": {"zh": "方案代码", "en": "Code of the scheme"},
    "scheme_name": {"zh": "方案名称（留空为不变）", "en": "Name (empty: as it was)"},
    "scheme_version": {"zh": "版本", "en": "Version"},
    "scheme_number": {"zh": "第 {number} 版", "en": "Version {number}"},
    "scheme_since": {"zh": "生效", "en": "From"},
    "scheme_until": {"zh": "失效", "en": "Until"},
    "scheme_categories": {"zh": "类别数", "en": "Categories"},
    "scheme_conditions": {"zh": "立案条件数", "en": "Conditions"},
    "scheme_numbering": {"zh": "事件大类编号", "en": "Event majors"},
    "scheme_workbook": {"zh": "下载工作簿", "en": "Take it as a workbook"},
    "state_in_force": {"zh": "现行", "en": "in force"},
    "state_to_come": {"zh": "未生效", "en": "to come"},
    "state_past": {"zh": "已失效", "en": "past"},
    "table_load": {"zh": "载入类别表", "en": "Load a table of categories"},
    "table_about": {
        "zh": "九列表格（.xlsx 可含合并单元格，或 CSV）。先比较，确认后才生效；"
        "未结案件保留其类别、条件与时限。",
        "en": "Nine columns, .xlsx with or without merged cells, or CSV. It is compared first and "
        "changes nothing until you confirm; open cases keep their category, condition and limit.",
    },
    "table_file": {"zh": "文件", "en": "File"},
    "table_kind": {"zh": "未注明类型的工作表为", "en": "Sheets that do not say hold"},
    "table_kind_none": {"zh": "（由表中注明）", "en": "(the table says so)"},
    "table_kind_component": {"zh": "部件", "en": "components"},
    "table_kind_event": {"zh": "事件", "en": "events"},
    "table_as_before": {"zh": "（不变，或按表中名称）", "en": "(as before, or by its names)"},
    "table_encoding": {"zh": "CSV 编码", "en": "Encoding of a CSV"},
    "table_when": {
        "zh": "生效时间（留空为立即；时区 {zone}）",
        "en": "From when on (empty: now; time zone {zone})",
    },
    "table_compare": {"zh": "比较", "en": "Compare"},
    "table_changes": {"zh": "与现行版本的差异", "en": "What would change"},
    "table_same": {"zh": "与现行版本相同。", "en": "It says what is in force already."},
    "table_concerns": {"zh": "停用或更名的类别与条件", "en": "What ends or is renamed"},
    "table_confirm": {"zh": "确认，使其生效", "en": "Yes, put it in force"},
    "table_cancel": {"zh": "返回，不作改变", "en": "Back, change nothing"},
    "condition": {"zh": "立案条件", "en": "Filing condition"},
    "condition_none": {"zh": "（未设立案条件）", "en": "(no filing conditions)"},
    "limit": {"zh": "处置时限", "en": "Time limit"},
    "closing": {"zh": "结案条件", "en": "Closing condition"},
    "handling_unit": {"zh": "处置单位", "en": "Handling unit"},
    "supervising_unit": {"zh": "监管单位", "en": "Supervising unit"},
}
