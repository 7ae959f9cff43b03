"""The catalogue of functional groups: names as chemists use them, SMARTS, an example and a counterexample.

A match is the group's own atoms; its surroundings stand in `$(...)`. General classes include their special
cases (an ester may be a lactone, an alcohol a hemiacetal's): `kind_of` names the class, and every match of
the special case lies on one of the class. Choices that textbooks leave open:

- alcohol: OH on a saturated carbon, hemiacetals included (glucose has five); primary to tertiary only where
  the carbon's other neighbours are carbons.
- ether: C-O-C without a carbonyl beside it; the oxygens of acetals and hemiacetals do not count.
- amine: neutral, trivalent nitrogen on carbon, neither acyl nor bound to a heteroatom; anilines are amines.
- phenol: OH on an all-carbon aromatic six-ring; aniline likewise, counted by its nitrogens (diphenylamine is
  one).
- methoxy group: OCH3 that is no methyl ester of a carboxylic, sulfur, phosphorus or nitrogen oxoacid, imidates
  and thio acids included, nor half of a peroxide.
"""

from __future__ import annotations

from typing import NamedTuple


class FunctionalGroup(NamedTuple):
    """One kind of group.

    Attributes:
        name: What chemists call it.
        smarts: Its pattern.
        example: SMILES of a molecule that has it.
        counterexample: SMILES of a similar one that has not.
        kind_of: Name of the more general class, or empty.
    """

    name: str
    smarts: str
    example: str
    counterexample: str
    kind_of: str = ""


_G = FunctionalGroup
# Pieces that many patterns share.
_ACYL = (
    "[CX3;$([CX3][#6]),$([CX3;H1,H2])]"  # a carbonyl carbon on carbon or hydrogen alone: no carbonic acids
)
_ALKYL = "[#6;!$([#6]=[O,S,N])]"  # carbon that is no carbonyl, thiocarbonyl or imine carbon
_AMINE_N = "+0;!$([NX3][CX3]=[O,S,N]);!$([NX3][!#6;!#1]);!$([NX3][CX2]#[NX1]);$([NX3][#6])"
_PHENYL_C = "[c;$(c1ccccc1)]"

