"""The catalogue's ring systems: aromatic and saturated rings, fused skeletons.

A ring name means the skeleton, whatever sits on it: 2-pyridone has a pyridine ring, uracil a pyrimidine
ring, caffeine a purine skeleton. A ring inside a fused system counts as well: indole has a benzene and a
pyrrole ring.

One-ring names count every ring of the symmetrised set of smallest rings, `Facts.rings` only as many as are
independent: cubane has six cyclobutane rings (its faces) and is pentacyclic, bicyclo[2.2.2]octane has three
cyclohexane rings and is bicyclic. Which ring an independent set leaves out is arbitrary: in
2-azabicyclo[2.2.2]octane, whose rings are two piperidines and a cyclohexane, the order of the atoms would
decide whether there is a cyclohexane ring at all.
"""

from __future__ import annotations

from llamo.chem.group_catalogue import FunctionalGroup

_G = FunctionalGroup
_GONANE = "[#6]1~[#6]~[#6]~[#6]2~[#6](~[#6]~1)~[#6]~[#6]~[#6]1~[#6]~2~[#6]~[#6]~[#6]2~[#6]~[#6]~[#6]~[#6]~2~1"

# fmt: off
RING_GROUPS: tuple[FunctionalGroup, ...] = (
    _G("benzene ring", "c1ccccc1", "Cc1ccccc1", "C1CCCCC1"),
    _G("biphenyl", "c1ccccc1-c1ccccc1", "c1ccccc1-c1ccccc1", "c1ccccc1Cc1ccccc1", "benzene ring"),
    _G("naphthalene", "c1ccc2ccccc2c1", "c1ccc2ccccc2c1", "c1ccccc1-c1ccccc1", "benzene ring"),
    _G("anthracene", "c1ccc2cc3ccccc3cc2c1", "c1ccc2cc3ccccc3cc2c1", "c1ccc2c(c1)ccc1ccccc12", "naphthalene"),
    _G("phenanthrene", "c1ccc2c(c1)ccc1ccccc12", "c1ccc2c(c1)ccc1ccccc12", "c1ccc2cc3ccccc3cc2c1",
       "naphthalene"),
    _G("pyridine ring", "n1ccccc1", "Cc1ccncc1", "c1cncnc1"),
    _G("pyrimidine ring", "n1cnccc1", "O=c1cc[nH]c(=O)[nH]1", "c1cnccn1"),
    _G("pyrazine ring", "n1ccncc1", "c1cnccn1", "c1cncnc1"),
    _G("pyridazine ring", "n1ncccc1", "c1ccnnc1", "c1cncnc1"),
    _G("triazine ring", "n1cncnc1", "c1ncncn1", "c1cncnc1"),
    _G("pyrrole ring", "n1cccc1", "c1cc[nH]c1", "C1CCNC1"),
    _G("furan ring", "o1cccc1", "c1ccoc1", "C1CCOC1"),
    _G("thiophene ring", "s1cccc1", "c1ccsc1", "C1CCSC1"),
    _G("imidazole ring", "n1cncc1", "c1c[nH]cn1", "c1cc[nH]n1"),
    _G("pyrazole ring", "n1nccc1", "c1cc[nH]n1", "c1c[nH]cn1"),
    _G("oxazole ring", "o1cncc1", "c1cocn1", "c1ccon1"),
    _G("isoxazole ring", "o1nccc1", "c1ccon1", "c1cocn1"),
    _G("thiazole ring", "s1cncc1", "c1cscn1", "c1ccsn1"),
    _G("oxadiazole ring", "[o;$(o1nccn1),$(o1cnnc1),$(o1ncnc1),$(o1nncc1)]", "c1nnco1", "c1cocn1"),
    _G("1,2,3-triazole ring", "n1nncc1", "c1c[nH]nn1", "c1nc[nH]n1"),
    _G("1,2,4-triazole ring", "n1ncnc1", "c1nc[nH]n1", "c1nnn[nH]1"),
    _G("tetrazole ring", "n1nnnc1", "c1nnn[nH]1", "c1nc[nH]n1"),
    _G("indole", "n1ccc2ccccc12", "c1ccc2[nH]ccc2c1", "c1ccc2[nH]cnc2c1", "pyrrole ring"),
    _G("benzimidazole", "n1cnc2ccccc12", "c1ccc2[nH]cnc2c1", "c1ccc2[nH]ccc2c1", "imidazole ring"),
    _G("benzofuran", "o1ccc2ccccc12", "c1ccc2occc2c1", "c1ccc2sccc2c1", "furan ring"),
    _G("benzothiophene", "s1ccc2ccccc12", "c1ccc2sccc2c1", "c1ccc2occc2c1", "thiophene ring"),
    _G("carbazole", "c1ccc2c(c1)nc1ccccc12", "c1ccc2c(c1)[nH]c1ccccc12", "c1ccc2c(c1)oc1ccccc12", "indole"),
    _G("quinoline", "n1cccc2ccccc12", "c1ccc2ncccc2c1", "c1ccc2cnccc2c1", "pyridine ring"),
    _G("isoquinoline", "c1nccc2ccccc12", "c1ccc2cnccc2c1", "c1ccc2ncccc2c1", "pyridine ring"),
    _G("quinazoline", "n1cnc2ccccc2c1", "c1ccc2ncncc2c1", "c1ccc2nccnc2c1", "pyrimidine ring"),
    _G("quinoxaline", "n1ccnc2ccccc12", "c1ccc2nccnc2c1", "c1ccc2ncncc2c1", "pyrazine ring"),
    _G("purine skeleton", "n1cnc2ncncc12", "Nc1ncnc2[nH]cnc12", "c1ccc2[nH]cnc2c1", "pyrimidine ring"),
    _G("pteridine skeleton", "n1cnc2nccnc2c1", "c1cnc2ncncc2n1", "c1ccc2nccnc2c1", "pyrimidine ring"),
    _G("coumarin", "O=c1ccc2ccccc2o1", "O=c1ccc2ccccc2o1", "O=c1ccoc2ccccc12", "benzene ring"),
    _G("chromone", "O=c1ccoc2ccccc12", "O=c1ccoc2ccccc12", "O=c1ccc2ccccc2o1", "benzene ring"),
    _G("flavone skeleton", "O=c1cc(-c2ccccc2)oc2ccccc12", "O=c1cc(-c2ccccc2)oc2ccccc12",
       "O=c1c(-c2ccccc2)coc2ccccc12", "chromone"),
    _G("xanthone", "O=c1c2ccccc2oc2ccccc12", "O=c1c2ccccc2oc2ccccc12", "O=C1c2ccccc2C(=O)c2ccccc21",
       "benzene ring"),
    _G("anthraquinone", "O=C1c2ccccc2C(=O)c2ccccc12", "O=C1c2ccccc2C(=O)c2ccccc21", "O=C1C=CC(=O)c2ccccc21",
       "quinone"),
    _G("cyclopropane ring", "[CX4]1[CX4][CX4]1", "CC1CC1", "C1CO1"),
    _G("cyclobutane ring", "[CX4]1[CX4][CX4][CX4]1", "CC1CCC1", "CC1CC1"),
    _G("cyclopentane ring", "[CX4]1[CX4][CX4][CX4][CX4]1", "CC1CCCC1", "C1CCOC1"),
    _G("cyclohexane ring", "[CX4]1[CX4][CX4][CX4][CX4][CX4]1", "CC1CCCCC1", "c1ccccc1"),
    _G("aziridine ring", "[N;r3]1[#6][#6]1", "C1CN1", "C1CO1"),
    _G("azetidine ring", "[NX3,NX4+]1[CX4][CX4][CX4]1", "C1CNC1", "C1CCNC1"),
    _G("pyrrolidine ring", "[NX3,NX4+]1[CX4][CX4][CX4][CX4]1", "C1CCNC1", "C1CCNCC1"),
    _G("piperidine ring", "[NX3,NX4+]1[CX4][CX4][CX4][CX4][CX4]1", "C1CCNCC1", "C1CNCCN1"),
    _G("piperazine ring", "[NX3,NX4+]1[CX4][CX4][NX3,NX4+][CX4][CX4]1", "C1CNCCN1", "C1COCCN1"),
    _G("morpholine ring", "[NX3,NX4+]1[CX4][CX4][OX2][CX4][CX4]1", "C1COCCN1", "C1CNCCN1"),
    _G("tetrahydrofuran ring", "[OX2]1[CX4][CX4][CX4][CX4]1", "C1CCOC1", "c1ccoc1"),
    _G("tetrahydropyran ring", "[OX2]1[CX4][CX4][CX4][CX4][CX4]1", "C1CCOCC1", "C1CCOC1"),
    _G("adamantane skeleton", "C1C2CC3CC1CC(C2)C3", "NC12CC3CC(CC(C3)C1)C2", "C1CC2CCC1C2"),
    _G("steroid skeleton", _GONANE, "C[C@]12CC[C@H]3[C@@H](CC=C4C[C@@H](O)CC[C@]34C)[C@@H]1CC[C@@H]2O",
       "C1CCC2C(C1)CCC1C2CCC2CCCCC12"),
)
# fmt: on
