"""Classes of oxygen compounds: ethers, phenols, carbonyls, esters, acids and their anions, lipids.

Written as `claim_class_table` says.
"""

from __future__ import annotations

OXYGEN_CLASSES = """
aromatic ether | aryl ether | alkyl aryl ether | phenol ether
    = [OX2H0;!$(O[#6]=[OX1,SX1,NX2])]([a])[#6,#14] || [#8H0] & [a]
diaryl ether | diphenyl ether = [OX2H0;!R]([a])[a] || [#8H0]([a])[a]
cyclic ether = [OX2;R]([CX4])[CX4] || [#8;R]
polyether = [OX2H0]([CX4])[CX4]>=3 || [OX2H0]>=2
glycol = [OX2H1][CX4][CX4][OX2H1] || [OX2H1]>=2
polyol = {hydroxy}>=3 || {hydroxy}>=2
benzyl alcohol = [OX2H1][CX4][c;$(c1ccccc1)] || [OX2H1] & [a]
allylic alcohol | secondary allylic alcohol = [OX2H1][CX4][CX3]=[CX3] || {hydroxy} & [#6]=,:[#6]
propargylic alcohol = [OX2H1][CX4]C#C || [OX2H1] & C#C
polyphenol = {phenolic}>=2 || [a][#8]>=2
resorcinol = [OX2H1]c1cc([OX2H1])ccc1 || [a][#8]>=2
hydroquinone = [OX2H1]c1ccc([OX2H1])cc1 || [a][#8]>=2
benzenediol | diphenol = {phenolic}>=2 || [a][#8]>=2
guaiacol = COc1ccccc1[OX2H1] || [a][#8]>=2
naphthol = [OX2H1][$(c1cccc2ccccc12),$(c1ccc2ccccc2c1)] || [#8]c & c1ccc2ccccc2c1
aromatic ketone | aryl ketone = [CX3;!R](=[OX1])([#6])[c,n] || {carbonyl} & [a]
aromatic aldehyde | arenecarbaldehyde = [CX3H1](=[OX1])[a] || [#6X3H1]=[OX1] & [a]
benzaldehyde = [CX3H1](=[OX1])c1ccccc1 || [#6X3H1]=[OX1] & [a]
cyclic ketone | alicyclic ketone | cyclic terpene ketone = [CX3;R](=[OX1])([#6;R])[#6;R] || [#6;R]=[OX1]
methyl ketone = [CX3](=[OX1])([CH3])[#6] || {carbonyl} & [CH3]
beta diketone = [CX3](=[OX1])([#6])[#6][CX3](=[OX1])[#6] || [#6]=[OX1] & [#6]~[#8]>=2
alpha diketone | 1,2 diketone = [CX3](=[OX1])([#6])[CX3](=[OX1])[#6] || [#6]=[OX1] & [#6]~[#8]>=2
alpha hydroxy ketone | hydroxy ketone = [CX3](=[OX1])([#6])[CX4][OX2H1] || {carbonyl} & {hydroxy}
primary alpha hydroxy ketone = [CX3](=[OX1])([#6])[CX4H2][OX2H1] || {carbonyl} & [CX4H2][OX2H1]
secondary alpha hydroxy ketone = [CX3](=[OX1])([#6])[CX4H1][OX2H1] || {carbonyl} & [CX4H1][OX2H1]
tertiary alpha hydroxy ketone = [CX3](=[OX1])([#6])[CX4H0][OX2H1] || {carbonyl} & [CX4H0][OX2H1]
beta hydroxy ketone = [CX3](=[OX1])([#6])[#6][CX4][OX2H1] || {carbonyl} & {hydroxy}
enal = [CX3H1](=[OX1])[CX3]=[CX3] || [#6X3H1]=[OX1] & [#6]=,:[#6]
ynone = [CX3](=[OX1])([#6])C#C || {carbonyl} & C#C
methyl ester = [OX2;$(O[CX3]=[OX1])][CH3] || [#8,#16;$([#8,#16]~[!#1])][CH3]
ethyl ester = [OX2;$(O[CX3]=[OX1])][CH2][CH3] || [#8,#16][CH2][CH3]
tert butyl ester = [OX2;$(O[CX3]=[OX1])]C([CH3])([CH3])[CH3]
benzoate ester = [OX2;$(O([#6])[CX3](=[OX1])c1ccccc1)] || {carbonyl} & [a]
phenyl ester | phenyl acetate = [OX2;$(O(c1ccccc1)[CX3]=[OX1])] || [a]~[#8,#6]
cinnamate ester = [OX2;$(O([#6])[CX3](=[OX1])[CX3]=[CX3]c1ccccc1)] || {ester} & [a]
enoate ester = [OX2;$(O([#6])[CX3](=[OX1])[CX3]=[CX3])] || {anyester} & [#6]=,:[#6]
alpha,beta unsaturated carboxylic ester = [OX2;$(O([#6])[CX3](=[OX1])[CX3]=[CX3])] || {anyester}
    & [#6]=,:[#6]
alpha amino acid ester = [NX3,NX4+][CX4][CX3](=[OX1])[OX2][#6] || [#7] & {anyester}
fatty acid ester = {ester} & {chain} || {anyester}
fatty acid methyl ester = [CH3][OX2][CX3](=[OX1])[CH2][CH2] || [CH3]~[#8]
fatty acid ethyl ester = [CH3][CH2][OX2][CX3](=[OX1])[CH2][CH2] || [CH3][CH2]~[#8]
dicarboxylic acid monoester = {acidlike} & {ester} || {acidlike} & {anyester}
dicarboxylic acid monoamide = {acidlike} & {amide} || {acidlike} & [#6]~[#7]
dicarboxylic acid diamide = {amide}>=2 || [#6]~[#7]>=2
hydroxy monocarboxylic acid = {hydroxy} & {acid}==1 || [OX2H1,OX1-]>=2 & {acidlike}
hydroxy carboxylic acid | hydroxy acid = {hydroxy} & {acid} || [OX2H1,OX1-]>=2 & {acidlike}
dihydroxy monocarboxylic acid = {hydroxy}==2 & {acid}==1 || {hydroxy}>=2 & {acidlike}
2 hydroxy monocarboxylic acid = [OX2H1][CX4][CX3](=[OX1])[OX2H1] & {acid}==1 || {hydroxy} & {acidlike}
2 hydroxy carboxylic acid | alpha hydroxy carboxylic acid | alpha hydroxy acid
    = [OX2H1][CX4][CX3](=[OX1])[OX2H1] || {hydroxy} & {acidlike}
3 hydroxy monocarboxylic acid | beta hydroxy acid = [OX2H1][CX4][CX4][CX3](=[OX1])[OX2H1] & {acid}==1
    || {hydroxy} & {acidlike}
3 hydroxy carboxylic acid = [OX2H1][CX4][CX4][CX3](=[OX1])[OX2H1] || {hydroxy} & {acidlike}
oxo monocarboxylic acid | oxo carboxylic acid = {ketone} & {acid}==1 || {carbonyl}>=2 & {acidlike}
2 oxo monocarboxylic acid | alpha keto acid | 2 oxo acid = [CX3](=[OX1])[CX3](=[OX1])[OX2H1]
    & {acid}==1 || {carbonyl}>=2 & {acidlike}
3 oxo monocarboxylic acid | beta keto acid = [CX3](=[OX1])([#6])[CX4][CX3](=[OX1])[OX2H1] & {acid}==1
    || {carbonyl}>=2 & {acidlike}
alpha,beta unsaturated monocarboxylic acid = [CX3]=[CX3][CX3](=[OX1])[OX2H1] & {acid}==1
    || [#6]=,:,#[#6] & {acidlike}
aromatic carboxylic acid = [a][CX3](=[OX1])[OX2H1] || [a] & {acidlike}
benzoic acid = [c;$(c1ccccc1)][CX3](=[OX1])[OX2H1] || [a] & [#6X3](=[OX1])[OX2]
monohydroxybenzoic acid | hydroxybenzoic acid = [OX2H1]c1c([CX3](=[OX1])[OX2H1])cccc1 || [a][#8]
    & {acidlike}
pyridinemonocarboxylic acid = n1ccccc1 & [c;r6][CX3](=[OX1])[OX2H1] || [#7] & {acidlike}
monocarboxylic acid anion = {acidate}==1 & {acid}==0 || [-] & {acidlike}
carboxylic acid anion = {acidate} || [-] & {acidlike}
hydroxy monocarboxylic acid anion = {hydroxy} & {acidate}==1 || [-] & {acidlike}
2 hydroxy monocarboxylic acid anion = [OX2H1][CX4]{acidate} & {acidate}==1 || [-] & {acidlike}
3 hydroxy monocarboxylic acid anion = [OX2H1][CX4][CX4]{acidate} & {acidate}==1 || [-] & {acidlike}
oxo monocarboxylic acid anion | 2 oxo monocarboxylic acid anion = {carbonyl}>=2 & {acidate}==1 || [-]
    & {acidlike}
dicarboxylic acid dianion = {acidate}==2 || [-] & {acidlike}
dicarboxylic acid monoanion = {acidate}==1 & {acid}==1 || [-] & {acidlike}>=2
dicarboxylic acid anion = {acidate} & {acidlike}==2 || [-] & {acidlike}>=2
tricarboxylic acid trianion = {acidate}==3 || [-] & {acidlike}
tricarboxylic acid dianion = {acidate}==2 & {acidlike}==3 || [-] & {acidlike}>=2 & {acidlike}>=3
fatty acid anion = {acidate} & {chain} || [-] & {acidlike}
long chain fatty acid anion = {acidate} & {chain} & carbon>=13 & carbon<=22 || [-] & {acidlike} & carbon>=13
medium chain fatty acid anion = {acidate} & carbon>=6 & carbon<=12 || [-] & {acidlike} & carbon>=6
short chain fatty acid anion = {acidate} & carbon<=6 & carbon>=2 || [-] & {acidlike}
very long chain fatty acid anion = {acidate} & carbon>=23 || [-] & {acidlike} & carbon>=22
saturated fatty acid anion | straight chain saturated fatty acid anion = {acidate} & !{alkene} || [-]
    & {acidlike}
unsaturated fatty acid anion = {acidate} & [#6]=[#6] || [-] & {acidlike}
polyunsaturated fatty acid anion = {acidate} & {alkene}>=3 || [-] & {acidlike}
monounsaturated fatty acid anion = {acidate} & [CX3]=[CX3]==2 || [-] & {acidlike}
hydroxy fatty acid anion = {acidate} & {hydroxy} || [-] & {acidlike}
fatty acid = {acid} & {chain} & ring==0 || {acidlike} & carbon>=2
long chain fatty acid = {acid} & {chain} & carbon>=13 & carbon<=22 || {acidlike} & carbon>=13
very long chain fatty acid = {acid} & {chain} & carbon>=23 || {acidlike} & carbon>=22
medium chain fatty acid = {acid} & carbon>=6 & carbon<=12 & {chain} || {acidlike} & carbon>=6
short chain fatty acid = {acid} & carbon<=5 & carbon>=2 || {acidlike}
saturated fatty acid | straight chain saturated fatty acid | branched chain saturated fatty acid
    = {acid} & {chain} & !{alkene} || {acidlike} & ![CX3]=[CX3]>=3
straight chain fatty acid = {acid} & [CH2][CH2] || {acidlike}
unsaturated fatty acid = {acid} & {chain} & [C]=,#[C] || {acidlike} & [#6]=,#[#6]
monounsaturated fatty acid = {acid} & [CX3]=[CX3]==2 || {acidlike} & [#6]=,#[#6]
polyunsaturated fatty acid = {acid} & {alkene}>=3 || {acidlike} & [#6]=,#[#6]
hydroxy fatty acid | omega hydroxy fatty acid = {acid} & {hydroxy} & {chain} || {acidlike} & [OX2H1]>=1
hydroxy polyunsaturated fatty acid = {acid} & {hydroxy} & {alkene}>=3 || {acidlike} & [OX2H1]
epoxy fatty acid = {acid} & [OX2r3] & {chain} || {acidlike} & [OX2;R]
alpha,omega dicarboxylic acid = {acid}==2 || {acidlike}>=2
fatty alcohol = {alcohol} & {chain} & ring==0 || {hydroxy}
fatty aldehyde = [CX3H1](=[OX1])[#6] & {chain} & ring==0 || [#6X3H1]=[OX1]
fatty amide = {amide} & {chain} || [#6](=[OX1])[#7]
triglyceride | triacylglycerol = [CX4H1]([OX2][CX3]=[OX1])([CH2][OX2][CX3]=[OX1])[CH2][OX2][CX3]=[OX1]
diglyceride | diacylglycerol | 1,2 diacyl sn glycerol = [CX4H1]([OX2])([CH2][OX2])[CH2][OX2]
    & {ester}>=2 & !P || [CX4]([#8])[CX4]([#8])[CX4][#8]
monoglyceride | monoacylglycerol = [CX4H1]([OX2])([CH2][OX2])[CH2][OX2] & {ester}==1
    || [CX4]([#8])[CX4]([#8])[CX4][#8]
phosphatidylcholine | glycerophosphocholine = [#15]([#8])([#8])(=[OX1])OCC[N+](C)(C)C
    & [CX4]([#8])[CX4]([#8])[CX4][#8]
1,2 diacyl sn glycerol 3 phosphate | phosphatidic acid = [CX4]([OX2])([CH2][OX2])[CH2]O[#15]
    & {ester}>=2 || [#15] & [CX4]([#8])[CX4]([#8])[CX4][#8]
1 acyl sn glycerol 3 phosphate = [CX4]([OX2])([CH2][OX2])[CH2]O[#15] & {ester}==1 || [#15]
    & [CX4]([#8])[CX4]([#8])[CX4][#8]
o acylcarnitine | acylcarnitine = [CH3][N+]([CH3])([CH3])CC(OC=O)CC(=O)[O-] || [#7+] & {carbonyl}
acyl coa | acyl coa(4 ) = {coa} & [SX2][CX3]=[OX1] || [#15] & [#16]
fatty acyl coa | long chain fatty acyl coa | medium chain fatty acyl coa | unsaturated fatty acyl coa
    | ultra long chain fatty acyl coa | monounsaturated fatty acyl coa | 3 hydroxy fatty acyl coa
    = {coa} & [SX2][CX3]=[OX1] || [#15] & [#16]
ceramide = [CX3](=O)([#6])[NX3;H1][CX4H1]([CH2][OX2])[CX4H1]([OX2H1]) || [#6](=O)[#7] & [#8X2]
sphingoid = [NX3,NX4+][CX4H1][CX4H1][OX2H1] & {chain} || [#7] & [#8]
"""
