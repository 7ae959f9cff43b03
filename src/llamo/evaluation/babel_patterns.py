"""Definitions of common functional groups for the second route, written apart from the catalogue in `chem`.

They follow the catalogue's names and its documented conventions (a phenol is no alcohol, acetal oxygens are no
ethers, anilines are amines, acyl nitrogens are none), not its patterns. Most mark one atom a group: the
OH of an acid, the nitrogen of an amide.
"""

from __future__ import annotations

_ACYL = (
    "[CX3;$(C[#6]),$([CH1]),$([CH2])]"  # carbonyl carbon of acids and aldehydes, not of ureas and carbonates
)
_OPEN_CARBON = "[#6;!$(C=[O,S,N])]"
_FREE_AMINE = "+0;$(N[#6]);!$(NC=[O,S,N]);!$(N[!#6;!#1]);!$(NC#N)"
_HALOGEN = "F,Cl,Br,I"

OWN_PATTERNS: dict[str, str] = {
    "carboxylic acid": f"[OX2H1;$(O{_ACYL}=O)]",
    "carboxylate": f"[OX1-;$(O{_ACYL}=O)]",
    "ester": f"[OX2H0;$(O{_ACYL}=O);$(O(C=O){_OPEN_CARBON})]",
    "aldehyde": "[OX1;$(O=[CH1][#6]),$(O=[CH2])]",
    "ketone": "[OX1;$(O=C([#6])[#6])]",
    "alcohol": "[OX2H1;$(O[CX4])]",
    "primary alcohol": "[OX2H1;$(O[CX4H2][#6]),$(O[CX4H3])]",
    "secondary alcohol": "[OX2H1;$(O[CX4H1]([#6])[#6])]",
    "tertiary alcohol": "[OX2H1;$(O[CX4]([#6])([#6])[#6])]",
    "phenol": "[OX2H1;$(Oc1ccccc1)]",
    "ether": f"[OX2H0;$(O({_OPEN_CARBON}){_OPEN_CARBON});!$(O[CX4][OX2])]",
    "methoxy group": "[CH3;$([CH3][OX2]);!$([CH3]O*=[O,S]);!$([CH3]O[#6]=N);!$([CH3]OO)]",
    "epoxide": "[OX2;$(O1CC1)]",
    "amide": f"[NX3;$(N{_ACYL}=O);!$(N(C=O)C=O)]",
    "primary amide": f"[NX3H2;$(N{_ACYL}=O)]",
    "secondary amide": f"[NX3H1;$(N{_ACYL}=O);$(N(C=O)[#6]);!$(N(C=O)C=O)]",
    "tertiary amide": f"[NX3H0;$(N{_ACYL}=O);$(N(C=O)([#6])[#6]);!$(N(C=O)C=O)]",
    "carbamate": "[CX3;$(C(=O)(N)[OX2H0][#6])]",
    "guanidine": "[CX3;$(C(=N)([NX3])[NX3])]",
    "amine": f"[NX3;{_FREE_AMINE}]",
    "primary amine": f"[NX3H2;{_FREE_AMINE}]",
    "secondary amine": f"[NX3H1;{_FREE_AMINE}]",
    "tertiary amine": f"[NX3H0;{_FREE_AMINE}]",
    "aniline": f"[NX3;{_FREE_AMINE};$(Nc1ccccc1)]",
    "quaternary ammonium": "[NX4+;$(N([#6])([#6])([#6])[#6])]",
    "nitrile": "[NX1;$(N#C[#6])]",
    "nitro group": "[NX3+;$(N(=O)([O-])[#6])]",
    "nitrate ester": "[OX2;$(O([#6])[N+](=O)[O-])]",
    "isocyanate": "[CX2;$(C(=N)=O)]",
    "thiol": f"[SX2H1;$(S{_OPEN_CARBON})]",
    "thioether": f"[SX2H0;$(S({_OPEN_CARBON}){_OPEN_CARBON})]",
    "disulfide": "[SX2;$(S[#6])]-[SX2;$(S[#6])]",
    "sulfone": "[SX4;$(S(=O)(=O)([#6])[#6])]",
    "sulfonic acid": "[OX2H1;$(OS(=O)(=O)[#6])]",
    "fluoro compound": "[F;$(F[#6])]",
    "chloro compound": "[Cl;$(Cl[#6])]",
    "bromo compound": "[Br;$(Br[#6])]",
    "iodo compound": "[I;$(I[#6])]",
    "alkyl halide": f"[{_HALOGEN};$(*[CX4])]",
    "aryl halide": f"[{_HALOGEN};$(*c)]",
    "trifluoromethyl group": "[CX4;$(C(F)(F)F);$(C[!F])]",
    "alkyne": "[CX2]#[CX2]",
    "alkene": "[CX3]=[CX3]",
    "boronic acid": "[BX3;$(B([#6])([OH1])[OH1])]",
    "isopropyl group": "[CX4H1;$(C([CH3])[CH3]);!$(C([CH3])([CH3])[CH3])]",
    "tert-butyl group": "[CX4H0;$(C([CH3])([CH3])[CH3]);!$(C([CH3])([CH3])([CH3])[CH3])]",
}
