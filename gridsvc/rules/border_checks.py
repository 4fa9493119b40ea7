"""What is wrong or odd in a set of border policies that are in force together. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.measure import metres_of_degree
from gridsvc.rules.border import BorderKind, BorderPolicy, Ground
from gridsvc.rules.checks import unknown_category, unknown_layers
from gridsvc.rules.findings import Fault, Finding, in_order
from gridsvc.rules.known import Known

TOUCHING_M = 1.0
"""Two drawings of one border may be this far apart."""


def check_policies(policies: Iterable[BorderPolicy], known: Known) -> Sequence[Finding]:
    """Check border policies that are in force at one moment, each alone and all together."""
    listed = list(policies)
    alone = (finding for policy in listed for finding in _alone(policy, known))
    return in_order([*alone, *_ties(listed)])


def _alone(policy: BorderPolicy, known: Known) -> Iterator[Finding]:
    yield from unknown_layers(policy.code, [policy.layer], known)
    yield from unknown_category(policy, known)
    if policy.layer in known.layers:
        yield from _unknown_areas(policy, known)
    yield from _incomplete(policy)
    yield from _misshapen(policy)
    yield from _about_shape(policy, known) if policy.shape else _about_border(policy, known)


def _unknown_areas(policy: BorderPolicy, known: Known) -> Iterator[Finding]:
    for area in policy.areas:
        if (policy.layer, area) not in known.areas:
            yield Finding(
                Fault.UNKNOWN_AREA,
                (policy.code,),
                f'"{policy.code}" names the area "{area}", which the layer "{policy.layer}" does '
                "not have then.",
                f"“{policy.code}”引用的区域“{area}”届时不在图层“{policy.layer}”中。",
            )


def _incomplete(policy: BorderPolicy) -> Iterator[Finding]:
    kind, count, code = policy.kind, len(policy.areas), policy.code
    if kind is BorderKind.PARITY and count != 2:
        yield Finding(
            Fault.NOT_TWO_AREAS,
            (code,),
            f'"{code}" must name two areas, the one of the even numbers first.',
            f"“{code}”须列出两个区域，双号所属区域在前。",
        )
    if kind in {BorderKind.SIDE, BorderKind.JOINT} and count < 2:
        yield Finding(
            Fault.TOO_FEW_AREAS,
            (code,),
            f'"{code}" must name at least two areas, the favoured one first.',
            f"“{code}”须至少列出两个区域，归属区域在前。",
        )
    if kind is BorderKind.PARITY and not policy.road:
        yield Finding(
            Fault.ROAD_MISSING,
            (code,),
            f'"{code}" goes by house numbers and names no road.',
            f"“{code}”按门牌单双号划分，但未指明道路。",
        )


def _misshapen(policy: BorderPolicy) -> Iterator[Finding]:
    code = policy.code
    if policy.kind is BorderKind.EXCEPTION and policy.shape is None:
        yield Finding(
            Fault.SHAPE_MISSING,
            (code,),
            f'"{code}" is an exception and has no shape.',
            f"“{code}”是例外区域，但没有图形。",
        )
    if policy.kind in {BorderKind.SIDE, BorderKind.PARITY} and policy.shape is not None:
        yield Finding(
            Fault.SHAPE_NOT_MEANT,
            (code,),
            f'"{code}" has a shape, which only an exception or joint ground takes.',
            f"“{code}”带有图形，但只有例外区域或共管区域才有图形。",
        )


def _shapes(policy: BorderPolicy, known: Known) -> Iterator[tuple[str, BaseGeometry]]:
    """List the areas of a policy that are there."""
    for area in policy.areas:
        if (policy.layer, area) in known.areas:
            yield area, known.areas[policy.layer, area]


def _about_shape(policy: BorderPolicy, known: Known) -> Iterator[Finding]:
    for area, shape in _shapes(policy, known):
        if not shapely.intersects(shape, policy.shape):
            yield Finding(
                Fault.SHAPE_ELSEWHERE,
                (policy.code,),
                f'The shape of "{policy.code}" does not meet the area "{area}".',
                f"“{policy.code}”的图形与区域“{area}”不相交。",
            )
    favoured = known.areas.get((policy.layer, policy.areas[0]))
    if policy.kind is BorderKind.EXCEPTION and shapely.covers(favoured, policy.shape):
        yield Finding(
            Fault.CHANGES_NOTHING,
            (policy.code,),
            f'The shape of "{policy.code}" lies wholly in "{policy.areas[0]}", whose it is anyway.',
            f"“{policy.code}”的图形完全位于“{policy.areas[0]}”内，本就归其所有。",
        )


def _about_border(policy: BorderPolicy, known: Known) -> Iterator[Finding]:
    favoured = known.areas.get((policy.layer, policy.areas[0]))
    if favoured is None or policy.kind is BorderKind.EXCEPTION:
        return
    first, reach = policy.areas[0], TOUCHING_M + 2 * policy.within_m
    for area, shape in _shapes(policy, known):
        apart = gap_m(favoured, shape)
        if apart > reach:
            yield Finding(
                Fault.NO_COMMON_BORDER,
                (policy.code,),
                f'"{policy.code}": "{first}" and "{area}" are {apart:,.0f} m apart.',
                f"“{policy.code}”：“{first}”与“{area}”相距 {apart:,.0f} 米，没有共同边界。",
            )
        elif _corner_only(favoured, shape):
            yield Finding(
                Fault.CORNER_ONLY,
                (policy.code,),
                f'"{policy.code}": "{first}" and "{area}" meet in a corner only.',
                f"“{policy.code}”：“{first}”与“{area}”仅在一个角点相接。",
            )


def _corner_only(one: BaseGeometry, other: BaseGeometry) -> bool:
    common = shapely.intersection(one, other)
    return not common.is_empty and int(shapely.get_dimensions(common)) == 0


def gap_m(one: BaseGeometry, other: BaseGeometry) -> float:
    """Measure how far two shapes are apart, in metres; 0 where they meet.

    In a plane about the place where they come closest, true to a thousandth over some kilometres.
    """
    if shapely.intersects(one, other):
        return 0.0
    between = shapely.shortest_line(one, other)
    east, north = metres_of_degree(np.array(between.centroid.y))
    scale = np.array([east, north])
    plane = [shapely.transform(shape, lambda lonlat: lonlat * scale) for shape in (one, other)]
    return float(shapely.distance(*plane))


def _ties(policies: Sequence[BorderPolicy]) -> Iterator[Finding]:
    for one, other in combinations(policies, 2):
        if one.areas[0] != other.areas[0] and _speak_alike(one, other):
            first, second = sorted((one.code, other.code))
            yield Finding(
                Fault.TIE,
                (first, second),
                f'"{first}" and "{second}" give the same ground to different areas, and neither '
                "goes first: give one of them another priority.",
                f"“{first}”与“{second}”把同一处划给不同区域且无先后之分：请调整优先级。",
            )


def _speak_alike(one: BorderPolicy, other: BorderPolicy) -> bool:
    """Whether two policies of one rank speak of one category, layer and ground."""
    return (
        (one.layer, one.priority, one.ground) == (other.layer, other.priority, other.ground)
        and (one.scheme, one.category_code) == (other.scheme, other.category_code)
        and _same_ground(one, other)
    )


def _same_ground(one: BorderPolicy, other: BorderPolicy) -> bool:
    if one.ground is Ground.SHAPE:
        return bool(shapely.relate_pattern(one.shape, other.shape, "T********"))
    if one.ground is Ground.ROAD and one.road != other.road:
        return False
    return bool(_borders(one) & _borders(other))


def _borders(policy: BorderPolicy) -> set[frozenset[str]]:
    return {frozenset((policy.areas[0], area)) for area in policy.areas[1:]}
