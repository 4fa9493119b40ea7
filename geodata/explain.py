"""Explain the kinds of finding: why each matters and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geodata.findings import Fault
from geodata.repair import Fix


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a kind of finding matters and what to do, in English and Chinese.

    `fix` is the repair that helps, None where only the owner of the data can tell what is right.
    """

    en: str
    zh: str
    fix: Fix | None = None


def explain(fault: Fault) -> Explanation:
    """Explain a kind of finding.

    Parameters
    ----------
    fault : Fault
        The `code` of a finding.
    """
    return _EXPLANATIONS[fault]


_EXPLANATIONS: Final[Mapping[Fault, Explanation]] = MappingProxyType(
    {
        Fault.MISSING_CODE: Explanation(
            "Areas are known by their codes from one edition to the next; fill it in.",
            "区域在各版本之间以编码识别；请补填编码。",
        ),
        Fault.DUPLICATE_CODE: Explanation(
            "Two areas with one code cannot be told apart; give each its own, or join the rows of "
            "one area into one multi-part shape.",
            "编码相同的区域无法区分；请分别编码，或将同一区域的多行合并为一个多部件图形。",
        ),
        Fault.MISSING_NAME: Explanation(
            "People look for areas by name; fill it in.", "用户按名称查找区域；请补填名称。"
        ),
        Fault.MISSING_PARENT: Explanation(
            "Without a parent the area is missing from its parent's figures; fill it in.",
            "未填上级的区域不会计入上级的统计；请补填上级编码。",
        ),
        Fault.UNKNOWN_PARENT: Explanation(
            "The chain of responsibility breaks here; correct the code, or load the layer above "
            "first.",
            "责任链在此中断；请更正上级编码，或先导入上级图层。",
        ),
        Fault.CODE_NOT_UNDER_PARENT: Explanation(
            "Either the code or the parent is mistyped, or the area was given to another parent "
            "and kept its code; check which.",
            "编码或上级填写有误，或该区域划转后沿用旧编码；请核对。",
        ),
        Fault.NULL_GEOMETRY: Explanation(
            "An area without a shape contains nothing; draw it, or leave the row out.",
            "没有图形的区域不包含任何位置；请补绘图形，或移除此行。",
            Fix.DROP_EMPTY,
        ),
        Fault.EMPTY_GEOMETRY: Explanation(
            "An empty shape contains nothing; draw it, or leave the row out.",
            "空图形不包含任何位置；请补绘图形，或移除此行。",
            Fix.DROP_EMPTY,
        ),
        Fault.WRONG_TYPE: Explanation(
            "Only a polygon has an inside; export the layer of areas, not of lines or points.",
            "只有面才有内部；请导出面图层，而不是线或点图层。",
        ),
        Fault.OUT_OF_RANGE: Explanation(
            "These numbers are no longitudes and latitudes; declare the coordinate system that the "
            "file really has, and split shapes at the 180th meridian.",
            "坐标值不是经纬度；请声明文件实际的坐标系，跨 180 度经线的图形须分开。",
        ),
        Fault.INVALID_RING: Explanation(
            "What lies inside such a ring depends on who asks; redraw it at the place named, or "
            "have it rebuilt and look at the result.",
            "此类边界的内外无法确定；请在所示位置重绘，或自动重建后复核。",
            Fix.MAKE_VALID,
        ),
        Fault.HAS_Z: Explanation(
            "Heights are not used and make files larger; they can be dropped.",
            "高程不被使用且使文件变大；可以去除。",
            Fix.FORCE_2D,
        ),
        Fault.DUPLICATE_GEOMETRY: Explanation(
            "Everything inside belongs to both areas; mostly one row is left over from an earlier "
            "edition.",
            "其中的一切同时属于两个区域；多为旧版本残留的行。",
        ),
        Fault.SLIVER_PART: Explanation(
            "A part like a thread is mostly a leftover of cutting; redraw the border there.",
            "过于狭长的部分多为裁切残留；请重绘该处边界。",
        ),
        Fault.OUTSIDE_PARENT: Explanation(
            "What lies there is counted for one parent and found in another; move the border, or "
            "the area to the right parent.",
            "该处在统计与定位中会归属不同上级；请调整边界，或更正上级。",
        ),
        Fault.SUSPECTED_SHIFT: Explanation(
            "Every border is off by that much and most reports near one go to the wrong side; ask "
            "who drew the layer in which system its numbers are, and load it again.",
            "所有边界均整体偏移，边界附近的上报大多会派错；请向制图方核实坐标系后重新载入。",
        ),
        Fault.PARENT_NOT_USABLE: Explanation(
            "Mend the layer above first, then check this one again.",
            "请先修复上级图层，再检查本图层。",
        ),
        Fault.OVERLAP: Explanation(
            "A report from there has two owners; redraw the border, declare that the layer may "
            "overlap, or accept it with a reason.",
            "该处上报会有两个责任方；请重绘边界，或声明图层允许重叠，或说明理由后接受。",
        ),
        Fault.SLIVER_OVERLAP: Explanation(
            "One border was drawn twice; it can be given to the area with the lower code.",
            "同一边界被绘制了两次；可将重叠处归入编码较小的区域。",
            Fix.CLOSE_SLIVERS,
        ),
        Fault.GAP: Explanation(
            "A report from there has no owner but the fallback; give the land to an area.",
            "该处上报没有责任方，只能兜底；请将其划入某个区域。",
        ),
        Fault.SLIVER_GAP: Explanation(
            "One border was drawn twice; where areas of this layer surround the sliver it can be "
            "given to the one with the longest common border.",
            "同一边界被绘制了两次；四周均为本图层区域的空隙可归入共同边界最长的区域。",
            Fix.CLOSE_SLIVERS,
        ),
        Fault.UNMATCHED_EDGES: Explanation(
            "Borders that do not share their corners come apart when they are simplified or drawn "
            "in another projection; moving all corners to one grid helps where the same corner was "
            "written with different digits.",
            "节点不一致的边界在简化或变换投影后会分离；若同一节点的坐标位数不同，可对齐到同一格网。",
            Fix.SNAP,
        ),
    }
)
