"""One decision as an example for the API's description; a test holds it to the schema."""

from typing import Any

_CLEANER = {"code": "SAN02", "name": "云汀区环卫第2公司", "name_en": "Yunting Sanitation Company 2"}
_STREET = {
    "code": "379902001",
    "name": "兰桂街道网格化管理中心",
    "name_en": "Langui Subdistrict Grid Centre",
}
_ZONE = {
    "layer": "sanitation",
    "layer_title": "环卫作业片区",
    "level": None,
    "code": "SAN02",
    "name": "云汀区环卫第2片区",
}


def _area(level: str, title: str, code: str, name: str) -> dict[str, Any]:
    place = {"layer": level, "layer_title": title, "level": level, "code": code, "name": name}
    return {**place, "tied": False}


DECISION: dict[str, Any] = {
    "outcome": "routed",
    "lead": _CLEANER,
    "co_handlers": [_STREET],
    "zone": _ZONE,
    "area_chain": [
        _area("district", "区", "379902", "云汀区"),
        _area("street", "街道", "379902001", "兰桂街道"),
        _area("community", "社区", "379902001003", "松桂社区"),
        _area("grid", "网格", "379902001003002", "松桂社区第2网格"),
    ],
    "nearest": None,
    "distance_to_boundary_m": 142.3,
    "confidence": 1.0,
    "candidates": [
        {
            "organisation": _CLEANER,
            "zone": _ZONE,
            "inside_m": 142.3,
            "share": 1.0,
            "basis": "territory",
            "category": "E01",
            "priority": 0,
            "responsibility": "019a9c5e-6f3a-7c41-9d5f-3b1f0a5f7a01",
            "lost_by": None,
        }
    ],
    "components": [],
    "address": None,
    "rule": None,
    "border": None,
    "rule_path": [
        "kind=event",
        "basis=territory",
        "layer=sanitation",
        "category=E01",
        "priority=0",
        "covers",
    ],
    "explanation": {
        "zh": "该点位于环卫作业片区“云汀区环卫第2片区”（距边界142米），"
        "“暴露垃圾”按属地由云汀区环卫第2公司主责。",
        "en": 'The point lies in the area "云汀区环卫第2片区" of layer Sanitation areas (142 m '
        'from its border); there Yunting Sanitation Company 2 leads for "Exposed rubbish" by '
        "territory.",
    },
    "warnings": [],
    "question": None,
    "answer": None,
    "releases": [
        {"layer": "sanitation", "number": 1, "id": "019a9c5e-6f3a-7c41-9d5f-3b1f0a5f7a02"}
    ],
    "map_version": 17,
    "at": "2026-11-21T08:30:00+08:00",
}
