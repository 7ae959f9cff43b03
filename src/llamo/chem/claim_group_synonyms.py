"""The words for functional groups and named ring systems: name = other nouns for it.

Forms are singular, American spelling, without hyphens (`claim_tokens` brings text to that). ":2" is the number
that the word itself says, ":2+" at least as many. An indented line goes on with the one above.
"""

from __future__ import annotations

from llamo.chem.claim_words import word_set

GROUP_NOUNS = """
carboxylic acid = carboxyl | carboxy | carboxylic | carboxylic acid function | free carboxylic acid | COOH |
    CO2H | carboxylate acid | monocarboxylic acid:1 | dicarboxylic acid:2 | tricarboxylic acid:3 |
    tetracarboxylic acid:4
carboxylate = carboxylate anion | carboxylate ion | COO | carboxylic acid anion | dicarboxylate:2+ |
    tricarboxylate:3+
ester = carboxylic ester | carboxylic acid ester | carboxylate ester | ester linkage | diester:2+ |
    triester:3+
lactone = cyclic ester
thioester = thiol ester
carboxylic anhydride = anhydride | acid anhydride
acyl chloride = acid chloride | acyl halide | carbonyl chloride
carbonate ester = carbonate | organic carbonate
aldehyde = dialdehyde:2+ | CHO
ketone = diketone:2+ | triketone:3+ | dione:2+ | trione:3+
alpha,beta-unsaturated ketone = α,β unsaturated ketone | conjugated ketone
enone = α,β unsaturated carbonyl | alpha,beta unsaturated carbonyl | conjugated enone | michael acceptor
quinone = benzoquinone
epoxide = oxirane | oxirane ring | epoxide ring
alcohol = aliphatic alcohol | alcoholic hydroxyl | alcoholic hydroxy | alcoholic OH | alcohol hydroxyl
phenol = phenolic hydroxyl | phenolic hydroxy | phenolic OH | phenol hydroxyl | phenolic alcohol | aromatic
    hydroxyl | diphenol:2+
phenolate = phenoxide
catechol = 1,2 dihydroxybenzene | ortho diphenol
ether = ether linkage | ether oxygen | diether:2+
hydroxy group = hydroxy | hydroxyl | OH | diol:2+ | triol:3+ | tetrol:4+ | free hydroxyl | free hydroxy
carbonyl group = carbonyl | C=O | C=O double bond | carbonyl carbon | carbonyl oxygen | C=O bond
oxo group = keto | oxo
acetal = ketal | diacetal:2+
hemiacetal = hemiketal
orthoester = ortho ester
amide = carboxamide | amide bond | amide linkage | carboxylic acid amide | diamide:2+ | triamide:3+
lactam = cyclic amide
beta-lactam = β lactam | beta lactam ring | β lactam ring
peptide bond = peptide linkage
hydrazide = carbohydrazide | acyl hydrazine
urea = ureido | carbamide
carbamate = urethane | carbamate ester
amine = organic amine | diamine:2+ | triamine:3+ | polyamine:2+
amino group = amino | NH2 | amino nitrogen | free amino
alpha-amino acid = α amino acid | alpha aminoacid
tertiary amine = tertiary amino | tertiary amine nitrogen
primary amine = primary amino
secondary amine = secondary amino
aniline = aryl amine | arylamine | aromatic amino
aromatic amine = aromatic amine
aliphatic amine = alkyl amine | alkylamine | aliphatic amino
quaternary ammonium = quaternary ammonium ion | quaternary ammonium cation | quaternary nitrogen |
    quaternary amine
ammonium = ammonium ion | ammonium cation | protonated amine | protonated amino
imine = schiff base | aldimine | ketimine
oxime = oxime function
oxime ether = O alkyl oxime
azo compound = azo | diazene | azo linkage | azo bond
azide = azido
diazo compound = diazo
diazonium = diazonium ion | diazonium salt
nitrile = cyano | cyanide | CN | carbonitrile | dinitrile:2+
isocyanide = isonitrile | isocyano
isothiocyanate = isothiocyanato
isocyanate = isocyanato
thiocyanate = thiocyanato
nitro group = nitro | NO2 | nitro compound | nitroarene | dinitro:2+ | trinitro:3+
nitrate ester = organic nitrate
nitrate group = nitrate
nitroso group = nitroso
nitrosamine = N nitrosamine | N nitroso
N-oxide = amine oxide | amine N oxide
thiol = sulfhydryl | mercapto | mercaptan | SH | thiol group | sulfanyl | dithiol:2+
sulfide = sulfide | organic sulfide
thioether = thio ether | thioether linkage | sulfide linkage
disulfide = disulfide bond | disulfide bridge | disulfide linkage | disulphide
sulfonamide = sulphonamide | sulfonamido | sulfonamide linkage | sulfamoyl
sulfonic acid = sulfo | SO3H | disulfonic acid:2+
sulfonyl chloride = sulfonyl halide
sulfate ester = organic sulfate | sulfuric ester | sulfuric acid ester
sulfate group = sulfate
thioketone = thione
phosphate ester = organophosphate | phosphoric acid ester | phosphodiester | phosphoric ester |
    monophosphate
phosphate group = phosphate | phosphoric acid | phospho
pyrophosphate group = pyrophosphate | diphosphate
phosphoanhydride = phosphoric anhydride | phosphoanhydride bond
phosphonate group = phosphonate
boronic ester = boronate ester | boronate
boronic acid = boronic
silane = silyl | organosilane | organosilicon
silyl ether = siloxy
fluoro compound = organofluorine | fluoro | fluorine substituent | fluorine atom substituent | C F bond |
    carbon fluorine bond | difluoro:2+ | trifluoro:3+ | organofluorine compound
chloro compound = organochlorine | chloro | chlorine substituent | carbon chlorine bond | C Cl bond |
    organochlorine compound | dichloro:2+ | trichloro:3+
bromo compound = organobromine | bromo | bromine substituent | carbon bromine bond | C Br bond |
    organobromine compound | dibromo:2+
iodo compound = organoiodine | iodo | iodine substituent | carbon iodine bond | C I bond | organoiodine
    compound | diiodo:2+
halogen substituent = halo | halide | halogeno | carbon halogen bond
organohalogen = organohalogen | organohalide | haloorganic
alkyl halide = haloalkane | alkyl chloride | alkyl bromide
aryl halide = haloarene | aromatic halide | aryl halogen
trifluoromethyl group = trifluoromethyl | CF3
alkene = C=C double bond | carbon carbon double bond | olefin | olefinic double bond | alkenyl | C=C | C=C
    bond | alkene double bond | olefinic bond | ethylenic double bond
alkyne = C≡C | carbon carbon triple bond | alkynyl | acetylenic bond | ethynyl | C≡C triple bond | acetylene
conjugated diene = 1,3 diene
diene = diene
methyl group = methyl | CH3 | dimethyl:2+ | trimethyl:3+ | gem dimethyl:2+
ethyl group = ethyl | C2H5
propyl group = propyl | n propyl
butyl group = butyl | n butyl
isopropyl group = isopropyl | i propyl | propan 2 yl
tert-butyl group = tert butyl | t butyl | tertiary butyl | tertbutyl
alkyl group = alkyl | alkyl chain
methylene group = methylene | CH2
vinyl group = vinyl | ethenyl
allyl group = allyl | prop 2 enyl
phenyl group = phenyl | phenyl ring | diphenyl:2+
benzyl group = benzyl
benzoyl group = benzoyl
aryl group = aryl | aryl ring
phenoxy group = phenoxy
methoxy group = methoxy | methoxyl | OCH3 | methyl ether | OMe | dimethoxy:2+ | trimethoxy:3+
ethoxy group = ethoxy | OEt
alkoxy group = alkoxy | alkoxyl
acyl group = acyl
acetyl group = acetyl | ethanoyl
acetoxy group = acetoxy | acetyloxy | acetate ester | acetate
acetamide group = acetamido | acetamide | acetylamino
formyl group = formyl
carbamoyl group = carbamoyl | aminocarbonyl
dimethylamino group = dimethylamino | N,N dimethylamino
methylamino group = methylamino | N methylamino
hydroxymethyl group = hydroxymethyl
methylthio group = methylthio | methylsulfanyl | methyl sulfide
sulfonyl group = sulfonyl
sulfinyl group = sulfinyl
phosphoryl group = phosphoryl
thiocarbonyl group = thiocarbonyl | C=S | thioxo
enamine = enamine
enol ether = enol ether | vinyl ether
hydroxylamine = hydroxylamine | hydroxyamino
glycosidic bond = glycosidic bond | glycosidic linkage | glycoside | O glycosidic bond
trimethylsilyl group = trimethylsilyl | TMS
cyanate = cyanate
amino acid = amino acid
phosphorus acid = phosphorus oxoacid
cyclopropyl group = cyclopropyl
cyclohexyl group = cyclohexyl
cyclopentyl group = cyclopentyl
isoxazole ring = 1,2 oxazole
oxazole ring = 1,3 oxazole
thiazole ring = 1,3 thiazole | thiazolyl
benzene ring = benzene | benzene nucleus | aromatic benzene ring | aromatic six membered carbocycle |
    benzenoid ring | phenylene | phenylene ring
naphthalene = naphthyl | naphthalenyl
biphenyl = biphenylyl
pyridine ring = pyridyl | pyridinyl | pyridin yl
pyrimidine ring = pyrimidinyl | pyrimidyl
pyrazine ring = pyrazinyl
furan ring = furyl | furanyl
thiophene ring = thienyl | thiophenyl
imidazole ring = imidazolyl
pyrazole ring = pyrazolyl
pyrrole ring = pyrrolyl
indole = indolyl | indole nucleus
quinoline = quinolinyl | quinolyl
purine skeleton = purine | purine base | purinyl
pteridine skeleton = pteridine | pterin
steroid skeleton = steroid | steroid nucleus | gonane | cyclopentanoperhydrophenanthrene
adamantane skeleton = adamantane | adamantyl
flavone skeleton = flavone
piperidine ring = piperidinyl | piperidyl
piperazine ring = piperazinyl
pyrrolidine ring = pyrrolidinyl
morpholine ring = morpholinyl | morpholino
tetrahydrofuran ring = oxolane | THF ring
tetrahydropyran ring = oxane
aziridine ring = aziridinyl
benzimidazole = 1H benzimidazole
triazine ring = 1,3,5 triazine | s triazine
oxadiazole ring = 1,3,4 oxadiazole | 1,2,4 oxadiazole
tetrazole ring = tetrazolyl
1,4-dioxane ring = dioxane
pyrone ring = pyranone
pyridone ring = pyridinone
benzodioxole = 1,3 benzodioxole | methylenedioxy | methylenedioxyphenyl
dioxolane ring = 1,3 dioxolane
triazole ring = triazolyl
norbornane skeleton = norbornane
tropane skeleton = tropane
naphthoquinone = 1,4 naphthoquinone
chroman = chromane
indane = indan
pyran ring = pyran
"""

