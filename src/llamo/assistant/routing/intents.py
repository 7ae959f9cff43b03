"""The table of intents: what each is asked for with, in which forms of question, and what it is about.

A row is `name / forms = words for it | other words`. Forms are v (its value: "what is", "which", "give"), c (a number:
"how many") and y (yes or no: "is it", "does it have"); a question in another form goes to the model. Words are lower
case, singular, American spelling, without hyphens, as `chem.claim_tokens` makes them. Words that start with "@" are
a kind and subject of the claim checker, whose lexicon knows all nouns and adjectives for it: "@ring/aromatic ring".
Words before "!" ask for the contrary: "meso" for what is not chiral.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from llamo.assistant.routing.question_words import words_of
from llamo.assistant.routing.route import Form

_CONTRARY = " !"
_FORMS: dict[str, Form] = {"v": "value", "c": "count", "y": "yes_no"}

TABLE = """
formula / vy = formula | molecular formula | chemical formula | hill formula | brutto formula | sum formula |
    elemental composition | atomic composition | elemental formula | chemical composition | element
molar_mass / vy = average atomic weight | mole weigh |
    molar mass | molecular weight | molecular mass | molar weight | mol weight | mol wt |
    formula weight | formula mass | mw | average mass | average molecular mass | average molecular weight |
    average molar mass | relative molecular mass | relative molar mass | weight | mass | weigh | how heavy
monoisotopic_mass / vy = most abundant isotope | neutral mass | neutral monoisotopic mass | neutral exact mass |
    monoisotopic mass | exact mass | accurate mass | monoisotopic molecular mass |
    exact molecular mass | exact molecular weight | monoisotopic molecular weight | monoisotopic molar mass |
    exact monoisotopic mass | monoisotopic weight
charge / vy = net charge | total charge | formal charge | overall charge | net formal charge | total formal charge |
    ionic charge | charge state | positively or negatively charged | positive or negative | overall formal charge |
    @charge/charge | @charge/net charge | @charge/overall charge | ionic | @charge/ion | @charge/cation |
    @charge/anion | @charge/zwitterion | @charge/positive charge | @charge/negative charge
heavy_atoms / vcy = @atom_count/heavy atom
total_atoms / vcy = @atom_count/atom
fragments / vcy = disconnected | unconnected | unbonded | disconnected piece | unconnected part | disconnected species |
    more than one molecule | more than one piece | more than one species | covalent unit | unconnected piece |
    @fragments/fragment | @fragments/salt | mixture | one molecule or several | single molecule |
    several molecule | single piece | one piece | piece
rings / cy = independent ring | smallest ring | ring in smallest set of ring | ring in smallest set of smallest ring |
    @ring/ring | @ring/cyclicity
ring_sizes / vc = size of the smallest ring |
    ring size | ring member count
aromatic_rings / cy = @ring/aromatic ring
is_aromatic / vy = @aromaticity/aromatic | @aromaticity/aliphatic | aromaticity | aromatic character
rotatable_bonds / vcy = freely rotatable |
    @bonds/rotatable bond | rotor | rotatable
h_bond_donors / vcy = @h_bond/donor | hydrogen donor | donor | donor atom
h_bond_acceptors / vcy = @h_bond/acceptor | hydrogen acceptor | acceptor | acceptor atom
stereocentres / vcy = @stereo/stereocentre | @stereo/specified stereocentre | @stereo/unspecified stereocentre |
    chiral position | chiral site
stereo_labels / vcy = descriptor | designation | stereochemical descriptor |
    r or s | r / s | s or r | r s | cip label | r / s label | r and s label | r or s label |
    stereo label | absolute configuration | absolute stereochemistry | configuration | cip descriptor |
    stereodescriptor | stereo descriptor | stereochemistry | cip configuration | cip code | chirality label |
    r / s configuration | r or s configuration | cip assignment | which enantiomer | what enantiomer |
    r enantiomer | s enantiomer | r isomer | s isomer | r | s | r and s | r and which be s | r and how many be s |
    @stereo/R | @stereo/S
double_bond_stereo / vcy = e or z | e / z | z or e | e z | cis or trans | cis / trans | trans or cis | cis trans | e |
    z | e and z | e and which be z | double bond stereo | geometric isomer | geometric configuration | e isomer |
    z isomer | @stereo/stereo double bond | @stereo/E | @stereo/Z | @stereo/cis | @stereo/trans
is_chiral / vy = optically active | meso ! | meso compound ! | superimposed on mirror image ! |
    superimposable on mirror image ! | identical to mirror image ! | differ from mirror image |
    different from mirror image | distinct from mirror image |
    @stereo/chiral | chirality
radical_electrons / vcy = closed shell | open shell | @radical/radical | @radical/unpaired electron
isotopes / vcy = radionuclide | nuclide | isotopic substitution | isotopic labelling |
    @isotope/isotope | isotopic label | isotope label
groups / vc = functional group | type of functional group | kind of functional group | type of group | group |
    functionality | functional moiety | functional group present
tpsa / vy = tpsa | topological polar surface area | polar surface area | psa | topological psa | polar surface |
    topological polar surface
logp / vy = logp | log p | clogp | c log p | alogp | partition coefficient | octanol water partition coefficient |
    octanol water log p | octanol water logp | lipophilicity | crippen logp | crippen log p | wildman crippen logp |
    logarithm of the partition coefficient | octanol / water partition coefficient | mollogp | slogp
rule_of_five / vcy = rule of five | rule of 5 | ro5 | lipinski | lipinski rule | lipinski rule of five |
    lipinski rule of 5 | lipinski criteria | lipinski criterion | lipinski compliant | lipinski limit |
    lipinski filter | lipinski test
