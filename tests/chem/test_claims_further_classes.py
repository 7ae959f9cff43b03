"""Further classes that a structure decides: on a molecule of the class, a similar one that is not, and an open one."""

from __future__ import annotations

import pytest

from llamo.chem.claim_class_table import CLASSES
from llamo.chem.claim_classes import class_readings
from llamo.chem.claim_further_classes import FURTHER_CLASSES
from llamo.chem.claims import check_claims

GLUCOSE = "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O"
# fmt: off
# name, of the class, not of the class, open to reading ("" where no molecule is)
EXAMPLES = (
    ("flavonoid", "O=c1cc(-c2ccccc2)oc2ccccc12", "CCCCCCCCCCCCCCCC(=O)O", "O=C(/C=C/c1ccccc1)c1ccccc1O"),
    ("isoflavonoid", "O=c1c(-c2ccccc2)coc2ccccc12", "CCO", "O=c1cc(-c2ccccc2)oc2ccccc12"),
    ("dihydroflavonol", "O=C1C(O)C(c2ccccc2)Oc2ccccc12", "Oc1ccccc1", "O=C1CC(c2ccccc2)Oc2ccccc12"),
    ("glycosyloxyflavone", "O=c1cc(-c2ccccc2)oc2cc(O[C@@H]3O[C@H](CO)[C@@H](O)[C@H](O)[C@H]3O)ccc12",
     "O=c1cc(-c2ccccc2)oc2ccccc12", ""),
    ("stilbenol", "Oc1ccc(/C=C/c2ccccc2)cc1", "c1ccc(/C=C/c2ccccc2)cc1", "Oc1ccc(CCc2ccccc2)cc1"),
    ("cinnamic acid", "OC(=O)/C=C/c1ccccc1", "OC(=O)/C=C/C", "OC(=O)CCc1ccccc1"),
    ("alkyl phenylketone", "CC(=O)c1ccccc1", "CC(C)=O", "O=C(c1ccccc1)c1ccccc1"),
    ("nitrobenzoic acid", "OC(=O)c1cccc(c1)[N+](=O)[O-]", "OC(=O)c1ccccc1", "[O-]C(=O)c1cccc(c1)[N+](=O)[O-]"),
    ("phenylpyridine", "c1ccc(cc1)-c1ccccn1", "c1ccncc1", "c1ccc(cc1)Cc1ccccn1"),
    ("xanthene", "C1c2ccccc2Oc2ccccc12", "c1ccc2cc3ccccc3cc2c1", "O=c1c2ccccc2oc2ccccc12"),
    ("benzopyran", "C1CCOc2ccccc12", "C1CCc2ccccc2C1", ""),
    ("isochromane", "C1COCc2ccccc12", "C1CCc2ccccc2C1", "C1CCOc2ccccc12"),
    ("indanone", "O=C1CCc2ccccc12", "O=C1CCCC1", "O=C1CCCc2ccccc12"),
    ("oxazolidinone", "O=C1NCCO1", "O=C1CCCN1", "O=C1CONC1"),
    ("imidazolidinone", "O=C1NCCN1", "O=C1CCCN1", "O=C1CNC(=O)N1"),
    ("pyridinium salt", "C[n+]1ccccc1.[Cl-]", "c1ccncc1", "C[n+]1ccccc1"),
    ("pyridinium ion", "C[n+]1ccccc1", "c1ccncc1", "C[n+]1ccsc1"),
    ("chloride salt", "C[NH3+].[Cl-]", "C[NH3+].[Br-]", "CN.Cl"),
    ("organomercury compound", "C[Hg]Cl", "CCl", "Cl[Hg]Cl"),
    ("organoarsenic compound", "C[As](C)C", "CN(C)C", "[AsH3]"),
    ("organotin compound", "CCCC[Sn](Cl)(CCCC)CCCC", "CCCC", "Cl[Sn](Cl)(Cl)Cl"),
    ("organoselenium compound", "C[Se]C", "CSC", "[SeH2]"),
    ("alkylthiol", "CCS", "CSC", "Sc1ccccc1"),
    ("nitrogen mustard", "CN(CCCl)CCCl", "CN(CCO)CCO", "CN(CCCl)CC"),
    ("phosphorodiamide", "NP(N)(=O)OC", "COP(=O)(OC)OC", "NP(N)(N)=O"),
    ("bisphosphonate", "OP(O)(=O)CP(O)(O)=O", "CP(O)(O)=O", "OP(O)(=O)OP(O)(O)=O"),
    ("glycerophospholipid", "CCCC(=O)OC[C@H](OC(=O)CCC)COP(O)(O)=O", "CCOP(O)(O)=O", "OCC(O)COP(O)(O)=O"),
    ("hexose", GLUCOSE, "CCO", "OC[C@@H](O)[C@@H](O)[C@H](O)[C@@H](O)C=O"),
    ("inositol", "OC1C(O)C(O)C(O)C(O)C1O", "OC1CCCCC1", "OC1C(O)C(O)C(O)C(O)C1OP(O)(O)=O"),
    ("N-glycosyl compound", "Nc1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@H]2O)c(=O)n1", GLUCOSE, "C1COCCN1"),
    ("depsipeptide", "CC(O)C(=O)N[C@@H](C)C(=O)OC(C)C(=O)O", "CC(=O)NC", "COC(=O)CNC(C)=O"),
    ("steroid sulfate", "C[C@]12CC[C@H]3[C@@H](CC=C4C[C@H](CC[C@]34C)OS(O)(=O)=O)[C@@H]1CCC2=O",
     "C[C@]12CC[C@H]3[C@@H](CC=C4C[C@H](O)CC[C@]34C)[C@@H]1CCC2=O", ""),
    ("cycloalkane", "C1CCCCC1", "C1CCCCC1O", ""),
)
# fmt: on


@pytest.mark.parametrize(
    ("name", "inside", "outside", "open_one"), EXAMPLES, ids=[row[0] for row in EXAMPLES]
)
def test_a_class_on_molecules_inside_and_outside(name, inside, outside, open_one):
    article = "an" if name[0] in "aeioAEIO" else "a"

    def status(molecule: str) -> list[str]:
        return [verdict.status for verdict in check_claims(f"The molecule is {article} {name}.", molecule)]

    assert (status(inside), status(outside)) == (["true"], ["false"])
    assert not open_one or status(open_one) == ["unclear"]


def test_every_further_class_has_an_example():
    rows = [row for row in FURTHER_CLASSES.replace("\n    ", " ").splitlines() if row]
    names = {form.strip() for row in rows for form in row.partition(" = ")[0].split(" | ")}
    shown = {name.lower().replace("-", " ") for name, *_ in EXAMPLES}
    assert shown <= names
    assert len(rows) == len(EXAMPLES)


def test_no_class_is_written_twice():
    rows = [row for row in CLASSES.replace("\n    ", " ").splitlines() if row]
    names = [form.strip() for row in rows for form in row.partition(" = ")[0].split(" | ")]
    assert len(names) == len(set(names))
    assert len(class_readings()) == len(rows)
