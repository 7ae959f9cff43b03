"""A thousand and more molecules of many kinds, put together from pieces, for golden tests."""

from __future__ import annotations

from itertools import product

from rdkit import Chem

# Where {a} and {b} stand, a substituent is put; ring numbers below 10 belong to the scaffolds.
_SCAFFOLDS = (
    "C({a}){b}", "C({a})(C)(C){b}", "C[C@H]({a})C{b}", "C[C@@]({a})(CC){b}", "F/C({a})=C/{b}",
    "F/C({a})=C\\{b}", "C(#C{a}){b}", "C(=C=C{a}){b}", "c1cc({a})ccc1{b}", "c1ccc({a})c({b})c1",
    "c1({a})ccc({b})s1", "c1c({a})[nH]cc1{b}", "c1nc({a})ncc1{b}", "Cn1cc({a})nc1{b}",
    "O=c1cc({a})[nH]cc1{b}", "c1ccc2c({a})c({b})ccc2c1", "C1CC({a})CCC1{b}", "C1C[C@H]({a})O[C@@H]1{b}",
    "C1C({a})C1{b}", "C1CN({a})CCN1{b}", "C1CC2({a})CCC1({b})C2", "C1({a})CCC2(CC1)CCCN2{b}",
    "O=C1C=C({a})C(=O)C=C1{b}", "C({a})(=O)N{b}", "C({a})(=O)OC{b}", "S({a})(=O)(=O)N{b}",
    "P({a})(=O)(O)OC{b}", "N({a})=NC{b}", "C({a})=NO{b}",
    "OC[C@H]1O[C@H]({a})[C@H](O)[C@@H](O)[C@@H]1{b}", "[Si]({a})(C)(C){b}", "B({a})(O)O.C{b}",
    "C1({a})=CC=CC=CC=C1{b}", "c1cc2c({a})cc3c({b})ccc4ccc(c1)c2c34",
)  # fmt: skip
_SUBSTITUENTS = (
    "C", "O", "N", "F", "Cl", "Br", "I", "S", "C#N", "C(=O)O", "C(=O)[O-]", "[NH3+]", "[N+](=O)[O-]",
    "C(F)(F)F", "OC", "N(C)C", "C%10CC%10", "c%10ccccc%10", "c%10ccncc%10", "[2H]", "[13CH3]", "S(C)=O",
    "P(C)C", "[Se]C", "N=[N+]=[N-]", "[CH2]", "[O]", "C=C", "*", "[C@@H](C)O",
)  # fmt: skip
_SPECIAL = (
    "[Pt@SP1](F)(Cl)(Br)I", "[Co@OH1](F)(Cl)(Br)(I)(N)O", "F[As@TB1](Cl)(Br)(I)N", "F[P](F)(F)(F)F",
    "F[I](F)F", "FS(F)(F)(F)(F)F", "F[Xe]F", "O=[Os](=O)(=O)=O", "[Fe](<-[C-]#[O+])<-[C-]#[O+]",
    "N->[Cu+2](<-N)(<-N)<-N", "CN->[Zn+2](<-NC)(<-O)<-O", "[C]", "[CH]", "[CH2]", "[N]", "[O][O]",
    "[C-4]", "[Pu+6]", "[Mo+6]", "[As-5]", "[Nb+5]", "[C]#[C]", "[Re]$[Re]", "C[N+](C)(C)C",
    "[O-]Cl(=O)(=O)=O", "[nH+]1c[nH]cc1", "c1cc[o+]cc1", "[cH-]1cccc1", "c1cc[cH+]ccc1",
    "[Na+].[Na+].[O-]S([O-])(=O)=O", "C[Hg]C", "[2H]O[3H]", "[235U]", "[H-].[Na+]", "CC=CC", "C/C=C/C",
    "C/C=C\\C", "C/C=C/C=C\\C", "CC(F)=NO", "C/C(F)=N/O", "[SiH3][SiH3]", "[GeH4]", "P", "[AsH3]",
    "C1CCCCCCCCCCCCCC1", "C1=CC2=CC=CC=CC2=C1", "C1CC2CCC1CC2", "C12C3C4C1C5C2C3C45",
    "c1ccc2c(c1)C1c3ccccc3C2C1", "OC%11CC%11", "C" * 300, "C(C)" * 90, "N#N", "[C-]#[O+]", "S=C=S",
    "[BH4-].[Li+]", "[18F]c1ccccc1", "[SH6]",
)  # fmt: skip


def varied_smiles() -> list[str]:
    """List the molecules: scaffolds with substituents, all elements, charges, metals, isotopes, stereo.

    The same list each time, more than 1,200 valid SMILES without a repeat.
    """
    combined = [
        scaffold.format(a=first, b=_SUBSTITUENTS[(index * 7 + 3) % len(_SUBSTITUENTS)])
        for index, (scaffold, first) in enumerate(product(_SCAFFOLDS, _SUBSTITUENTS))
    ]
    atoms = [f"[{Chem.GetPeriodicTable().GetElementSymbol(number)}]" for number in range(1, 119)]
    ions = [
        f"[{symbol}{sign}{size}]" for symbol in ("Fe", "Ru", "U") for sign in "+-" for size in range(1, 8)
    ]
    return list(dict.fromkeys((*combined, *atoms, *ions, *_SPECIAL)))
