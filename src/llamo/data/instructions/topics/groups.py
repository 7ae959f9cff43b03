"""Questions for functional groups: all of them, how many of one, which rings are there by name."""

from __future__ import annotations

from llamo.data.instructions.topics.counting import Countable, ask_count
from llamo.data.instructions.topics.group_nouns import KIND_OF, group_noun, is_ring
from llamo.data.instructions.turns import Stated, Subject, Turn
from llamo.data.instructions.wordings import Voice
from llamo.data.tasks.wording import listing, with_article

MAX_LISTED = 8

LIST = (
    "Which functional groups [does {it} have|are in {it}|do you see in {it}]?",
    "[What|Which] functional groups does {it} contain?",
    "[List|Name|Give me|Please list] the functional groups of {it}.",
    "What are {its} functional groups?",
    "[Can|Could] you [list|name] the functional groups [in|of] {it}?",
)
LIST_SHORT = ("[And|What about] the functional groups?", "Which functional groups[| are there]?")
LIST_ANSWER = (
    "{It} [has|contains] {listed}.",
    "[I see|I find|The structure shows] {listed}.",
    "There {are} {listed}.",
    "[Its functional groups are|The functional groups are]: {bare}.",
)
LIST_NONE = (
    "{It} has no functional group [that I know by name|of my catalogue].",
    "None that I would name.",
)
RINGS = (
    "Which ring systems does {it} [have|contain]?",
    "[What|Which] kinds of rings [are in {it}|does {it} have]?",
    "[Name|Identify] the ring systems of {it}.",
)
RINGS_SHORT = ("What kind of rings[| are there]?", "[And the|Which] ring systems?")


def ask_groups(subject: Subject, voice: Voice) -> Turn | None:
    """Ask for the list of functional groups; general classes give way to their special cases."""
    names = {name: count for name, count in subject.facts.groups.items() if not is_ring(name)}
    return _listing("groups", names, subject, voice, voice.ask(LIST, LIST_SHORT))


def ask_ring_systems(subject: Subject, voice: Voice) -> Turn | None:
    """Ask for the rings by name."""
    names = {name: count for name, count in subject.facts.groups.items() if is_ring(name)}
    return _listing("ring_systems", names, subject, voice, voice.ask(RINGS, RINGS_SHORT)) if names else None


def ask_group_count(subject: Subject, voice: Voice) -> Turn | None:
    """Ask how many there are of one group that is present."""
    names = sorted(subject.facts.groups)
    if not names:
        return None
    name = voice.rng.choice(names)
    noun = group_noun(name, voice.rng)
    return ask_count(Countable("group", noun, subject.facts.groups[name], name), subject, voice)


def _listing(topic: str, names: dict[str, int], subject: Subject, voice: Voice, question: str) -> Turn | None:
    named = _without_repetition(names)
    if len(named) > MAX_LISTED:
        return None
    if not named:
        return Turn(topic, question, voice.answer(LIST_NONE))
    items = [_item(count, group_noun(name, voice.rng), voice) for name, count in sorted(named.items())]
    bare = ", ".join(f"{name} ({count})" if count > 1 else name for name, count in sorted(named.items()))
    answer = voice.answer(
        LIST_ANSWER if topic == "groups" else LIST_ANSWER[:-1],
        listed=listing(items),
        bare=bare,
        are="is" if next(iter(sorted(named.items())))[1] == 1 else "are",
    )
    stated = tuple(Stated("group", name, count, subject.index) for name, count in sorted(named.items()))
    return Turn(topic, question, answer, stated)


def _without_repetition(names: dict[str, int]) -> dict[str, int]:
    """Leave a class out where its special cases account for all of its groups, else leave those out.

    `{"alcohol": 2, "primary alcohol": 1, "secondary alcohol": 1}` -> the last two;
    `{"alcohol": 2, "primary alcohol": 1}` -> the first.
    """
    kept = dict(names)
    for name, count in names.items():
        special = [other for other in names if KIND_OF[other] == name]
        if not special:
            continue
        is_covered = sum(names[other] for other in special) >= count
        for left_out in [name] if is_covered else special:
            kept.pop(left_out, None)
    return kept


def _item(count: int, noun: str, voice: Voice) -> str:
    return with_article(noun) if count == 1 else voice.counted(count, noun)
