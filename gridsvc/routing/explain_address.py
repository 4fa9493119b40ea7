"""What an address without coordinates was read as, in both languages. Pure."""

from gridsvc.routing.explain import Explanation
from gridsvc.routing.service import Addressed, Meant

_TOLD = 5
"""Of more leads the number is said."""


def explain_address(addressed: Addressed) -> Explanation | None:
    """Say which place an address means, or why none could be taken; None where it says nothing."""
    if not addressed.matches:
        return None
    best = addressed.matches[0]
    name, share = best.match.name, f"{best.match.score:.0%}"
    if addressed.taken is not None:
        return Explanation(
            zh=f"没有坐标，按地址定位到“{name}”（把握{share}）。",
            en=f'By its address, without coordinates, it is at "{name}" ({share}).',
        )
    if best.match.sure:
        return _too_wide(best)
    return Explanation(
        zh=f"地址最像“{name}”（把握{share}），不足以确定。",
        en=f'The address is most like "{name}" ({share}), which is not enough.',
    )


def _too_wide(meant: Meant) -> Explanation:
    name, leads = meant.match.name, meant.leads
    more = len(leads) > _TOLD
    zh = "、".join(lead.name for lead in leads[:_TOLD]) + (f"等{len(leads)}个单位" if more else "")
    en = ", ".join(lead.name_en or lead.name for lead in leads[:_TOLD])
    en += f" and {len(leads) - _TOLD} others" if more else ""
    return Explanation(
        zh=f"地址指“{name}”，范围太大，不足以定位" + (f"，其中可能由{zh}主责。" if zh else "。"),
        en=f'The address is "{name}", too wide to tell the place'
        + (f"; in parts of it {en} may lead." if en else "."),
    )
