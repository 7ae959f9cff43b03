"""Other classes of compounds: amides and peptides, ions and salts, sulfur, ring systems, sugars, steroids.

Written as `claim_class_table` says.
"""

from __future__ import annotations

OTHER_CLASSES = """
secondary carboxamide = {amide} & [NX3H1;$(N[#6X3]=[OX1])] || [#6](=[OX1])[#7;H1]
tertiary carboxamide = [NX3H0;$(N[#6X3]=[OX1])] || [#6](=[OX1])[#7]
primary carboxamide = [NX3H2;$(N[#6X3]=[OX1])] || [#6](=[OX1])[#7]
monocarboxylic acid amide | carboxamide = {amide} || [#6X3](=[OX1])[#7]
aromatic amide = {amide} & [a] || [#6X3](=[OX1])[#7] & [a]
benzamide = [c;$(c1ccccc1)][CX3](=[OX1])[#7] || [#6](=[OX1])[#7] & [a]
formamide = [CX3H1](=[OX1])[#7] || [#6;H1,H2](=[OX1])~[#7]
enamide = [CX3]=[CX3][CX3](=[OX1])[#7] || [#6](=[OX1])[#7] & [#6]=,:[#6]
anilide = [c;$(c1ccccc1)][NX3][CX3]=[OX1] || [c][#7] & [#6,#16]=[OX1]
acrylamide = [CX3]=[CX3][CX3](=[OX1])[#7] || [#6]=[#6] & [#6](=[OX1])[#7]
n acylglycine = [CX3](=[OX1])([#6])[NX3H1][CH2]{acidlike} || [#7][#6][#6X3]=[OX1]
n acyl amino acid = {amide} & {acidlike} || [#7][#6]=[OX1]
n acyl alpha amino acid | n acyl l alpha amino acid
    = [CX3](=[OX1])([#6])[NX3][CX4]{acidlike} || [#7][#6][#6X3]=[OX1]
amino acid amide = [NX3,NX4+][CX4][CX3](=[OX1])[NX3] || [#7][#6][#6X3](=[OX1])[#7]
peptide = {peptide} || [#6X3](=[OX1])[#7]
dipeptide = {peptide}==1 || [#6X3](=[OX1])[#7] & {peptide}<=2
tripeptide = {peptide}==2 || [#6X3](=[OX1])[#7]>=2 & {peptide}<=3
tetrapeptide = {peptide}==3 || [#6X3](=[OX1])[#7]>=2 & {peptide}<=4
pentapeptide = {peptide}==4 || [#6X3](=[OX1])[#7]>=3 & {peptide}<=5
oligopeptide | polypeptide = {peptide}>=2 || [#6X3](=[OX1])[#7]
cyclic peptide | homodetic cyclic peptide | cyclodepsipeptide = {peptide}>=2 & [CX3;R](=[OX1])@[NX3;R]
    & macrocycle || [#6X3;R](=[OX1])@[#7,#8]
heterodetic cyclic peptide = {peptide}>=2 & macrocycle || [#6X3](=[OX1])[#7] & ring
beta amino acid = [NX3,NX4+;!$(N[#6]=[OX1])][CX4][CX4]{acidlike} || [#7] & {acidlike}
gamma amino acid = [NX3,NX4+;!$(N[#6]=[OX1])][CX4][CX4][CX4]{acidlike} || [#7] & {acidlike}
alpha amino acid anion = [#7;!$(N[#6]=[OX1])][CX4]{acidate} || [-] & {acidlike}
amino acid zwitterion | alpha amino acid zwitterion | l alpha amino acid zwitterion
    = [NX4+,$([#7+])][CX4]{acidate} || [#7+] & {anylate}
n arylpiperazine = [#7]1([a])[CX4][CX4][#7][CX4][CX4]1 || [#7]1~[#6]~[#6]~[#7]~[#6]~[#6]~1
n alkylpiperazine | n methylpiperazine = [#7]1([CX4])[CX4][CX4][#7][CX4][CX4]1
    || [#7]1~[#6]~[#6]~[#7]~[#6]~[#6]~1
phenylurea = [c;$(c1ccccc1)][NX3][CX3](=[OX1])[NX3] || [#7][#6](=[OX1])[#7] & [a]
n sulfonylurea | sulfonylurea = [SX4](=O)(=O)[NX3][CX3](=[OX1])[NX3] || [#16](=O)(=O)~[#7] & [#7]~[#6]~[#7]
azobenzene = c1ccccc1[NX2]=[NX2]c1ccccc1 || [#7]~[#7] & [a]
monoazo compound = [NX2;$(N[#6])]=[NX2;$(N[#6])] || [#7]~[#7]
bis azo compound | bis(azo) compound = [NX2;$(N[#6])]=[NX2;$(N[#6])]>=2 || [#7]~[#7]
organic cation = charge>=1 & carbon>=1 || [+] & carbon>=1
organic anion = charge<=-1 & carbon>=1 || [-] & carbon>=1
organic ion = !charge==0 & carbon>=1 || [+,-] & carbon>=1
ammonium ion derivative = [#7+;!$([#7]~[OX1]);!$([#7]~[#7+0,#7-])] || [#7+]
quaternary ammonium salt = [NX4+;H0] & fragment>=2 || [#7+]
ammonium betaine = [NX4+;H0] & [-] & charge==0 || [#7+] & [-]
phenolate anion = [a][OX1-] || [#8-]
organophosphate oxoanion = [#15X4]([#8][#6])~[OX1-] || [#15] & [-]
phosphorus oxoanion = [#15]~[OX1-] || [#15] & [-]
organosulfonate oxoanion | arenesulfonate oxoanion | alkanesulfonate oxoanion = [#6][SX4](=O)(=O)[OX1-]
    || [#16]~[OX1-]
organosulfate oxoanion | aryl sulfate oxoanion | steroid sulfate oxoanion
    = [#6][OX2][SX4](=O)(=O)[OX1-] || [#16]~[OX1-]
peptide anion = [#6X3](=[OX1])[#7] & charge<=-1 || [#7] & [-]
organic sodium salt = [Na+] & carbon>=1 || [Na] & carbon>=1
inorganic sodium salt = [Na+] & [-] || [Na]
organic potassium salt | potassium salt = [K+] || [K]
calcium salt | organic calcium salt = [Ca+2] || [Ca]
magnesium salt = [Mg+2] || [Mg]
lithium salt = [Li+] || [Li]
ammonium salt = [#7+] & [-] || [#7] & fragment>=2
organic chloride salt | inorganic chloride = [Cl-] || [Cl]
organic bromide salt = [Br-] || [Br]
hydrate = [OX2H2] || [#8;!H0] & fragment>=2
monohydrate = [OX2H2]==1 || [OX2H2]
dihydrate = [OX2H2]==2 || [OX2H2]
trihydrate = [OX2H2]==3 || [OX2H2]
monoatomic dication | divalent metal cation = heavy==1 & charge==2
monoatomic trication = heavy==1 & charge==3
monoatomic tetracation = heavy==1 & charge==4
monoatomic monocation = heavy<=1 & charge==1
monoatomic monoanion = heavy<=1 & charge==-1
monovalent inorganic anion = charge==-1 & carbon<=2
divalent inorganic anion = charge==-2 & carbon<=2
trivalent inorganic anion = charge==-3 & carbon<=2
monovalent inorganic cation = charge==1 & carbon==0 || charge==1 & carbon<=1
one carbon compound = carbon==1
organosulfur compound = [#6]~[#16] || [#16]
organophosphorus compound = [#6]~[#15] || [#15]
organosilicon compound = [#6]~[#14] || [#14]
organonitrogen compound = [#6]~[#7]
organooxygen compound = [#6]~[#8]
organic disulfide = [#6][SX2][SX2][#6] || [#16]~[#16]
aryl sulfide = [SX2H0]([a])[#6] || [#16H0] & [a]
methyl sulfide = [SX2H0]([CH3])[#6] || [#16] & [CH3]
organosulfonic acid | arenesulfonic acid = [#6][SX4](=O)(=O)[OX2H1] || [#16]~[#8]
benzenesulfonic acid = [c;$(c1ccccc1)][SX4](=O)(=O)[OX2H1] || [#16]~[#8] & [a]
naphthalenesulfonic acid = [c;$(c1cccc2ccccc12),$(c1ccc2ccccc2c1)][SX4](=O)(=O)[OX2H1] || [#16]~[#8] & [a]
aryl sulfate = [a][OX2][SX4](=O)(=O)[OX2H1,OX1-] || [#16]~[#8] & [a]
organic thiophosphate = [#15](~[#8])(~[#8])(~[#8,#16])~[#16] || [#15] & [#16]
organic phosphate | organophosphate = [#6][OX2][#15](~[#8])(~[#8])~[#8] || [#15]~[#8]
olefinic compound = {alkene} || [C]=[C]
acetylenic compound | terminal acetylenic compound = [C]#[C]
polyene = {alkene}>=4 || [#6]=[#6]
polycyclic arene | ortho fused polycyclic arene | polycyclic aromatic hydrocarbon = c1ccc2ccccc2c1 || [a;R2]
biaryl = [a]-!@[a]
ring assembly = [R]!@[R]
bridged compound = bridgehead>=1 || ring>=2
spiro compound = spiro>=1
azaspiro compound = spiro>=1 & [#7;R] || spiro>=1 & [#7]
oxaspiro compound = spiro>=1 & [#8;R] || spiro>=1 & [#8]
spiroketal = [CX4;R2;x4]([#8;R])[#8;R] || spiro>=1 & [#8;R]
heteroarene = [a;!#6] || [!#6;R]
organic heterocyclic compound | heterocyclic compound = [!#6;R] & carbon>=1
carbocyclic compound = carbocycle>=1
carbobicyclic compound = carbocycle>=2 & system==2 || carbocycle>=1 & ring>=2
carbotricyclic compound = carbocycle>=3 & system==3 || carbocycle>=1 & ring>=3
carbotetracyclic compound = carbocycle>=4 & system==4 || carbocycle>=1 & ring>=4
carbopolycyclic compound = carbocycle>=2 & system>=2 || carbocycle>=1 & ring>=2
organic heteromonocyclic compound = [!#6;R] & ring==1 || [!#6;R]
organic heterobicyclic compound = [!#6;R] & system==2 || [!#6;R] & ring>=2
organic heterotricyclic compound = [!#6;R] & system==3 || [!#6;R] & ring>=3
organic heterotetracyclic compound = [!#6;R] & system==4 || [!#6;R] & ring>=4
organic heteropentacyclic compound = [!#6;R] & system==5 || [!#6;R] & ring>=5
organic heterohexacyclic compound = [!#6;R] & system==6 || [!#6;R] & ring>=6
organic heteroheptacyclic compound = [!#6;R] & system==7 || [!#6;R] & ring>=7
organic heteropolycyclic compound = [!#6;R] & system>=2 || [!#6;R] & ring>=2
oxacycle = [#8;R]
azacycle = [#7;R]
azamacrocycle = [#7;R] & macrocycle
macrolide | macrocyclic lactone | macrolide antibiotic = {lactone} & macrocycle || {lactone} & ring
    || [#8;R] & ring
delta lactone = [#6]1(=[OX1])[#8][#6]~[#6]~[#6]~[#6]1 || {lactone}
gamma lactone = [#6]1(=[OX1])[#8][#6]~[#6]~[#6]1 || {lactone}
beta lactone = [#6]1(=[OX1])[#8][#6]~[#6]1 || {lactone}
butan 4 olide = [#6]1(=[OX1])[#8][CX4][CX4][CX4]1 || [#6]1(=[OX1])[#8]~[#6]~[#6]~[#6]~1
butenolide = [#6]1(=[OX1])[#8][#6][#6]=[#6]1 || [#6]1(=[OX1])[#8]~[#6]~[#6]~[#6]~1
lactol | cyclic hemiketal = [CX4;R]([OX2;R])[OX2H1] || [CX4]([#8])[#8]
cyclic acetal | cyclic ketal = [CX4;R]([OX2;R])[OX2H0] || [CX4]([#8])[#8]
cyclic dicarboxylic anhydride | cyclic anhydride = [#6;R](=[OX1])@[#8;R]@[#6;R]=[OX1]
dicarboximide = [#6](=[OX1])[#7][#6]=[OX1]
carboxamidine = [CX3]([#6])(=[#7])[NX3] || [#6](~[#7])~[#7]
oxime o ether = [CX3]=[NX2][OX2][#6] || [#7]~[#8]
imidothioate = [#6](=[#7])[SX2] || [#6](~[#7])~[#16]
cephalosporin | cephem = [#7]12[#6](=[OX1])[#6][#6]1[#16][#6][#6]=,-[#6]2 || [#7;r4][#6;r4]=[OX1]
penicillin | penam | penicillanic acid = [#7]12[#6](=[OX1])[#6][#6]1[#16][#6][#6]2 || [#7;r4][#6;r4]=[OX1]
carbapenem = [#7]12[#6](=[OX1])[#6][#6]1[#6][#6]=[#6]2 || [#7;r4][#6;r4]=[OX1]
quinolone | quinolone antibiotic | fluoroquinolone antibiotic
    = [$([#6]1(=[OX1])ccnc2ccccc12),$([#6]1(=[OX1])ccc2ccccc2n1)] || [#7;R] & [#6]=[OX1] & [a]
pyrimidone
    = [$([#6]1(=[OX1])ccncn1),$([#6]1(=[OX1])nccnc1),$([#6]1(=[OX1])nccc[n]1),$([#6]1(=[OX1])ncccn1)]
    || [#7]1~[#6]~[#7]~[#6]~[#6]~[#6]~1 & [#6]~[#8]
pyridazinone = [#6]1(=[OX1])nnccc1 || [#7]1~[#7]~[#6]~[#6]~[#6]~[#6]~1
pyrrolidin 2 one | pyrrolidinone | pyrrolidone = [#6]1(=[OX1])[#6]~[#6]~[#6][#7]1 || [#7;R]
piperidone = [#6;R]1~[#6]~[#6]~[#6]~[#6]~[#7]1 & [#6;R]=[OX1] || [#7;R] & [#6]=[OX1]
oxopurine = [#6;R](=[OX1]) & [#7]1~[#6]~[#7]~[#6]2~[#7]~[#6]~[#7]~[#6]~[#6]~1~2 || [#7;R]
phthalimide = O=C1[#7]C(=O)c2ccccc12 || [#6](=[OX1])[#7] & [a]
quinazolinone
    = [$([#6]1(=[OX1])ncnc2ccccc12),$([#6]1(=[OX1])nccc2ccccc12),$([#6]1(=[OX1])[#7][#6]=,:[#7]c2ccccc12)]
    || [#7;R] & [#6]=[OX1]
catechin | hydroxyflavan = [OX2]1c2ccccc2[CX4][CX4][CX4]1c1ccccc1 || [#8;R] & [a]
flavan = [OX2]1c2ccccc2[CX4][CX4][CX4]1c1ccccc1 || [#8;R] & [a]
flavonol | 7 hydroxyflavonol = O=c1c([#8])c(-c2ccccc2)oc2ccccc12 || [#8;R] & [a]
anthocyanin cation | anthocyanidin cation = [#8+] & [a] & charge>=1 || [#8+]
dihydrochalcone = c1ccccc1[CX4][CX4][CX3](=[OX1])c1ccccc1 || {carbonyl} & [a]
aurone = O=C1C(=[#6]c2ccccc2)Oc2ccccc12 || {carbonyl} & [a]
p quinone | 1,4 benzoquinone = O=C1[#6]=,:[#6]C(=O)[#6]=,:[#6]1 || [#6]=[OX1]>=2
stilbenoid = c1ccccc1[CX3]=[CX3]c1ccccc1 || [a]>=12
diarylheptanoid = [a]~[#6]~[#6]~[#6]~[#6]~[#6]~[#6]~[#6]~[a] || [a]>=6
triarylmethane = [CX4]([a])([a])[a] || [#6]([a])([a])[a]
diarylmethane = [CX4]([a])[a] || [#6]([a])[a]
monosaccharide = {sugar}==1 || [#6]([#8])[#6][#8]
disaccharide = {sugar}==2 || [#8;R]>=1 & [#6]([#8])[#8]
trisaccharide | amino trisaccharide = {sugar}==3 || [#8;R]>=2 & [#6]([#8])[#8]
tetrasaccharide | amino tetrasaccharide | branched amino tetrasaccharide = {sugar}==4 || [#8;R]>=3
    & [#6]([#8])[#8]
pentasaccharide | amino pentasaccharide = {sugar}==5 || [#8;R]>=4 & [#6]([#8])[#8]
hexasaccharide = {sugar}==6 || [#8;R]>=5 & [#6]([#8])[#8]
oligosaccharide | amino oligosaccharide | glucosamine oligosaccharide | galactosamine oligosaccharide
    | glucan = {sugar}>=3 || {sugarlike}>=2
carbohydrate = {sugar} || [#6]([#8])[#6]([#8])[#6][#8]
amino disaccharide = {sugar}==2 & [#7] || {sugarlike}>=1 & [#7]
beta d glucoside = [#6,#15;!$([#6]=[OX1])][OX2][C@@H]1O[C@H](CO)[C@@H](O)[C@H](O)[C@H]1O
    || [CX4;R]([#8;R])[#8]
beta d galactoside = [#6;!$([#6]=[OX1])][OX2][C@@H]1O[C@H](CO)[C@H](O)[C@H](O)[C@H]1O || [CX4;R]([#8;R])[#8]
glucoside | galactoside | rutinoside | methyl glycoside | o glycoside = [#6][OX2][CX4;R][OX2;R]
    & {sugar} || [CX4;R]([#8;R])[#8]
beta d glucosiduronic acid | glucosiduronic acid | glucuronide | steroid glucosiduronic acid = {sugar}
    & [OX2;R][CX4;R][CX3](=[OX1])[OX2H1] || [#8;R] & {acidlike}
c glycosyl compound = [CX4;R]([OX2;R])([CX4;R])[#6;!R,a] & [CX4;R]([#8])[CX4;R][#8] || [#8;R]
nucleoside | ribonucleoside | adenosine | purine nucleoside | pyrimidine nucleoside
    = [n,N;R][CX4;R]1[OX2;R][CX4;R][CX4;R][CX4;R]1 || [#7] & [CX4;R][#8;R]
nucleotide | ribonucleotide | purine ribonucleoside 5' monophosphate
    = [n,N;R][CX4;R]1[OX2;R][CX4;R][CX4;R][CX4;R]1 & [#15] || [#7] & [#15]
sterol | 3beta sterol | phytosterol | hydroxy steroid = {steroid} & [OX2H1] || {secosteroid} & [#8]
oxo steroid = {steroid} & {carbonyl} || {secosteroid} & [#6]=[OX1]
steroid ester = {steroid} & {anyester} || {secosteroid} & [#8]
steroid acid = {steroid} & {acidlike} || {secosteroid} & [#8]
androstanoid | cholestanoid | ergostanoid | c21 steroid | c19 steroid | pregnane = {steroid}
    || {secosteroid}
deuterated compound = deuterium
isotopically modified compound = isotope
"""