# fmt: off
OXYGEN_GROUPS: tuple[FunctionalGroup, ...] = (
    _G("carboxylic acid", f"{_ACYL}(=[OX1])[OX2H1]", "CC(=O)O", "CC(=O)OC"),
    _G("carboxylate", f"{_ACYL}(=[OX1])[OX1-]", "CC(=O)[O-].[Na+]", "CC(=O)O"),
    _G("ester", f"{_ACYL}(=[OX1])[OX2H0;$(O([CX3]=[OX1]){_ALKYL})]", "CC(=O)OC", "CC(=O)OC(C)=O"),
    _G("lactone", f"{_ACYL}(=[OX1])@[OX2H0;$(O([CX3]=[OX1]){_ALKYL})]", "O=C1CCCO1", "CC(=O)OC1CCCC1",
       "ester"),
    _G("thioester", f"{_ACYL}(=[OX1])[SX2H0;$(S[#6])]", "CC(=O)SCC", "CC(=S)OCC"),
    _G("carboxylic anhydride", f"{_ACYL}(=[OX1])[OX2]{_ACYL}=[OX1]", "CC(=O)OC(C)=O", "COC(=O)OC(=O)OC"),
    _G("acyl chloride", f"{_ACYL}(=[OX1])Cl", "CC(=O)Cl", "ClCC=O"),
    _G("carbonate ester", "[OX2;$(O[#6])][CX3](=[OX1])[OX2;$(O[#6])]", "COC(=O)OC", "COC(=O)NC"),
    _G("aldehyde", "[$([CX3H1][#6]),$([CX3H2])]=[OX1]", "CC=O", "O=CO"),
    _G("ketone", "[CX3;$([CX3]([#6])[#6])]=[OX1]", "CC(C)=O", "CC(N)=O"),
    _G("alpha,beta-unsaturated ketone", "[CX3;$([CX3]([#6])[#6])](=[OX1])[CX3]=[CX3]", "CC(=O)C=C",
       "CC(=O)CC=C", "ketone"),
    _G("quinone", "[CX3]1(=[OX1])[#6]=,:[#6][CX3](=[OX1])[#6]=,:[#6]1", "O=C1C=CC(=O)C=C1", "O=C1C=CCC=C1",
       "ketone"),
    _G("ketene", "[CX3]=[CX2]=[OX1]", "C=C=O", "CC=O"),
    _G("alcohol", "[CX4][OX2H1]", "CCO", "Oc1ccccc1"),
    _G("primary alcohol", "[CX4;$([CX4H2][#6]),$([CX4H3])][OX2H1]", "CCO", "CC(C)O", "alcohol"),
    _G("secondary alcohol", "[CX4H1;$([CX4]([#6])[#6])][OX2H1]", "CC(C)O", "CCO", "alcohol"),
    _G("tertiary alcohol", "[CX4;$([CX4]([#6])([#6])[#6])][OX2H1]", "CC(C)(C)O", "CC(C)O", "alcohol"),
    _G("phenol", f"{_PHENYL_C}[OX2H1]", "Oc1ccccc1", "OCc1ccccc1"),
    _G("phenolate", f"{_PHENYL_C}[OX1-]", "[O-]c1ccccc1", "Oc1ccccc1"),
    _G("catechol", "[c;$(c1ccccc1)]([OX2H1]):c[OX2H1]", "Oc1ccccc1O", "Oc1cccc(O)c1", "phenol"),
    _G("enol", "[CX3]=[CX3][OX2H1]", "C=CO", "CC=O"),
    _G("ether", f"[OX2H0;$(O({_ALKYL}){_ALKYL});!$(O[CX4][OX2])]", "CCOCC", "CC(=O)OC"),
    _G("methoxy group", "[OX2H0;!$(O*=[OX1,SX1]);!$(O[#6]=N);!$(OO)][CX4H3]", "COc1ccccc1", "COC(C)=O"),
    _G("epoxide", "[OX2r3]1[#6r3][#6r3]1", "C1CO1", "C1CCO1"),
    _G("acetal", "[CX4;$([CX4]([OX2H0][#6])[OX2H0][#6]);!$([CX4]([OX2])([OX2])[OX2]);!$([CX4][OX2H1])]",
       "COC(C)OC", "COC(C)O"),
    _G("hemiacetal", "[CX4;$([CX4]([OX2H1])[OX2H0][#6]);!$([CX4]([OX2])([OX2])[OX2])]", "COC(C)O",
       "COC(C)OC"),
    _G("orthoester", "[CX4]([OX2;$(O[#6])])([OX2;$(O[#6])])[OX2;$(O[#6])]", "COC(OC)OC", "COCOC"),
    _G("peroxide", "[OX2][OX2]", "COOC", "COCOC"),
    _G("hydroperoxide", "[OX2;$(O[#6])][OX2H1]", "CCOO", "CCOOC", "peroxide"),
)

