"""The small words that decide what a sentence claims: numbers, verbs, negations, hedges, relations."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """Split a row of words into a set: "is are" -> {"is", "are"}."""
    return frozenset(words.split())


NUMBER_WORDS: dict[str, int] = {
    "zero": 0, "one": 1, "single": 1, "sole": 1, "lone": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "pair": 2,
    "couple": 2, "dozen": 12,
}  # fmt: skip
_MAX_DIGITS = 6  # more atoms than that are no molecule
_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")
MANY = word_set("several multiple many numerous various")  # at least two
SOME = word_set("some any another additional further more second third a an the its this these")

# Verbs by which a molecule has something. Finite ones need a subject; the others follow what they describe.
HAVE = word_set(
    "contain contains have has had possess possesses bear bears feature features carry carries include "
    "includes comprise comprises incorporate incorporates display displays exhibit exhibits show shows "
    "hold holds retain retains present presents consist consists posses host hosts bore contained see "
    "find identify count"
)
HAVING = word_set(
    "containing having possessing bearing featuring carrying including comprising incorporating with "
    "displaying exhibiting"
)
BE = word_set(
    "is are was were be being 's isn't aren't wasn't weren't represents represent constitutes act acts "
    "behave behaves serve serves remains belongs"
)
LACK = word_set("lack lacks lacking without lacked miss misses missing")
NOT = word_set(
    "not never cannot doesn't don't isn't aren't hasn't haven't can't nor neither didn't wasn't weren't "
    "n't contains't"
)
NO = word_set("no neither nor zero")

MOLECULE = word_set(
    "it molecule compound structure substance chemical this that which who species entity one drug ion "
    "cation anion itself salt formula smiles graph answer there we i you here they these salt agent "
    "material reagent isomer framework skeleton scaffold core backbone chain substituent side system acid "
    "base ring group itself both each neither first second third former latter dye fragment part portion "
    "end half unit yes no and but also additionally furthermore moreover overall indeed thus therefore so "
    "hence finally correct right sure because since as while although though however thereby"
)
ORDINALS: dict[str, str] = {
    "first": "first", "former": "first", "second": "second", "latter": "second", "third": "third", "fourth": "fourth",
}  # fmt: skip
WHOLE = word_set("molecule compound structure substance it species total all overall ion")

# Words that make a sentence no statement of fact about the molecule at hand.
HEDGES = word_set(
    "may might could would should possibly probably perhaps maybe likely unlikely if unless suppose "
    "assuming assume hypothetical hypothetically imagine typically usually often generally normally "
    "commonly whether unclear unknown uncertain either seem seems appear appears can't tell cannot "
    "determine sometimes presumably potentially depending depends e.g typical general if unable must"
)
# Words that name a relation to another molecule, a use, or a change; what follows is not said of this one.
RELATIONS = word_set(
    "derive derives derived derivative derivatives deriving conjugate conjugated tautomer enantiomer "
    "diastereomer isomer stereoisomer epimer anomer react reacts reacting reacted reaction inhibit "
    "inhibits inhibiting inhibited inhibitor convert converts converted conversion oxidize oxidizes "
    "oxidized oxidise oxidises oxidised oxidation reduce reduces reduced reduction hydrolyze hydrolyzes "
    "hydrolyzed hydrolyse hydrolysed hydrolysis form forms formed forming formation synthesize "
    "synthesized synthesise synthesised synthesis synthetic prepare prepared preparation obtain obtained "
    "result resulting results condensation metabolize metabolized metabolite metabolism role use used "
    "uses using useful bind binds binding bound target targets analog analogue related similar similarly "
    "compare compared comparison unlike like such than rather instead replace replaces replacing loss "
    "lose loses losing removal remove removed addition add adding added protonation deprotonation "
    "protonate protonated deprotonated deprotonate treat treated treatment agonist antagonist receptor "
    "enzyme catalyze catalyzed catalyst called named name parent class migration arising arises "
    "precursor transform transformed transformation yield yields yielding resemble resembles isostere "
    "bioisostere solvent soluble "
    "dissolve dissolved mixture replacement cleave cleaved cleavage originally originates biosynthesis "
    "biosynthetic interact interacts interacting interaction interactions attack attacks couple couples "
    "coupled coupling undergo undergoes undergoing produce produces produced product products give gives "
    "giving generate generates generated become becomes becoming substitute replaced confused mistaken "
    "esterification esterify esterified amidation acylation methylation distinguish distinguishes differ "
    "differs equivalent mimic mimics ph counterpart source found isolated usually esters "
    "esterified functionally occurs sold known other isomers combine combined combining hydrogenation pairs "
    "impurity contaminant decarboxylation elimination eliminates"
) - {
    "conjugated",
    "found",
    "couple",
    "protonated",
    "synthetic",
    "other",
    "class",
    "form",
    "forms",
    "bound",
    "name",
    "result",
    "results",
}
CONTRAST = word_set("but whereas while although though however yet")

HEADS = word_set(
    "group moiety functionality substituent function unit linkage bond ring system core scaffold skeleton "
    "nucleus motif atom linker residue side chain fragment portion part compound molecule derivative "
    "species site branch arm end tail headgroup linkages structure framework backbone center substitution "
    "functional"
) - {"derivative"}
# Adjectives that leave what they stand before as it is: "no free amine" is "no amine" only without "free".
NEUTRAL_ADJECTIVES = word_set(
    "functional single different separate distinct total functional key main characteristic important "
    "polar simple whole explicit recognizable recognisable visible actual real true further more only "
    "just exactly precisely clearly also both any at all of obvious notable identifiable such present "
    "additional kind sort type new organic weak strong mild member class"
)
DETERMINERS = word_set(
    "a an the its this these those that any some another one each every all our your their whose"
)
GLUE = word_set(
    ", and or & / + plus as well together along with also additionally a an the its any some one both nor "
    "either neither no : ( )"
)
LOCATIVE = word_set(
    "at on in attached bonded linked connected para ortho meta adjacent located directly next within "
    "between position per for flanking vicinal along off joined bound sharing fused beside of adjacent "
    "substituted to where above below near around from"
)
# What may follow a mention without making it something else ("an amide that ...", not "an amide hydrolase").
FOLLOWERS = word_set(
    ", . ; : ( ) [ ] / ! ? \" ' and or but nor with without as at on in of to by from that which where "
    "who whose because since so while whereas although than if is are was were be has have had does do "
    "did can may might could would will should not no it this the a an its there here adjacent next "
    "present absent available responsible capable able meta ortho para vicinal only both each all also "
    "too one two three four five six directly via through per for into within between among along across "
    "plus minus about like rather instead either neither makes make gives give allows allow contributes "
    "contribute provides provide acts act serves serve bears bear contains contain carries carry lacks "
    "lack appears appear seems seem sits sit lies lie near beside opposite alone together yes = & + then "
    "thus hence therefore confer confers render renders account accounts explain explains indicate "
    "indicates suggest suggests mean means impart imparts exist exists remain remains overall whatsoever "
    "anywhere itself ; under during joining linking altogether must here's such participates dominates "
    "enables influences determines participate dominate enable influence determine cause causes lead "
    "leads stands stand connects connect links link donates donate accepts accept due owing thanks atoms "
    "atom comes come occur occurs instead flanked"
)
PARTICIPLES = word_set(
    "decorated functionalized equipped capped carried containing having possessing bearing featuring "
    "carrying including comprising linking connecting joining bridging making giving forming being acting "
    "providing contributing flanking imparting conferring consisting attached bonded linked fused "
    "substituted connected located joined positioned bound placed separated followed flanked adjoined "
    "appended tethered arranged embedded incorporated distributed spread spaced contained involved "
    "responsible based shared conjugated allowing enabling rendering causing composed comprised obtained "
    "resulting prepared isolated produced arising"
)
SPOILERS = word_set(
    "derivative analog analogue inhibitor receptor agonist antagonist precursor metabolite salt conjugate "
    "isomer mimic isostere bioisostere surrogate hydrolysis oxidation reduction formation cleavage "
    "synthesis reaction metabolism transporter channel dehydrogenase kinase synthase body oil solution "
    "solvent buffer chemistry extract alkaloid antibiotic drug family class prodrug adduct equivalent "
    "scavenging scavenger mimetic"
)
EXISTING = word_set(
    "present found seen identified visible located observed attached included bonded there exists exist "
    "linked connected bound detected recognized"
)
MISSING = word_set("absent missing lacking")


def number_value(word: str) -> int | None:
    """Read a number word or digits: "six" -> 6, "12" -> 12, "twenty" -> 20; None if it is no number that counts."""
    if word.isdigit():
        return int(word) if word.isascii() and len(word) <= _MAX_DIGITS else None
    return NUMBER_WORDS.get(word)


def is_odd_number(word: str) -> bool:
    """Tell a number that counts nothing: "3.5", "1e999", one of fifty digits."""
    return word[:1].isdigit() and number_value(word) is None


def compound_number(first: str, second: str) -> int | None:
    """Read "twenty", "one" (of "twenty-one") -> 21; None if the two words make no number."""
    value = NUMBER_WORDS.get(second)
    if (
        first in _TENS
        and value is not None
        and 0 < value < 10
        and second not in ("single", "pair", "both", "sole", "lone", "couple")
    ):
        return NUMBER_WORDS[first] + value
    return None


def number_word(value: int) -> str:
    """Write a number from 0 to 99 as a word: 21 -> "twenty-one".

    Raises:
        ValueError: If it is not between 0 and 99.
    """
    if not 0 <= value <= 99:
        raise ValueError(f"{value} has no number word here; expected 0 to 99")
    plain = {number: word for word, number in reversed(NUMBER_WORDS.items())}
    if value in plain and value <= 20:
        return plain[value]
    tens = plain[value // 10 * 10]
    return tens if value % 10 == 0 else f"{tens}-{plain[value % 10]}"
