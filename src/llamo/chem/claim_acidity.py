"""Whether a molecule counts as an acid or a base: surely, or to some chemists.

Surely acidic are carboxylic, sulfonic and phosphorus acids and tetrazoles, surely basic aliphatic amines,
amidines and guanidines, pyridine- and imidazole-like nitrogen, alkoxides and carboxylates. Phenols, thiols,
imides, anilines and the like depend on whom one asks. An alcohol is no acid and an ether no base.
"""

from __future__ import annotations

from llamo.chem.claim_patterns import Counts, has_pattern
from llamo.chem.claim_view import MoleculeView

_ACIDS = ("[CX3,#16X4,#15](=[OX1])[OX2H1]", "[nH]1nnnc1")
_WEAK_ACIDS = (
    "[a][OX2H1]", "[SX2H1]", "[#7;!H0](~[#6,#16]=[O,S])", "[#7+;!H0]", "[#5][OX2H1]", "[ClH,BrH,IH,FH;D0]",
    "[CX3]=[CX3][OX2H1]", "[nH]", "[#6]=[SX1]", "[#8X2H1][!#6]", "[CH2]([#6]=O)[#6]=O", "[OX2H1][CX4][F,Cl]",
    "[#16X3,Se,As][OX2H1]", "[+;!H0]",
)  # fmt: skip
_BASES = (
    "[NX3;+0;$(N[CX4]);!$(N[#6]=[O,S,N]);!$(N[!#6;!#1]);!$(Na);!$(N[CX3]=[CX3]);!$(NC#N)]",
    "[#6X3](=[NX2])[NX3]", "[nX2;r6;+0;!$(n:n)]", "[nX2;r5]1c[nX3]cc1", "[OX1-;$([O-][CX3])]",
    "[NX2;+0;$(N=[CX3]);!$(NO)]", "[OH-]",
)  # fmt: skip
_WEAK_BASES = ("[#7;+0;!$([#7]#*)]", "[#7X1]", "[-]", "[#15X3]")
_LONE_PAIRS = ("[#8X2,#16X2]", "[OX1]")
_PROTIC = "[#8,#7,#16,F,Cl,Br,I;!H0]"


def _has_any(view: MoleculeView, patterns: tuple[str, ...]) -> bool:
    return any(has_pattern(view.mol, smarts) for smarts in patterns)


def acid(view: MoleculeView) -> Counts:
    """Tell an acid: surely, and to some."""
    is_sure = _has_any(view, _ACIDS)
    return int(is_sure), int(is_sure or _has_any(view, _WEAK_ACIDS))


def base(view: MoleculeView) -> Counts:
    """Tell a base: surely, and to some."""
    is_sure = _has_any(view, _BASES)
    return int(is_sure), int(is_sure or _has_any(view, _WEAK_BASES))


def bronsted_acid(view: MoleculeView) -> Counts:
    """Tell what can give a proton: phenols and ammonium surely, any O-H or N-H to some."""
    is_sure = bool(acid(view)[0]) or _has_any(view, ("[a][OX2H1]", "[#7+;!H0]"))
    return int(is_sure), int(is_sure or has_pattern(view.mol, _PROTIC))


def bronsted_base(view: MoleculeView) -> Counts:
    """Tell what can take a proton: bases surely, any lone pair to some."""
    is_sure, is_weak = base(view)
    return is_sure, int(is_weak or _has_any(view, _LONE_PAIRS))


def amphoteric(view: MoleculeView) -> Counts:
    """Tell what is acid and base at once."""
    acidic, basic = acid(view), base(view)
    return int(acidic[0] and basic[0]), int(acidic[-1] and basic[-1])