NITROGEN_GROUPS: tuple[FunctionalGroup, ...] = (
    _G("amide", f"{_ACYL}(=[OX1])[NX3;!$(N([CX3]=[OX1])[CX3]=[OX1])]", "CC(=O)NC", "NC(N)=O"),
    _G("primary amide", f"{_ACYL}(=[OX1])[NX3H2]", "CC(N)=O", "CNC(C)=O", "amide"),
    _G("secondary amide", f"{_ACYL}(=[OX1])[NX3H1;$(N([CX3]=[OX1])[#6]);!$(N([CX3]=[OX1])[CX3]=[OX1])]",
       "CNC(C)=O", "CN(C)C(C)=O", "amide"),
    _G("tertiary amide", f"{_ACYL}(=[OX1])[NX3;$(N([CX3]=[OX1])([#6])[#6]);!$(N([CX3]=[OX1])[CX3]=[OX1])]",
       "CN(C)C(C)=O", "CNC(C)=O", "amide"),
    _G("lactam", f"{_ACYL}(=[OX1])@[NX3;!$(N([CX3]=[OX1])[CX3]=[OX1])]", "O=C1CCCN1", "CNC(C)=O", "amide"),
    _G("beta-lactam", "[CX3;r4](=[OX1])@[NX3;r4]", "O=C1CCN1", "O=C1CCCN1"),
    _G("hydroxamic acid", f"{_ACYL}(=[OX1])[NX3;!$(N([CX3]=[OX1])[CX3]=[OX1])][OX2H1]",
       "CC(=O)NO", "CC(=O)NOC", "amide"),
    _G("hydrazide", f"{_ACYL}(=[OX1])[NX3;!$(N([CX3]=[OX1])[CX3]=[OX1])][NX3]", "CC(=O)NN", "CC(=O)NC",
       "amide"),
    _G("peptide bond", "[CX3;$([CX3][CX4][NX3,NX4+])](=[OX1])[NX3;$([NX3][CX4][CX3]=[OX1])]",
       "NCC(=O)NCC(=O)O", "NCC(=O)NCCO"),
    _G("imide", f"{_ACYL}(=[OX1])[NX3]{_ACYL}=[OX1]", "O=C1CCC(=O)N1", "O=C1CCCN1"),
    _G("urea", "[NX3][CX3](=[OX1])[NX3]", "CNC(=O)NC", "CNC(=O)OC"),
    _G("thiourea", "[NX3][CX3](=[SX1])[NX3]", "NC(N)=S", "NC(N)=O"),
    _G("carbamate", "[NX3][CX3](=[OX1])[OX2H0;$(O[#6])]", "CNC(=O)OC", "CNC(=O)NC"),
    _G("guanidine", "[CX3](=[NX2,NX3+])([NX3])[NX3]", "NC(N)=N", "NC(N)=O"),
    _G("amidine", "[CX3;$([CX3][#6]),$([CX3H1])](=[NX2,NX3+])[NX3]", "CC(N)=N", "NC(N)=N"),
    _G("amine", f"[NX3;{_AMINE_N}]", "CCN", "CC(N)=O"),
    _G("primary amine", f"[NX3H2;{_AMINE_N}]", "CCN", "CNC", "amine"),
    _G("secondary amine", f"[NX3H1;{_AMINE_N};$([NX3]([#6])[#6])]", "CNC", "CN(C)C", "amine"),
    _G("tertiary amine", f"[NX3;{_AMINE_N};$([NX3]([#6])([#6])[#6])]", "CN(C)C", "CNC", "amine"),
    _G("aniline", f"[NX3;{_AMINE_N};$([NX3]{_PHENYL_C})]", "Nc1ccccc1", "NCc1ccccc1", "amine"),
    _G("ammonium", "[NX4+;!H0;$([NX4+][#6])]", "C[NH3+]", "C[N+](C)(C)C"),
    _G("quaternary ammonium", "[NX4+;$([NX4+]([#6])([#6])([#6])[#6])]", "C[N+](C)(C)C", "C[NH+](C)C"),
    _G("alpha-amino acid", "[NX3H2,NX3H1,NX4+;!$(N[CX3]=[O,S,N])][CX4][CX3](=[OX1])[OX2H1,OX1-]",
       "C[C@H](N)C(=O)O", "NCCC(=O)O"),
    _G("imine", "[CX3;!$([CX3][N,O,S])]=[NX2;$(N[#6]),$([NX2H1])]", "CC(C)=NC", "CC(C)=NO"),
    _G("oxime", "[CX3]=[NX2][OX2H1]", "CC(C)=NO", "CC(C)=NOC"),
    _G("oxime ether", "[CX3]=[NX2][OX2H0;$(O[#6])]", "CC(C)=NOC", "CC(C)=NO"),
    _G("hydrazine", "[NX3;+0;!$(N[CX3]=[O,S,N])][NX3;+0;!$(N[CX3]=[O,S,N])]", "CNN", "CC(=O)NN"),
    _G("hydrazone", "[CX3]=[NX2][NX3]", "CC(C)=NN", "CC(C)=NC"),
    _G("azo compound", "[NX2;$(N[#6])]=[NX2;$(N[#6])]", "c1ccccc1N=Nc1ccccc1", "c1ccccc1NNc1ccccc1"),
    _G("azide", "[NX2;$([NX2]=[NX2+]=[NX1-]),$([NX2-][NX2+]#[NX1])]~[NX2+]~[NX1]", "CN=[N+]=[N-]", "CN=NC"),
    _G("diazo compound", "[#6]=[NX2+]=[NX1-]", "C=[N+]=[N-]", "CN=[N+]=[N-]"),
    _G("diazonium", "[#6][NX2+]#[NX1]", "c1ccccc1[N+]#N", "c1ccccc1N=NC"),
    _G("nitrile", "[CX2;$([CX2][#6])]#[NX1]", "CC#N", "CSC#N"),
    _G("isocyanide", "[#6][NX2+]#[CX1-]", "C[N+]#[C-]", "CC#N"),
    _G("isocyanate", "[NX2]=[CX2]=[OX1]", "CN=C=O", "CN=C=S"),
    _G("isothiocyanate", "[NX2]=[CX2]=[SX1]", "CN=C=S", "CSC#N"),
    _G("thiocyanate", "[SX2][CX2]#[NX1]", "CSC#N", "CN=C=S"),
    _G("nitro group", "[NX3+;$([NX3+][#6])](=[OX1])[OX1-]", "C[N+](=O)[O-]", "CO[N+](=O)[O-]"),
    _G("nitrate ester", "[OX2;$(O[#6])][NX3+](=[OX1])[OX1-]", "CO[N+](=O)[O-]", "C[N+](=O)[O-]"),
    _G("nitroso group", "[NX2;$(N[#6,#7])]=[OX1]", "CN=O", "C[N+](=O)[O-]"),
    _G("nitrosamine", "[NX3][NX2]=[OX1]", "CN(C)N=O", "CN=O", "nitroso group"),
    _G("N-oxide", "[$([nX3+]),$([NX4+])][OX1-]", "[O-][n+]1ccccc1", "C[N+](=O)[O-]"),
)

