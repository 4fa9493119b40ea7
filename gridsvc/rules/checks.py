"""What is wrong or odd in a set of rules that are in force together. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, groupby

from gridsvc.rules.border import BorderPolicy
from gridsvc.rules.findings import Fault, Finding, in_order
from gridsvc.rules.known import Known
from gridsvc.rules.matching import conditions
from gridsvc.rules.overlap import can_hold, can_meet, contains
from gridsvc.rules.rule import Rule

_MINOR, _MAJOR, _ALL = range(3)


def check_rules(rules: Iterable[Rule], known: Known) -> Sequence[Finding]:
    """Check rules that are in force at one moment, each alone and all together."""
    listed = sorted(rules, key=lambda rule: (_rank(rule, known), rule.code))
    return in_order([*_alone(listed, known), *_ties(listed, known), *_shadows(listed, known)])


def _alone(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    for rule in rules:
        yield from unknown_layers(rule.code, (*rule.layers, *rule.co_layers), known)
        yield from unknown_category(rule, known)
        yield from _unknown_things(rule, known)
        yield from _idle(rule, known)


def unknown_layers(code: str, layers: Iterable[str], known: Known) -> Iterator[Finding]:
    """Find the layers that a row names and that are not there."""
    for layer in dict.fromkeys(layers):
        if layer not in known.layers:
            yield Finding(
                Fault.UNKNOWN_LAYER,
                (code,),
                f'"{code}" names the layer "{layer}", which is not there.',
                f"“{code}”引用的图层“{layer}”不存在。",
            )


def unknown_category(row: Rule | BorderPolicy, known: Known) -> Iterator[Finding]:
    """Find a category that a row names and that no scheme in force has."""
    if row.category_code is None or (row.scheme or "", row.category_code) in known.categories:
        return
    yield Finding(
        Fault.UNKNOWN_CATEGORY,
        (row.code,),
        f'"{row.code}" names the category "{row.category_code}" of the scheme "{row.scheme}", '
        "which is not in force then.",
        f"“{row.code}”引用的类别“{row.category_code}”（分类方案“{row.scheme}”）届时无效。",
    )


def _unknown_things(rule: Rule, known: Known) -> Iterator[Finding]:
    for organisation in (*filter(None, [rule.lead]), *rule.co_handlers):
        if organisation not in known.organisations:
            yield Finding(
                Fault.UNKNOWN_ORGANISATION,
                (rule.code,),
                f'"{rule.code}" names the organisation {organisation}, which is not there.',
                f"“{rule.code}”引用的单位 {organisation} 不存在。",
            )
    days = rule.window.special_days
    if days is not None and days not in known.special:
        yield Finding(
            Fault.UNKNOWN_SPECIAL_DAYS,
            (rule.code,),
            f'"{rule.code}" asks for the special days "{days}", and there is no such list then.',
            f"“{rule.code}”需要特殊日期表“{days}”，届时没有此表。",
        )
    for type_ in sorted(rule.estate_types - known.estate_types):
        yield Finding(
            Fault.UNKNOWN_ESTATE_TYPE,
            (rule.code,),
            f'"{rule.code}" asks for sub-estates of the type "{type_}", and none is of it.',
            f"“{rule.code}”要求小区类型为“{type_}”，但没有此类型的小区。",
        )


def _idle(rule: Rule, known: Known) -> Iterator[Finding]:
    if not _can_hold(rule, known):
        yield Finding(
            Fault.NEVER_HOLDS,
            (rule.code,),
            f'"{rule.code}" can never hold: no special day is in its season and on its weekdays, '
            "or its category is of another kind.",
            f"“{rule.code}”永远不会生效：特殊日期均不在其季节或星期内，或类别与其种类不符。",
        )
    if not (rule.layers or rule.lead or rule.co_handlers or rule.co_layers):
        yield Finding(
            Fault.SAYS_NOTHING,
            (rule.code,),
            f'"{rule.code}" names neither layers nor a lead nor helpers: where it holds, all is as '
            "without rules.",
            f"“{rule.code}”未指明图层、主责单位或协办单位：其生效时等同于没有规则。",
        )
    if rule.lead and rule.layers:
        yield Finding(
            Fault.LEAD_AND_LAYERS,
            (rule.code,),
            f'"{rule.code}" names a lead, so that its layers are never asked.',
            f"“{rule.code}”已直接指定主责单位，所列图层不会被查询。",
        )


def _can_hold(rule: Rule, known: Known) -> bool:
    kinds = _kinds(rule, known)
    listed = rule.window.special_days in {None, *known.special}
    return bool(kinds) and (not listed or can_hold(rule.window, known.special))


def _kinds(rule: Rule, known: Known) -> frozenset[str]:
    """Give the kinds of matters that a rule speaks of."""
    category = known.categories.get((rule.scheme or "", rule.category_code or ""))
    kinds = category.kinds if category else frozenset({"component", "event"})
    return kinds & {rule.kind} if rule.kind else kinds


def _exactness(rule: Rule, known: Known) -> int:
    if rule.category_code is None:
        return _ALL
    category = known.categories.get((rule.scheme or "", rule.category_code))
    return _MINOR if category is None or category.major_code else _MAJOR


def _rank(rule: Rule, known: Known) -> tuple[int, int, int]:
    """Give the part of the order of `matching` that decides between rules by what they say."""
    return (rule.priority, _exactness(rule, known), -conditions(rule))


def _ties(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    for _, equals in groupby(rules, key=lambda rule: _rank(rule, known)):
        for one, other in combinations(equals, 2):
            if _can_meet(one, other, known):
                first, second = sorted((one.code, other.code))
                yield Finding(
                    Fault.TIE,
                    (first, second),
                    f'"{first}" and "{second}" may hold at one moment and place, and neither goes '
                    "first: give one of them another priority, or a further condition.",
                    f"“{first}”与“{second}”可能同时同地生效且无先后之分：请调整优先级或增加条件。",
                )


def _can_meet(one: Rule, other: Rule, known: Known) -> bool:
    return (
        (one.scheme, one.category_code) == (other.scheme, other.category_code)
        and bool(_kinds(one, known) & _kinds(other, known))
        and _estates_meet(one, other)
        and can_meet(one.window, other.window, known.special)
    )


def _estates_meet(one: Rule, other: Rule) -> bool:
    return not (one.estate_types and other.estate_types) or bool(
        one.estate_types & other.estate_types
    )


def _shadows(rules: Sequence[Rule], known: Known) -> Iterator[Finding]:
    """Find rules whose turn never comes, as an earlier one holds wherever they do."""
    ranked = [(_rank(rule, known), rule) for rule in rules]
    for rank, later in ranked:
        earlier = (rule for other, rule in ranked if other < rank)
        first = next((rule for rule in earlier if _is_wider(rule, later, known)), None)
        if first is not None and _can_hold(later, known):
            yield Finding(
                Fault.SHADOWED,
                (later.code, first.code),
                f'"{later.code}" is never asked: "{first.code}" goes first, and holds wherever and '
                "whenever it does.",
                f"“{later.code}”永远轮不到：“{first.code}”在先，且范围与时间完全包含它。",
            )


def _is_wider(outer: Rule, inner: Rule, known: Known) -> bool:
    named = (inner.scheme or "", inner.category_code or "")
    category = known.categories.get(named)
    above = (inner.scheme, category.major_code if category else None)
    wider = {(None, None), (inner.scheme, inner.category_code), above}
    return (
        (outer.scheme, outer.category_code) in wider
        and _kinds(inner, known) <= _kinds(outer, known)
        and _estates_contain(outer, inner)
        and contains(outer.window, inner.window, known.special)
    )


def _estates_contain(outer: Rule, inner: Rule) -> bool:
    if not outer.estate_types:
        return True
    return bool(inner.estate_types) and inner.estate_types <= outer.estate_types
