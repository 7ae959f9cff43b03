"""The words around a fact in a question: what asks, what joins, what compares, and what adds nothing.

A question goes to the facts only if every word of it is known here, in the table of intents or in the claim checker's
lexicon. So this list is what keeps "How many rings does it have, and is it safe?" from them: "safe" is not in it.
Written like the table of intents: lower case, singular, American spelling, no hyphens.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from llamo.assistant.routing.question_words import words_of

Role = Literal[
    "many", "whether", "auxiliary", "what", "give", "see", "join", "not", "filler", "place", "compare", "every",
    "against",
]  # fmt: skip

_MANY = """
how many | how much | number of | the number | count of | count | number | tally | total number of | many |
sum of | sum
"""
_WHETHER = "whether | if | confirm that | check that | verify that | true that | right that | correct that | say that"
_AUXILIARY = """
does | do | did | is | are | was | were | has | have | can | could | would | will | doesn't | isn't | aren't | hasn't
| don't | any | wouldn't | should | be there | be | would you say | would you call | would you consider
"""
_WHAT = "what | which | what be | which be | what do | which of"
_GIVE = """
give | list | name | state | report | calculate | compute | determine | write | provide | print | return | tell
| show | output | work out | figure out | write down | write out | read off | look up | spell out | enumerate |
display | quote | supply | specify | get | derive | evaluate | need | want | fetch | say | add up | call out |
how would you write | how do you write | how do i write | how can i write | interested in | looking for | look
for | looking at | send | inventory of | rewrite | strip | could i have | can i have | may i have | can i get |
could i get
"""
_SEE = "find | identify | spot | detect | see | recognize | pick out | point out | make out"
_JOIN = """
, | and | or | plus | & | as well as | also | nor | ( | / | together with | and / or
| along with | ; | : | either
"""
_NOT = "no | lack | lacking | free of | devoid of | without | missing | free from | not | not any | zero"
_AGAINST = "violate | violation | violating | break | breaking | fail | failing"
_EVERY = "all | every | each | all of"
_PLACE = """
first 0 | second 1 | third 2 | fourth 3 | last -1 | former 0 | latter -1
"""
_COMPARE = """
more than > | greater than > | larger than > | higher than > | above > | over > | heavier than > | bigger than >
| in excess of > | exceed > | exceeding > | less than < | fewer than < | smaller than < | lower than < | below <
| under < | lighter than < | at least >= | no less than >= | no fewer than >= | not less than >= | or more >=
| at most <= | no more than <= | not more than <= | up to <= | equal to == | equal == | exactly == | precisely ==
| only == | just == | several >=2 | multiple >=2 | > > | < < | > = >= | < = <= | ≥ >= | ≤ <= | = == | = = ==
"""
_FILLER = """
a an the this that these those it its they their them there here molecule compound structure substance drug species
chemical thing one entity our my your i we you me us above below given shown provided drawn displayed question ligand
in of for to on from with at by please kindly just actually exactly precisely exact precise correct right total overall
altogether full complete different distinct separate individual own value figure result answer data contain hold include
bear carry possess feature consist comprise exist present found occur located count contained included has had
so now then ok okay well hello hi hey thanks thank again next finally first quick quickly simple simply some any
possible such various particular itself whole entire
going know like help let remind wonder wondering curious ask asking learn hear really even anywhere somewhere too
included predicted calculated estimated computed theoretical approximate approximately roughly predict estimate
unit gram per mole g mol kg da dalton amu u kda å angstrom square squared rdkit using use decimal digit
place number both single as call called termed you'd i'd i'm i'll we'd we'll it'd may within
method topological crippen ertl standard
assign assigned unassigned show had got come up down out put make give gives say says got main known
consider considered regard regarded class classified count counted label labelled labeled act behave
specified marked indicated correspond corresponding match apply cage hold everything
pass satisfy obey comply meet follow fulfill respect conform accord according
"""
_FILLER_PHRASES = """
what about | how about | or not | in total | in all | at all | can you tell me | could you tell me | do you know
| would you tell me | can you | could you | would you | will you | can i | could i | may i | in question | in it
| to me | tell me | let me know | i would like | i'd like | i want | we need | i need | i wonder | i am curious
| if any | if there be any | if so | if it have any | if at all | of any kind | of any sort | any kind of | any
sort of | at hand | # decimal place | # decimal | to # decimal place | in g / mol | g / mol | in the structure |
each one | this one | that one | the one | first of all | by the way | one more thing | quick question | how do
| by any chance | on its own | add up to | according to rdkit | by rdkit | with rdkit | å ^ 2 | a ^ 2 | å 2 |
angstrom ^ 2 | g mol ^ - 1 | of it | have got | have you got | do you have | you have | you see | do you see | i
see | can you see | could you see | do we have | in there | as a number | as a smiles | be so kind | so kind as
to | one of | part of | part of the structure | out of interest | for my record | for my table | for my note |
for the record | for reference | in the molecule | i be curious | just to be sure | to be sure | to be precise |
in terms of | when it come to | with respect to | with regard to | as far as | as for | regarding | concerning |
the case that | the case | as a whole | in general | yes or no | with hydrogen | with h | h included | hydrogen
included | hydrogen too | hydrogen as well | including hydrogen | including h | including the implicit hydrogen
| counting hydrogen | implicit hydrogen included | implicit one included | hydrogen counted | with the hydrogen
| deuterium included | including deuterium | water included | ring included | including ring | heteroaromatic
one included | heteroaromatic ring included | including heteroaromatic ring | specified or not | defined or not
| assigned or not | count as | 27 character | in canonical form | standard one | for mass spectrometry | for
mass spec | for ms | for hrms | for lc ms | for high resolution ms | for high resolution mass spectrometry |
both ion | of both ion | all component | of all component | all the component | over all component | everything
drawn | side chain be removed | when side chain be removed | without side chain | without substituent | side
chain removed | with its stereo layer | with stereo layer | in this skeleton | of this skeleton | the skeleton |
describe it | describe this | how flexible be it | how flexible be the molecule | this isomer | this
stereoisomer | this enantiomer | this diastereomer | this lipid | this fat | this oil | this sugar | this
solvent | this complex | this hydrate | this natural product | this building block | this pair | one mole | one
mole of | in gram | from the structure | from this structure | what number do i get | do i get | do you get | do
you count | if i count | if you count | that be | in other word | or what | side by side | make up | in my hand
| in front of me | i get
"""

_TABLES: dict[Role, str] = {
    "many": _MANY, "whether": _WHETHER, "auxiliary": _AUXILIARY, "what": _WHAT, "give": _GIVE, "see": _SEE,
    "join": _JOIN,
    "not": _NOT, "every": _EVERY, "against": _AGAINST, "filler": _FILLER_PHRASES,
}  # fmt: skip
_VALUED_TABLES: dict[Role, str] = {"compare": _COMPARE, "place": _PLACE}


@lru_cache(maxsize=1)
def frame_phrases() -> dict[tuple[str, ...], tuple[Role, str]]:
    """Return each phrase -> its role, and what goes with it: an operator, the place of a molecule."""
    phrases: dict[tuple[str, ...], tuple[Role, str]] = {}
    for word in _FILLER.split():
        phrases[words_of(word)] = "filler", ""
    for role, table in _TABLES.items():
        phrases |= {words_of(row): (role, "") for row in _rows(table)}
    for role, table in _VALUED_TABLES.items():
        for row in _rows(table):
            phrase, value = row.rsplit(" ", 1)
            phrases[words_of(phrase)] = role, value
    return phrases


def _rows(table: str) -> list[str]:
    return [row.strip() for row in table.replace("\n", " ").split(" | ")]