OTHER_GROUPS: tuple[FunctionalGroup, ...] = (
    _G("thiol", f"{_ALKYL}[SX2H1]", "CCS", "CSC"),
    _G("thioether", f"[SX2H0;$(S({_ALKYL}){_ALKYL})]", "CSC", "CSSC"),
    _G("disulfide", "[SX2;$(S[#6])][SX2;$(S[#6])]", "CSSC", "CSC"),
    _G("sulfoxide", "[SX3;$([SX3]([#6])[#6])]~[OX1]", "CS(C)=O", "CS(C)(=O)=O"),
    _G("sulfone", "[SX4;$([SX4]([#6])[#6])](=[OX1])=[OX1]", "CS(C)(=O)=O", "CS(C)=O"),
    _G("sulfonamide", "[SX4;$([SX4][#6])](=[OX1])(=[OX1])[NX3]", "CS(N)(=O)=O", "CS(=O)(=O)O"),
    _G("sulfonic acid", "[SX4;$([SX4][#6])](=[OX1])(=[OX1])[OX2H1]", "CS(=O)(=O)O", "CS(=O)(=O)OC"),
    _G("sulfonate", "[SX4;$([SX4][#6])](=[OX1])(=[OX1])[OX1-]", "CS(=O)(=O)[O-]", "CS(=O)(=O)O"),
    _G("sulfonate ester", "[SX4;$([SX4][#6])](=[OX1])(=[OX1])[OX2H0;$(O[#6])]", "CS(=O)(=O)OC",
       "CS(=O)(=O)O"),
    _G("sulfonyl chloride", "[SX4;$([SX4][#6])](=[OX1])(=[OX1])Cl", "CS(=O)(=O)Cl", "CS(N)(=O)=O"),
    _G("sulfinic acid", "[SX3;$([SX3][#6])](=[OX1])[OX2H1,OX1-]", "CS(=O)O", "CS(=O)(=O)O"),
    _G("sulfate ester", "[SX4;$([SX4]([OX2][#6])([OX2,OX1-])(=[OX1])=[OX1])](=[OX1])=[OX1]",
       "COS(=O)(=O)O", "CS(=O)(=O)O"),
    _G("thioamide", "[CX3;$([CX3][#6]),$([CX3H1])](=[SX1])[NX3]", "CC(N)=S", "NC(N)=S"),
    _G("thioketone", "[CX3;$([CX3]([#6])[#6])]=[SX1]", "CC(C)=S", "CC(N)=S"),
    _G("phosphate ester", "[PX4](=[OX1])([OX2,OX1-])([OX2,OX1-])[OX2;$(O[#6])]", "COP(=O)(O)O", "CP(=O)(O)O"),
    _G("phosphoanhydride", "[PX4;$(P=[OX1])][OX2][PX4;$(P=[OX1])]", "COP(=O)(O)OP(=O)(O)O", "COP(=O)(O)OC"),
    _G("phosphonic acid", "[PX4;$([PX4][#6])](=[OX1])([OX2H1,OX1-])[OX2H1,OX1-]", "CP(=O)(O)O",
       "COP(=O)(O)O"),
    _G("phosphonate ester", "[PX4;$([PX4][#6])](=[OX1])([OX2,OX1-])[OX2;$(O[#6])]", "CP(=O)(O)OC",
       "CP(=O)(O)O"),
    _G("phosphine", "[PX3;$([PX3][#6]);!$([PX3][!#6;!#1])]", "CP(C)C", "CP(C)(C)=O"),
    _G("phosphine oxide", "[PX4;$([PX4]([#6])([#6])[#6])]=[OX1]", "CP(C)(C)=O", "CP(C)C"),
    _G("phosphonium", "[PX4+;$([PX4+][#6])]", "C[P+](C)(C)C", "CP(C)C"),
    _G("boronic acid", "[BX3;$([BX3][#6])]([OX2H1])[OX2H1]", "CB(O)O", "OB(O)O"),
    _G("boronic ester", "[BX3;$([BX3][#6])]([OX2;$(O[#6])])[OX2;$(O[#6])]", "COB(C)OC", "CB(O)O"),
    _G("silane", "[SiX4;$([SiX4][#6])]", "C[Si](C)(C)C", "O[Si](O)(O)O"),
    _G("silyl ether", "[SiX4;$([SiX4][#6])][OX2;$(O[#6])]", "CO[Si](C)(C)C", "C[Si](C)(C)C", "silane"),
    _G("fluoro compound", "[#6]F", "CF", "F"),
    _G("chloro compound", "[#6]Cl", "CCl", "C[NH3+].[Cl-]"),
    _G("bromo compound", "[#6]Br", "CBr", "C[NH3+].[Br-]"),
    _G("iodo compound", "[#6]I", "CI", "C[NH3+].[I-]"),
    _G("alkyl halide", "[CX4][F,Cl,Br,I]", "CCCl", "Clc1ccccc1"),
    _G("aryl halide", "[c][F,Cl,Br,I]", "Clc1ccccc1", "ClCc1ccccc1"),
    _G("trifluoromethyl group", "[CX4;$([CX4][!F])](F)(F)F", "CC(F)(F)F", "FC(F)F"),
    _G("alkene", "[CX3]=[CX3]", "C=C", "c1ccccc1"),
    _G("conjugated diene", "[CX3]=[CX3]-[CX3]=[CX3]", "C=CC=C", "C=CCC=C", "alkene"),
    _G("allene", "[CX3]=[CX2]=[CX3]", "C=C=C", "C=CC"),
    _G("alkyne", "[CX2]#[CX2]", "C#C", "C=C"),
    _G("terminal alkyne", "[CX2H1]#[CX2;$([CX2][#6])]", "CC#C", "CC#CC", "alkyne"),
    _G("isopropyl group", "[CX4H1;D3]([CX4H3])[CX4H3]", "CC(C)c1ccccc1", "CCCc1ccccc1"),
    _G("tert-butyl group", "[CX4;D4]([CX4H3])([CX4H3])[CX4H3]", "CC(C)(C)O", "CC(C)O"),
)
# fmt: on
