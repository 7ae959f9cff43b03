"""Reading one clause: name by name, what each hangs on, how many there are, and whether that makes a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from llamo.chem.claim_clauses import Clause
from llamo.chem.claim_governors import (
    Governor,
    choose_governors,
    describes_absent,
    find_governors,
    is_denied,
    is_described,
    is_restricted,
)
from llamo.chem.claim_lists import (
    flips_negation,
    is_alternative,
    is_determined,
    is_glue,
    is_noun_phrase,
    labelled_number,
    number_behind,
    phrase_start,
)
from llamo.chem.claim_openings import existence, presupposes, stands_alone
from llamo.chem.claim_quantities import Quantity, read_quantity
from llamo.chem.claim_relatives import (
    belongs_elsewhere,
    is_changed,
    is_form_of_use,
    is_proper_name,
    names_wider_class,
)
from llamo.chem.claim_ring_readings import FAMILY, RING_NAMES
from llamo.chem.claim_roles import fits, is_adjective
from llamo.chem.claim_subjects import is_about_molecule
from llamo.chem.claim_terms import Mention, Term
from llamo.chem.claim_tokens import Token
from llamo.chem.claim_types import Claim, Comparison, Kind
from llamo.chem.claim_words import word_set


class Topic(NamedTuple):
    """What the question asked, where it changes how the answer is read.

    Attributes:
        names: Words that the question uses for the molecule ("aspirin").
        is_list: It asked which or what, so that a bare "An ester." is an answer.
        quantity: "formula", "mass" or "charge" if it asked for one.
        kinds: What sorts of things it names, so that a bare "Three aromatic rings." is an answer.
        counted: What it asks the number of, or None.
    """

    names: frozenset[str] = frozenset()
    is_list: bool = False
    quantity: str = ""
    kinds: frozenset[Kind] = frozenset()
    counted: Term | None = None


NO_TOPIC = Topic()
# Said of a whole molecule, so "two ions" is no claim of this sort.
_IS_OR_NOT = word_set(
    "ion cation anion salt zwitterion chiral acid base radical aromatic hydrocarbon alkane organic"
)
_ALWAYS_THERE = frozenset(("atom", "heavy atom"))
_BETWEEN_REACH = 8  # words: "between its one carbon and each of its two hydrogens"
_LINKS = word_set("and so thus because since but while yes that which")


@dataclass
class ClauseReader:
    """Reads the names of a clause from left to right.

    Attributes:
        words: The sentence's tokens.
        clause: The clause to read.
        topic: What was asked.
        governor: What the last name hung on, or None.
        negated: Whether the governor denies.
        carries_no: Whether a "no" reaches the next name too ("no nitrogen or sulfur").
        is_whole: Whether the governor speaks of the molecule, not of one of its parts.
        names: Names read so far.
        last_end: Where the last of them ended.
    """

    words: list[Token]
    clause: Clause
    topic: Topic
    governor: Governor | None = None
    negated: bool = False
    carries_no: bool = False
    is_whole: bool = False
    last_end: int = 0

    def __post_init__(self) -> None:
        self.names: list[Mention] = []
        self.last_end = self.clause.first

    def read(self, mentions: list[Mention]) -> list[Claim]:
        """Read the clause's names; those that only describe the next one are passed over."""
        followers = [*mentions[1:], None] if mentions else []
        pairs = zip(mentions, followers, strict=True)
        mentions = [one for one, after in pairs if not is_adjective(self.words, one, after)]
        claims: list[Claim] = []
        for position, mention in enumerate(mentions):
            following = mentions[position + 1] if position + 1 < len(mentions) else None
            claim = None if self._is_blocked(mention) else self._claim_of(mention, following)
            if claim is not None:
                claims.append(claim)
            self.last_end = mention.end + (3 if number_behind(self.words, mention.end) is not None else 0)
            self.names.append(mention)
        return claims

    def _is_blocked(self, mention: Mention) -> bool:
        blocked_from = self.clause.blocked_from
        is_elsewhere = blocked_from is not None and mention.first >= blocked_from
        return is_elsewhere or mention.first < self.clause.changed_until

    def _claim_of(self, mention: Mention, following: Mention | None) -> Claim | None:
        """Decide whether a name makes a claim, and which."""
        words = self.words
        labelled = labelled_number(words, mention)
        if labelled is not None:
            span = words[mention.first].start, words[labelled[1]].end
            return Claim(mention.term.kind, "", *span, mention.term.subject, labelled[0], "==", False)
        gap = words[self.last_end : mention.first]
        governors = choose_governors(
            words, find_governors(words, self.last_end, mention.first), mention.first
        )
        if governors:
            gap = words[governors[-1].end : mention.first]
            self.carries_no = False
            if not all(self._take(governor) for governor in governors):
                return None
        elif self.governor is None or not is_glue(gap):
            if self.governor is None:
                return self._opening_claim(mention, following)
            self.governor = None
            return None
        else:
            self.carries_no = self.carries_no and any(word.word in ("or", "nor", ",") for word in gap)
            self.negated = flips_negation(gap, self.negated)
        return self._governed_claim(mention, following, gap, is_new=bool(governors))

    def _governed_claim(
        self, mention: Mention, following: Mention | None, gap: list[Token], *, is_new: bool
    ) -> Claim | None:
        if self.governor is None or not is_noun_phrase(gap):
            self.governor = None  # "has an affinity for ketones and steroids": what is listed with it neither
            return None
        if self.governor.kind == "given" and any(word.word == "of" for word in gap):
            return None  # "its discovery opened the class of sulfonamides"
        quantity = read_quantity(gap)
        if quantity is None or is_proper_name(self.words, gap, mention, self.governor):
            return None
        if is_new and self.governor.kind == "place" and not is_determined(gap, quantity, self.governor):
            return None
        if self.carries_no and not quantity.is_counted:
            quantity = quantity._replace(negated=True)
        self.carries_no = quantity.negated
        return self._build(mention, following, quantity)

    def _take(self, governor: Governor) -> bool:
        """Make a governor the current one; False where it does not speak of the molecule."""
        if governor.kind == "other":
            self.governor = None
            return False
        if governor.kind == "place":
            self.is_whole = False
            self.governor = None if self.negated or self.governor is None else governor
            return self.governor is not None
        if describes_absent(self.words, governor):
            self.governor, self.negated = None, False
            return False
        is_class = self.governor is not None and self.governor.kind == "be"
        if governor.needs_subject:
            subject = is_about_molecule(
                self.words, self.clause.first, governor.first, self.topic.names, self.names
            )
            if not subject:
                self.governor, self.negated = None, False
                return False
            self.is_whole = subject == "whole"
        else:
            is_of_name = bool(self.names) and not is_class and governor.kind in ("have", "having")
            self.is_whole = not is_of_name and governor.kind != "substituent"
        first = self.clause.first if governor.needs_subject else self.last_end
        self.governor = governor
        self.negated = governor.negated != is_denied(self.words, first, governor)
        return True

    def _opening_claim(self, mention: Mention, following: Mention | None) -> Claim | None:
        """Read a name at the head of its clause: "The ketone is ...", "No amide is present", "An ester."."""
        words, clause = self.words, self.clause
        first = self.last_end if self.names else clause.first
        before = [word for word in words[first : mention.first] if word.word not in _LINKS]
        if not is_noun_phrase(before) or any(word.word in ("of", "in", "to", "as") for word in before):
            return None
        quantity = read_quantity(before)
        if quantity is None:
            return None
        exists = existence(words, mention.end, clause.end)
        is_bare = stands_alone(words, mention.end, clause.end)
        is_asked = self.topic.is_list or (quantity.is_counted and mention.term.kind in self.topic.kinds)
        is_answer = is_bare and (quantity.negated or (is_asked and mention.term.role != "predicate"))
        is_given = presupposes(words, mention, clause.end, quantity)
        if not exists and not is_answer and not is_given:
            return None
        self.governor = Governor("exist", clause.first, clause.first, needs_subject=False)
        self.negated = exists == "absent"
        self.is_whole = exists in ("there", "absent") or is_answer
        self.carries_no = quantity.negated
        return self._build(mention, following, quantity)

    def _build(self, mention: Mention, following: Mention | None, quantity: Quantity) -> Claim | None:
        """Make the claim of a governed name, unless what surrounds it makes it something else."""
        term, governor = mention.term, self.governor
        if governor is None or not fits(self.words, mention, following, governor, quantity):
            return None
        is_part = is_restricted(self.words, mention.end) or not self.is_whole
        negated = self.negated or quantity.negated
        if negated and (is_part or quantity.is_qualified or governor.kind == "place"):
            return None
        if negated and is_described(self.words, mention.end):
            return None
        if not negated and is_alternative(self.words, self.last_end, mention):
            return None
        if term.subject in _IS_OR_NOT and quantity.value > 1:
            return None
        if self._says_nothing(mention, quantity) or self._is_of_relative(mention, quantity, governor):
            return None
        value, comparison = self._amount(mention, quantity, is_part=is_part, negated=negated)
        if is_part and comparison == "<=":
            return None
        is_verb_new = governor.first >= self.last_end
        first = governor.first if is_verb_new else phrase_start(self.words, self.last_end, mention)
        start, end = self.words[first].start, self.words[mention.end - 1].end
        subject = term.subject
        if subject in RING_NAMES and any(
            word.word == "member"
            for word in self.words[min(first, max(governor.first, self.last_end)) : mention.first]
        ):
            subject += FAMILY  # "a member of pyridines": hydrogenated ones are counted among them
        return Claim(term.kind, "", start, end, subject, value, comparison, negated != term.negated)

    def _says_nothing(self, mention: Mention, quantity: Quantity) -> bool:
        """Tell "I see atoms", "between its carbon and its hydrogen", "its salts": no statement of what is there."""
        subject = mention.term.subject
        if subject in _ALWAYS_THERE:
            return not quantity.is_counted
        before = self.words[max(self.clause.first, mention.first - _BETWEEN_REACH) : mention.first]
        if mention.term.kind == "atom_count" and any(word.word == "between" for word in before):
            return True
        is_given = self.governor is not None and self.governor.kind == "given"
        if subject == "salt" and is_given and self.governor is not None:
            name = self.words[mention.name_end - 1]
            return name.text.lower() != name.word  # "its salts are used as ..."
        return False

    def _is_of_relative(self, mention: Mention, quantity: Quantity, governor: Governor) -> bool:
        return (
            is_changed(self.words, mention, governor)
            or belongs_elsewhere(self.words, mention, quantity)
            or names_wider_class(self.words, mention)
            or is_form_of_use(self.words, mention)
        )

    def _amount(
        self, mention: Mention, quantity: Quantity, *, is_part: bool, negated: bool
    ) -> tuple[int, Comparison]:
        """Settle number and comparison: of a part's groups there may be more elsewhere, so "at least"."""
        term, value, comparison = mention.term, quantity.value, quantity.comparison
        listed = number_behind(self.words, mention.end)
        if listed is not None and not quantity.is_counted:
            value, comparison = listed, "=="
        if term.value is not None and term.role == "predicate":
            return term.value, term.comparison
        if term.value is not None:
            value = term.value * (quantity.value if quantity.is_counted else 1)
            is_class = self.governor is not None and self.governor.kind == "be" and not quantity.is_qualified
            comparison = term.comparison if is_class and not is_part and not negated else ">="
        if is_part and comparison == "==":
            comparison = ">="
        return value, comparison
