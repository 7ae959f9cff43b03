"""The classes of compounds that a structure decides, as ChEBI and PubChem name them: name | synonym = readings.

A reading is what has to be there, joined by "&": a SMARTS pattern, "!" before it for one that has to be absent,
"==2", ">=2" or "<=2" behind it for how often; {name} stands for a piece of `PIECES`; "charge", "carbon", "ring" ...
are numbers of the molecule (`claim_classes.NUMBERS`). Readings go from narrow to wide and are parted by "||": under
the first all chemists agree that the molecule belongs to the class, outside the last that it does not. Names are
singular, in American spelling, without hyphens.

Not here, since convention or origin decides: terpenoids, alkaloids, lignans, drugs, roles, "derivative".
"""

from __future__ import annotations

from llamo.chem.claim_further_classes import FURTHER_CLASSES
from llamo.chem.claim_other_classes import OTHER_CLASSES
from llamo.chem.claim_oxygen_classes import OXYGEN_CLASSES

PIECES: dict[str, str] = {
    "acid": "[#6X3;$([#6X3][#6]),$([#6X3H1])](=[OX1])[OX2H1]",
    "acidate": "[#6X3;$([#6X3][#6]),$([#6X3H1])](=[OX1])[OX1-]",
    "anylate": "[#6X3](=[OX1])[OX1-]",
    "acidlike": "[#6X3](=[OX1])[OX2H1,OX1-]",
    "ester": "[#6X3;$([#6X3][#6]),$([#6X3H1])](=[OX1])[OX2H0][#6]",
    "amide": "[#6X3;$([#6X3][#6]),$([#6X3H1])](=[OX1])[#7X3]",
    "anyester": "[#6X3,#15,#16](~[OX1,SX1])[#8X2H0,#16X2H0][#6]",
    "hydroxy": "[OX2H1;$(O[#6]);!$(O[#6X3]=[OX1])]",
    "alcohol": "[CX4][OX2H1]",
    "ketone": "[#6X3;$([#6X3]([#6])[#6])]=[OX1]",
    "carbonyl": "[#6X3]=[OX1]",
    "alkene": "[CX3]=[CX3]",
    "lactone": "[#6;R](=[OX1,SX1])@[#8X2,#16X2]",
    "peptide": "[CX3;$([CX3][CX4][NX3,NX4+])](=[OX1])[NX3;$([NX3][CX4][CX3]=[OX1])]",
    "phenolic": "[c;$(c1ccccc1)][OX2H1]",
    "sugar": "[OX2;R;$([OX2;R]1[CX4;R]([#8,#7,#16])[CX4;R]([#8,#7])[CX4;R][CX4;R]1),"
    "$([OX2;R]1[CX4;R]([#8,#7,#16])[CX4;R][CX4;R]([#8,#7])[CX4;R][CX4;R]1),"
    "$([OX2;R]1[CX4;R]([#8,#7,#16])[CX4;R]([#8,#7])[CX4;R][CX4;R][CX4;R]1)]",
    "sugarlike": "[#8X2;R;$([#8;R][CX4;R][CX4;R]),$([#8;R][CX4;R]~[#6;R])]",
    "coa": "[SX2;$(SCCNC(=O)CCNC(=O)C(O)C(C)(C)COP)]",
    "chain": "[CX4,CX3;!R]~[CX4,CX3;!R]~[CX4,CX3;!R]~[CX4,CX3;!R]",
    "nitrobenzoic": "[$(c1([CX3](=[OX1])[OX2H1])c([#7](~[OX1])~[OX1])cccc1),"
    "$(c1([CX3](=[OX1])[OX2H1])cc([#7](~[OX1])~[OX1])ccc1),$(c1([CX3](=[OX1])[OX2H1])ccc([#7](~[OX1])~[OX1])cc1)]",
    "steroid": "[#6]1~[#6]~[#6]~[#6]2~[#6](~[#6]~1)~[#6]~[#6]~[#6]1~[#6]~2~[#6]~[#6]~[#6]2~[#6]~[#6]~[#6]~[#6]~2~1",
    "secosteroid": "[#6;R2]~[#6;R]~[#6;R]~[#6;R2]",
}

CLASSES = OXYGEN_CLASSES + OTHER_CLASSES + FURTHER_CLASSES
