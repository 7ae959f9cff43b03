"""The words for everything but groups: kind/subject = nouns for it; predicates; elements.

Written as `claim_group_synonyms` says. A predicate stands behind "is" or before "molecule": word = kind /
subject, comparison, value, "not" where the word denies.
"""

from __future__ import annotations

PROPERTY_NOUNS = """
ring/ring = ring | cycle | ring structure | cyclic structure | cyclic ring
ring/ring system = ring system
ring/aromatic ring = aromatic ring | aromatic nucleus | arene | arene ring | aromatic cycle | aromatic group
    | aromatic moiety | aromatic ring structure
ring/aromatic ring system = aromatic ring system | aromatic system | fused aromatic system | aromatic core
ring/fused ring = fused ring | fused ring system | condensed ring | fused bicyclic ring system | fused
    system | fused polycycle
ring/aromatic fused ring = fused aromatic ring | condensed aromatic ring
ring/spiro atom = spiro atom | spiro center | spiro carbon | spiro junction | spiro ring system | spirocycle
    | spiro system | spiro ring
ring/bridged ring = bridged ring | bridged ring system | bridged bicycle | bridgehead atom | bridged system
ring/heterocyclic ring = heterocycle | heterocyclic ring | heterocyclic system | heterocyclic ring system |
    heteroring | heterocyclic core
ring/aromatic heterocyclic ring = heteroaromatic ring | heteroarene | aromatic heterocycle | heteroaryl ring
    | heteroaromatic system | heteroaromatic
ring/carbocyclic ring = carbocycle | carbocyclic ring
ring/macrocycle = macrocycle | macrocyclic ring | macrolactone
ring/non-aromatic ring = nonaromatic ring | non aromatic ring | aliphatic ring | alicyclic ring | alicycle
ring/saturated ring = saturated ring | fully saturated ring
ring/nitrogen heterocyclic ring = nitrogen heterocycle | N heterocycle | nitrogen containing heterocycle |
    nitrogen containing ring | nitrogen containing heterocyclic ring | nitrogenous heterocycle |
    azaheterocycle
ring/oxygen heterocyclic ring = oxygen heterocycle | oxygen containing ring | oxygen containing heterocycle
    | O heterocycle | oxacycle | oxygen containing heterocyclic ring
ring/sulfur heterocyclic ring = sulfur heterocycle | sulfur containing ring | sulfur containing heterocycle
    | S heterocycle | sulfur containing heterocyclic ring
atom_count/heavy atom = heavy atom | non hydrogen atom | nonhydrogen atom
atom_count/atom = atom
atom_count/heteroatom = heteroatom | hetero atom
atom_count/halogen = halogen | halogen atom
atom_count/metal = metal | metal atom | metal ion | metal center | metal cation
charge/positive charge = positive charge | formal positive charge | positive formal charge | positively
    charged atom | positively charged group | cationic center | positively charged nitrogen
charge/negative charge = negative charge | formal negative charge | negative formal charge | negatively
    charged atom | negatively charged group | anionic center | negatively charged oxygen
charge/overall charge = net charge | overall charge | total charge | net electric charge
charge/charge = charge | electric charge | electrical charge
charge/formal charge = formal charge | charged atom | charged group
charge/cation = cation | monocation | organic cation
charge/anion = anion | monoanion | organic anion
charge/ion = ion | charged species
charge/zwitterion = zwitterion | inner salt | internal salt
stereo/stereocentre = stereocenter | stereogenic center | chiral center | chirality center | chiral carbon |
    asymmetric carbon | asymmetric center | stereogenic carbon | asymmetric carbon atom | chiral carbon atom
    | tetrahedral stereocenter | chiral atom | stereogenic carbon atom | center of chirality | stereogenic
    atom
stereo/specified stereocentre = defined stereocenter | specified stereocenter | defined chiral center |
    specified chiral center | assigned stereocenter | defined stereogenic center | specified stereogenic
    center
stereo/unspecified stereocentre = undefined stereocenter | unspecified stereocenter | unassigned
    stereocenter | undefined chiral center | unspecified chiral center
stereo/stereo double bond = stereogenic double bond | stereo double bond | E/Z double bond | double bond
    stereocenter | geometric isomerism | E/Z isomerism | cis trans isomerism | E/Z stereochemistry | double
    bond with stereochemistry
stereo/E = E double bond | (E) double bond | E configured double bond | (E) configured double bond | E
    alkene | (E) alkene
stereo/Z = Z double bond | (Z) double bond | Z configured double bond | (Z) configured double bond | Z
    alkene | (Z) alkene
stereo/trans = trans double bond | trans alkene | trans configured double bond | trans olefin
stereo/cis = cis double bond | cis alkene | cis configured double bond | cis olefin
stereo/R = R center | R stereocenter | (R) stereocenter | R configured stereocenter | (R) configured
    stereocenter | (R) center
stereo/S = S center | S stereocenter | (S) stereocenter | S configured stereocenter | (S) configured
    stereocenter | (S) center
fragments/fragment = disconnected fragment | separate fragment | disconnected component | covalently bonded
    unit | separate component | separate part | disconnected part | fragment | component | separate molecule
fragments/salt = salt | ion pair | ionic compound | ionic salt | organic salt | hydrochloride |
    hydrochloride salt | sodium salt | potassium salt | hydrobromide salt | hydrobromide | counterion |
    counter ion
isotope/isotope = isotope | isotopic label | isotopic labeling | isotope label | labeled atom | isotopically
    labeled atom | isotopic substitution | isotopic enrichment
isotope/2H = deuterium | deuterium atom | deuterium label
isotope/3H = tritium | tritium atom
isotope/13C = carbon 13 | 13 C | carbon 13 atom | 13 C label | 13 C atom
isotope/14C = carbon 14 | 14 C | carbon 14 atom
isotope/15N = nitrogen 15 | 15 N | 15 N label | nitrogen 15 atom
isotope/18O = oxygen 18 | 18 O | 18 O label
isotope/18F = fluorine 18 | 18 F
isotope/11C = carbon 11 | 11 C
isotope/125I = iodine 125 | 125 I
isotope/131I = iodine 131 | 131 I
radical/radical = radical | free radical | radical center
radical/unpaired electron = unpaired electron | radical electron
bonds/rotatable bond = rotatable bond | rotatable single bond | freely rotatable bond
bonds/double bond = double bond
bonds/triple bond = triple bond
bonds/degree of unsaturation = degree of unsaturation | double bond equivalent | DBE | index of hydrogen
    deficiency
h_bond/donor = hydrogen bond donor | H bond donor | HBD | hydrogen bonding donor | hydrogen bond donating
    group | hydrogen bond donor group | hydrogen bond donor site | donor of hydrogen bond
h_bond/acceptor = hydrogen bond acceptor | H bond acceptor | HBA | hydrogen bonding acceptor | hydrogen bond
    accepting group | hydrogen bond acceptor site
acid_base/acid = acid | organic acid | acidic group | acidic functional group | acidic proton | acidic
    hydrogen | acidic functionality | acidic functionalitie | acid group | acid functionality | acidic site
    | acidic moiety
acid_base/base = base | organic base | basic group | basic nitrogen | basic functional group | basic
    nitrogen atom | basic functionality | basic site | basic center | basic amine
acid_base/Bronsted acid = bronsted acid | brønsted acid | brönsted acid | proton donor | broensted acid |
    brønsted lowry acid | bronsted lowry acid
acid_base/Bronsted base = bronsted base | brønsted base | brönsted base | proton acceptor | broensted base |
    brønsted lowry base | bronsted lowry base
class/hydrocarbon = hydrocarbon
class/alkane = alkane | saturated hydrocarbon
aromaticity/aromatic = aromatic compound | aromatic molecule | aromatic hydrocarbon | aromatic system
class/organic = organic compound | organic molecule
"""

