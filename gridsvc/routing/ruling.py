"""What a matching rule comes to at a time: its organisations and layers found, or why not. Pure."""

from collections.abc import Collection, Mapping
from uuid import UUID

from gridsvc.routing.facts import Failure, Organisation, Ruling
from gridsvc.rules.matching import Matched, RuleFailure
from gridsvc.rules.rule import Rule


def ruling_of(
    found: Matched | RuleFailure,
    *,
    layers: Collection[str],
    organisations: Mapping[UUID, Organisation],
) -> Ruling:
    """Follow a rule as far as it goes; what it names and is not there makes it fail visibly."""
    rule = found.rule
    if isinstance(found, RuleFailure):
        return _ruling(rule, {}, failure=Failure(found.code, found.en, found.zh))
    failure = _missing_layer(rule, layers) or _missing_organisation(rule, organisations)
    return _ruling(rule, {} if failure else organisations, failure=failure)


def _ruling(
    rule: Rule, organisations: Mapping[UUID, Organisation], *, failure: Failure | None
) -> Ruling:
    return Ruling(
        code=rule.code,
        title=rule.title,
        title_en=rule.title_en,
        valid_from=rule.began,
        special_days=rule.window.special_days,
        layers=rule.layers,
        lead=organisations.get(rule.lead) if rule.lead else None,
        co_handlers=tuple(organisations[it] for it in rule.co_handlers if it in organisations),
        co_layers=rule.co_layers,
        failure=failure,
    )


def _missing_layer(rule: Rule, layers: Collection[str]) -> Failure | None:
    missing = [name for name in (*rule.layers, *rule.co_layers) if name not in layers]
    if not missing:
        return None
    return Failure(
        "layer_not_in_force",
        en=f'Rule "{rule.code}" asks the layer "{missing[0]}", of which nothing was in force then.',
        zh=f"规则“{rule.code}”要查图层“{missing[0]}”，而当时该图层没有生效的版本。",
    )


def _missing_organisation(rule: Rule, organisations: Mapping[UUID, Organisation]) -> Failure | None:
    named = (*((rule.lead,) if rule.lead else ()), *rule.co_handlers)
    if all(organisation in organisations for organisation in named):
        return None
    return Failure(
        "organisation_gone",
        en=f'Rule "{rule.code}" names an organisation that is not there any more.',
        zh=f"规则“{rule.code}”指定的单位已不存在。",
    )
