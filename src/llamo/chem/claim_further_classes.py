"""Further classes of compounds that captions name: flavonoids, ring systems, salts, organometallics, lipids.

Written as `claim_class_table` says. The last reading is wide on purpose: outside it no chemist would use the word.
"""

from __future__ import annotations

FURTHER_CLASSES = """
flavonoid = [#8]1~[#6](-!@c2ccccc2)~[#6]~[#6]~[c;r6]2[c;r6][c;r6][c;r6][c;r6][c;r6]~2~1
    || c1ccccc1 & [#8] & carbon>=15
isoflavonoid = [#8]1~[#6]~[#6](-!@c2ccccc2)~[#6]~[c;r6]2[c;r6][c;r6][c;r6][c;r6][c;r6]~2~1
    || c1ccccc1 & [#8] & carbon>=15
dihydroflavonol = [#6]1(=[OX1])[CX4]([OX2H1])[CX4](c2ccccc2)[OX2]c2ccccc12 || [#8;R] & {carbonyl} & [a]
glycosyloxyflavone = [#8]1~[#6](-!@c2ccccc2)~[#6]~[#6](=[OX1])~[c;r6]2[c;r6][c;r6][c;r6][c;r6][c;r6]~2~1 & {sugar}
    || [a] & {sugarlike} & {carbonyl}
stilbenol = c1ccccc1[CX3]=[CX3]c1ccccc1 & {phenolic} || [a]>=12 & [OX2H1]
cinnamic acid = [c;$(c1ccccc1)][CX3]=[CX3][CX3](=[OX1])[OX2H1] || [a] & {acidlike}
alkyl phenylketone | alkyl phenyl ketone = [CX4][CX3](=[OX1])[c;$(c1ccccc1)] || [a] & {carbonyl}
nitrobenzoic acid = {nitrobenzoic} || {acidlike} & [#7](~[OX1])~[OX1] & [a]
phenylpyridine = [c;$(c1ccccc1)]-!@[c;$(c1ncccc1),$(c1cnccc1),$(c1ccncc1)] || [#7;r6] & c1ccccc1
xanthene = [OX2]1c2ccccc2[#6]c2ccccc12 || [#8;r6] & ring>=3
benzopyran | 1 benzopyran = [$([#8]1~[#6]~[#6]~[#6]~c2ccccc2~1),$([#8]1~[#6]~c2ccccc2~[#6]~[#6]~1)]
    || [#8;r6] & ring>=2
isochromane = [OX2]1[CX4]c2ccccc2[CX4][CX4]1 || [#8;r6] & ring>=2
indanone = [$([#6]1(=[OX1])[CX4][CX4]c2ccccc12),$([#6]1(=[OX1])[CX4]c2ccccc2[CX4]1)] || carbocycle>=2 & {carbonyl}
oxazolidinone = [#6]1(=[OX1])[#8][CX4][CX4][#7]1 || [#8;r5] & [#7;r5] & [#6;r5]=[OX1]
imidazolidinone = [#6]1(=[OX1])[#7][CX4][CX4][#7]1 || [#7;r5]>=2 & [#6;r5]=[OX1]
pyridinium salt = [n+;$([n+]1ccccc1)] & [-] & fragment>=2 || [n+] || [n;r6] & fragment>=2
pyridinium ion = [n+;$([n+]1ccccc1)] & charge>=1 || [n+]
chloride salt = [Cl-] || [Cl]
organomercury compound = [#6]~[Hg] || [Hg]
organoarsenic compound = [#6]~[As] || [As]
organotin compound = [#6]~[Sn] || [Sn]
organoselenium compound = [#6]~[Se] || [Se]
alkylthiol = [CX4][SX2H1] || [#16;!H0]
nitrogen mustard = [NX3]([CX4][CX4][Cl,Br])[CX4][CX4][Cl,Br] || [#7] & [Cl,Br,I]
phosphorodiamide = [PX4](=[OX1,SX1])([#7])([#7])[#8] || [#15] & [#7]>=2
bisphosphonate = [#6]([PX4](~[#8])(~[#8])~[#8])[PX4](~[#8])(~[#8])~[#8] || [#15]>=2
glycerophospholipid = [CX3](=[OX1])[OX2][CH2][CH]([#8])[CH2][OX2][PX4] || [#15] & [CX4]([#8])[CX4]([#8])[CX4][#8]
hexose = {sugar}==1 & carbon==6 & heavy==12 || [#6]([#8])[#6]([#8])[#6][#8] & carbon>=6
inositol = [CX4]1([OX2H1])[CX4]([OX2H1])[CX4]([OX2H1])[CX4]([OX2H1])[CX4]([OX2H1])[CX4]1[OX2H1] & heavy==12
    || [CX4;r6]([#8])[CX4;r6]([#8])[CX4;r6]([#8])[CX4;r6][#8]
n glycosyl compound = [#7][CX4;R]([OX2;R]) & {sugar} || [#7] & [#8;R]
depsipeptide = [CX3](=[OX1])[OX2H0][CX4][CX3](=[OX1])[#7,#8] & {amide} || [#6X3](=[OX1])[#7] & [#6X3](=[OX1])[#8]
steroid sulfate = {steroid} & [#6][OX2][SX4](=[OX1])(=[OX1])[OX2H1,OX1-] || {secosteroid} & [#16]~[#8]
cycloalkane = ring>=1 & ![!#6] & ![#6;!X4]
"""
