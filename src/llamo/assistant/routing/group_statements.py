"""Groups, acids and bases in words."""

from __future__ import annotations

from typing import cast

from llamo.assistant.answer import Value
from llamo.assistant.routing.fact_sheet import FactSheet
from llamo.assistant.routing.route import Ask
from llamo.assistant.routing.statement import Statement
from llamo.chem.acid_base_groups import is_strong
from llamo.chem.claim_types import Kind
from llamo.data.tasks.wording import count, listing


def groups(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say which groups there are."""
    return _group_list(
        "functional groups and named rings", sheet.facts.groups, "it has no group of the catalogue"
    )


def acidic_groups(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say which groups are acidic."""
    return _group_list("acidic groups", sheet.more.acidic_groups, "it has no acidic group")


def basic_groups(sheet: FactSheet, _ask: Ask) -> Statement:
    """Say which groups are basic."""
    return _group_list("basic groups", sheet.more.basic_groups, "it has no basic group")


def _group_list(name: str, groups: dict[str, int], missing: str) -> Statement:
    total = sum(groups.values())
    clause = f"its {name} are {_named(groups, strength='functional' not in name)}" if groups else missing
    return Statement(clause, dict(groups), number=total, holds=bool(groups))


def _named(groups: dict[str, int], *, strength: bool) -> str:
    """List groups with their numbers; weakly acidic and basic ones say so."""
    return listing(
        [
            f"{count(number, name, _plural(name))}{' (weak)' if strength and not is_strong(name) else ''}"
            for name, number in groups.items()
        ]
    )


def group(sheet: FactSheet, ask: Ask) -> Statement:
    """Say whether, or how often, a group is there; and where a wider reading of its name differs."""
    readings = sheet.counts(cast(Kind, ask.kind), ask.subject)
    number = readings[0]
    clause = f"it has {count(number, ask.argument, _plural(ask.argument))}"
    others = sorted({reading for reading in readings if reading != number})
    if others and (ask.intent == "count_group" or bool(number) != bool(others[-1])):
        clause += f" ({others[-1]} by a wider reading of the name)"
    value: Value = number > 0 if ask.intent == "has_group" else number
    return Statement(clause, value, number=number, holds=number > 0)


def _plural(noun: str) -> str:
    """`"carboxylic acid" -> "carboxylic acids"`, `"thiophene" -> "thiophenes"`, `"biphenyl (...)"` as it is."""
    return f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"


def acid(sheet: FactSheet, ask: Ask) -> Statement:
    """Say whether it is an acid."""
    return _proton("acid", sheet.counts("acid_base", ask.subject or "acid"), sheet.more.acidic_groups)


def base(sheet: FactSheet, ask: Ask) -> Statement:
    """Say whether it is a base."""
    return _proton("base", sheet.counts("acid_base", ask.subject or "base"), sheet.more.basic_groups)


def _proton(name: str, readings: tuple[int, ...], groups: dict[str, int]) -> Statement:
    """Say whether it is an acid or a base, by which groups, and where that is a matter of definition."""
    article = "an acid" if name == "acid" else "a base"
    is_sure, is_to_some = bool(readings[0]), bool(readings[-1])
    by = f", by {_named(groups, strength=True)}" if groups else ""
    if is_sure:
        return Statement(f"it is {article}{by}", True, holds=True)
    if is_to_some:
        return Statement(f"it is {article} in a wide sense only{by}", False, holds=False)
    return Statement(f"it is not {article}", False, holds=False)