# Words of the table that are prefixes: they need "group", "substituent" ... behind them.
PREFIXES = word_set(
    """
    acetamido acetoxy acetyl acyl alkenyl alkoxy alkyl alkynyl allyl amino aryl azido azo benzoyl benzyl
    boronic bromo butyl carbamoyl carbonyl carboxy carboxyl carboxylic chloro cyano cyclohexyl cyclopentyl
    cyclopropyl diazo dimethylamino ethoxy ethyl ethynyl fluoro formyl furyl halo halogeno hydroxy hydroxyl
    hydroxymethyl iodo isocyanato isocyano isopropyl keto mercapto methoxy methyl methylamino methylene
    methylthio naphthyl nitro nitroso oxo phenoxy phenyl phospho phosphoryl propyl pyridyl siloxy silyl
    sulfamoyl sulfanyl sulfhydryl sulfinyl sulfo sulfonyl thienyl thioxo trifluoromethyl trimethylsilyl
    ureido vinyl
    """
)


def read_table(table: str) -> dict[str, list[str]]:
    """Read a table of names: "ether = ether linkage | diether:2+" -> {"ether": ["ether linkage", "diether:2+"]}."""
    rows: dict[str, list[str]] = {}
    for line in table.strip().replace("\n    ", " ").splitlines():
        name, _, forms = line.partition(" = ")
        rows[name] = [form.strip() for form in forms.split(" | ")]
    return rows