scaffold / vy = murcko | bemis murcko | murcko core | bemis murcko core | framework | ring framework | scaffold remain |
    scaffold be left |
    scaffold | murcko scaffold | bemis murcko scaffold | murcko framework | bemis murcko framework |
    core scaffold | molecular scaffold | ring scaffold | bemis and murcko scaffold
inchi / v = inchi | standard inchi | inchi string | inchi code | inchi identifier
inchikey / v = inchikey | inchi key | standard inchikey | hashed inchi | inchikey string
smiles / v = smiles | canonical smiles | smiles string | isomeric smiles | canonical smiles string | smile |
    smiles code | smiles notation | smile string | canonical isomeric smiles | canonical smile
acidic_groups / vcy = acidic group | acidic functional group | acidic proton | acidic hydrogen | acid group |
    acidic site | acidic functionality | acidic moiety | ionizable acidic group | acid functional group |
    acid functionality | acidic function | acid site
basic_groups / vcy = basic group | basic functional group | basic site | basic nitrogen | basic functionality |
    basic center | basic moiety | basic nitrogen atom | base group | basic function | basic amine
is_acid / y = @acid_base/acid | @acid_base/Bronsted acid
is_base / y = @acid_base/base | @acid_base/Bronsted base
unsaturation / vcy = ring plus pi bond | ring plus double bond | ring and pi bond |
    how unsaturated | @class/unsaturated | @bonds/degree of unsaturation | unsaturation number |
    index of unsaturation | ihd | dou | hydrogen deficiency index | double bond equivalent |
    ring plus double bond equivalent | rdbe | unsaturation | hydrogen deficiency | unsaturation index |
    level of unsaturation | unsaturation degree | ring double bond equivalent
fraction_sp3 / v = fsp3 | f sp3 | fraction csp3 | csp3 fraction
spiro_bridgehead / vcy = @ring/spiro atom | @ring/bridged ring | spirocyclic | bridgehead | bridgehead carbon |
    spiro | bridged | spiro compound | bridged compound | spiro or bridgehead | bridgehead atom
"""

# Words that name a fact only beside another: "How many hydrogen bonds can it donate?". `asks` joins them.
PIECES = """
hydrogen_bond = hydrogen bond | h bond | hydrogen bonding
donate = donate | give away | donating
accept = accept | receive | accepting
size = size | member | how big | how large | what size | membered
proton = proton
share = fraction | proportion | share | percentage | ratio
sp3 = sp3 | sp3 hybridized | sp3 hybridised | sp3 hybridization
double_bond_geometry = geometry | isomerism
rotate = rotate | freely rotate | rotate freely | freely rotating | rotating
bond = bond | single bond
part = part of molecule | part of structure | part of compound | part | portion
center = center | each center | stereo center
without_hydrogen = not hydrogen | be not hydrogen | but hydrogen | without hydrogen | without counting hydrogen |
    not counting hydrogen | excluding hydrogen | other than hydrogen | ignoring hydrogen | besides hydrogen |
    except hydrogen | apart from hydrogen | leaving hydrogen aside | leaving out hydrogen | hydrogen excluded |
    hydrogen not counted | hydrogen left out | without counting hydrogen or deuterium | except for hydrogen
"""

# Intents whose argument is found in the question: a group, an element, the size of a ring.
WITH_ARGUMENT: dict[str, str] = {
    "element_count": "c",
    "has_element": "y",
    "count_group": "c",
    "has_group": "y",
    "has_ring_of_size": "vcy",
}


class Intent(NamedTuple):
    """A row of the table.

    Attributes:
        name: Of the intent.
        forms: In which it may be asked for.
        phrases: Words for it.
        subjects: Kinds and subjects of the claim checker that mean it.
    """

    name: str
    forms: tuple[Form, ...]
    phrases: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def intents() -> dict[str, Intent]:
    """Return all intents by name, "model" not among them."""
    rows: dict[str, Intent] = {}
    for line in TABLE.strip().replace("\n    ", " ").splitlines():
        head, _, words = line.partition(" = ")
        name, forms = head.split(" / ")
        items = [item.strip() for item in words.split(" | ")]
        phrases = tuple(item for item in items if not item.startswith("@"))
        subjects = tuple(item[1:] for item in items if item.startswith("@"))
        rows[name] = Intent(name, tuple(_FORMS[letter] for letter in forms), phrases, subjects)
    for name, forms in WITH_ARGUMENT.items():
        rows[name] = Intent(name, tuple(_FORMS[letter] for letter in forms))
    return rows


@lru_cache(maxsize=1)
def phrase_table() -> dict[tuple[str, ...], str]:
    """Return the words of each intent and piece, as `words_of` makes them -> its name."""
    table = {words_of(phrase): intent.name for intent in intents().values() for phrase in intent.phrases}
    for line in PIECES.strip().replace("\n    ", " ").splitlines():
        name, _, phrases = line.partition(" = ")
        table |= {words_of(phrase): name for phrase in phrases.split(" | ")}
    return table


@lru_cache(maxsize=1)
def contrary_phrases() -> frozenset[tuple[str, ...]]:
    """Return the words that ask for the contrary of their intent."""
    found = (phrase for intent in intents().values() for phrase in intent.phrases)
    return frozenset(words_of(phrase) for phrase in found if phrase.endswith(_CONTRARY))


@lru_cache(maxsize=1)
def subject_table() -> dict[str, str]:
    """Return "kind/subject" of the claim checker -> the name of the intent."""
    return {subject: intent.name for intent in intents().values() for subject in intent.subjects}