PREDICATES = """
aromatic = aromaticity / aromatic >= 1
nonaromatic = aromaticity / aromatic >= 1 not
non aromatic = aromaticity / aromatic >= 1 not
aliphatic = aromaticity / aliphatic >= 1
heteroaromatic = ring / aromatic heterocyclic ring >= 1
heterocyclic = ring / heterocyclic ring >= 1
acyclic = ring / ring >= 1 not
non cyclic = ring / ring >= 1 not
noncyclic = ring / ring >= 1 not
open chain = ring / ring >= 1 not
cyclic = ring / ring >= 1
monocyclic = ring / cyclicity == 1
bicyclic = ring / cyclicity == 2
tricyclic = ring / cyclicity == 3
tetracyclic = ring / cyclicity == 4
pentacyclic = ring / cyclicity == 5
hexacyclic = ring / cyclicity == 6
polycyclic = ring / cyclicity >= 2
macrocyclic = ring / macrocycle >= 1
neutral = charge / net charge == 0
uncharged = charge / net charge == 0
electrically neutral = charge / net charge == 0
charge neutral = charge / net charge == 0
non ionic = charge / ion >= 1 not
nonionic = charge / ion >= 1 not
charged = charge / ion >= 1
cationic = charge / cation >= 1
positively charged = charge / cation >= 1
anionic = charge / anion >= 1
negatively charged = charge / anion >= 1
zwitterionic = charge / zwitterion >= 1
ionic = charge / formal charge >= 1
ionized = charge / formal charge >= 1
dicationic = charge / net charge == 2
dianionic = charge / net charge == -2
dication = charge / net charge == 2
dianion = charge / net charge == -2
trianion = charge / net charge == -3
trication = charge / net charge == 3
chiral = stereo / chiral >= 1
achiral = stereo / chiral >= 1 not
non chiral = stereo / chiral >= 1 not
acidic = acid_base / acid >= 1
weakly acidic = acid_base / Bronsted acid >= 1
strongly acidic = acid_base / acid >= 1
basic = acid_base / base >= 1
weakly basic = acid_base / Bronsted base >= 1
strongly basic = acid_base / base >= 1
amphoteric = acid_base / amphoteric >= 1
halogenated = atom_count / halogen >= 1
fluorinated = group / fluoro compound >= 1
chlorinated = group / chloro compound >= 1
brominated = group / bromo compound >= 1
iodinated = group / iodo compound >= 1
unsaturated = class / unsaturated >= 1
saturated = class / unsaturated >= 1 not
fully saturated = class / unsaturated >= 1 not
completely saturated = class / unsaturated >= 1 not
isotopically labeled = isotope / isotope >= 1
isotopically labelled = isotope / isotope >= 1
deuterated = isotope / 2H >= 1
tritiated = isotope / 3H >= 1
organic = class / organic >= 1
inorganic = class / organic >= 1 not
phenolic = group / phenol >= 1
alcoholic = group / alcohol >= 1
fused = ring / fused ring >= 1
"""

_ELEMENT_WORDS = """
hydrogen H, lithium Li, beryllium Be, boron B, carbon C, nitrogen N, oxygen O, fluorine F, sodium Na,
magnesium Mg, aluminum Al, silicon Si, phosphorus P, phosphorous P, sulfur S, chlorine Cl, potassium K,
calcium Ca, titanium Ti, chromium Cr, manganese Mn, iron Fe, cobalt Co, nickel Ni, copper Cu, zinc Zn,
gallium Ga, germanium Ge, arsenic As, selenium Se, bromine Br, rubidium Rb, strontium Sr, molybdenum Mo,
ruthenium Ru, rhodium Rh, palladium Pd, silver Ag, cadmium Cd, tin Sn, antimony Sb, tellurium Te, iodine
I, cesium Cs, barium Ba, tungsten W, rhenium Re, osmium Os, iridium Ir, platinum Pt, gold Au, mercury
Hg, lead Pb, bismuth Bi, uranium U, gadolinium Gd, technetium Tc
"""
ELEMENTS: dict[str, str] = dict(
    entry.split(" ", 1) for entry in _ELEMENT_WORDS.replace("\n", " ").strip().split(", ")
)
