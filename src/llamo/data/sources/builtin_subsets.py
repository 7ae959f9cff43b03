"""Four kinds of well-known molecules, for studies that ask whether a finding holds beyond one of them."""

from __future__ import annotations

# Up to nine heavy atoms of carbon, nitrogen, oxygen and fluorine, as in QM9.
SMALL = (
    "CCO", "CC=O", "CC(C)=O", "CC(=O)O", "CCN", "CC#N", "C1CC1", "C1CO1", "C1CCO1", "C1CCOC1", "C1CCNC1",
    "C1CCCCC1", "C1CCC=CC1", "c1ccccc1", "Cc1ccccc1", "Oc1ccccc1", "Nc1ccccc1", "Fc1ccccc1", "c1ccncc1",
    "c1cncnc1", "c1cnccn1", "c1ccoc1", "c1cc[nH]c1", "c1c[nH]cn1", "c1cocn1", "Cn1cccc1", "CC(N)C(=O)O",
    "NCC(=O)O", "NCCO", "OCCO", "OCC(O)CO", "CC(O)C(C)O", "CCC(=O)CC", "CCOC(C)=O", "CNC(C)=O", "CN(C)C=O",
    "NC(N)=O", "O=C1CCCO1", "O=C1CCCN1", "O=C1CCCCC1", "O=C1C=CCC1", "C#CCO", "C#CC#N", "C=CC=C", "C=CC#C",
    "CC(C)(C)O", "CC(C)(C)C", "CCCCCCC", "CC1CC1C", "C1C2CC1C2", "C1CC2CC2C1", "C1CC2CCC1C2", "CC1(C)CO1",
    "FC(F)(F)C=O", "FC(F)CO", "NC(=O)C=C", "O=CC=O", "O=Cc1ccco1", "CC1=CCCC1=O", "COC1CCOC1", "N#CCC#N",
    "CC(=N)N", "CON=C", "OC1CC1O", "OCC1CC1", "NC1=NC=CO1", "Cc1nnco1", "CC1CNC1=O", "O=C1NC=CN1", "C1NC1C#N",
)  # fmt: skip

# Medicines.
DRUGS = (
    "CC(=O)Oc1ccccc1C(=O)O", "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "CC(=O)Nc1ccc(O)cc1",
    "COc1ccc2cc(ccc2c1)C(C)C(=O)O", "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21", "CC(C)NCC(O)COc1cccc2ccccc12",
    "CC(C)NCC(O)COc1ccc(CC(N)=O)cc1", "CN(C)C(=N)NC(=N)N", "OC(=O)Cc1ccccc1Nc1c(Cl)cccc1Cl",
    "CCN(CC)CC(=O)Nc1c(C)cccc1C", "CCN(CC)CCOC(=O)c1ccc(N)cc1", "CNCCC(Oc1ccc(cc1)C(F)(F)F)c1ccccc1",
    "CN(C)CCC=C1c2ccccc2CCc2ccccc21", "CN1CCN(CC1)C1=Nc2cc(Cl)ccc2Nc2ccccc21",
    "OC(=O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O", "Nc1ccc(cc1)S(=O)(=O)Nc1cc(C)on1",
    "COc1cc(Cc2cnc(N)nc2N)cc(OC)c1OC", "Cc1ncc([N+](=O)[O-])n1CCO", "OC(Cn1cncn1)(Cn1cncn1)c1ccc(F)cc1F",
    "NNC(=O)c1ccncc1", "CC1(C)SC2C(NC(=O)Cc3ccccc3)C(=O)N2C1C(=O)O",
    "CC1(C)SC2C(NC(=O)C(N)c3ccc(O)cc3)C(=O)N2C1C(=O)O", "CCOC(=O)C1=C(COCCN)NC(C)=C(C1c1ccccc1Cl)C(=O)OC",
    "COC(=O)C1=C(C)NC(C)=C(C1c1ccccc1[N+](=O)[O-])C(=O)OC", "NS(=O)(=O)c1cc(C(=O)O)c(NCc2ccco2)cc1Cl",
    "NS(=O)(=O)c1cc2c(cc1Cl)NCNS2(=O)=O", "CCCc1nn(C)c2c1nc([nH]c2=O)-c1cc(ccc1OCC)S(=O)(=O)N1CCN(C)CC1",
    "COc1ccc2[nH]c(nc2c1)S(=O)Cc1ncc(C)c(OC)c1C", "CC(C)(C)NCC(O)c1ccc(O)c(CO)c1", "CNCC(O)c1ccc(O)c(O)c1",
    "CN1CCC(=C2c3ccccc3CCc3cc(Cl)ccc32)CC1", "OC(=O)COCCN1CCN(CC1)C(c1ccccc1)c1ccc(Cl)cc1",
    "CN(C)CCOC(c1ccccc1)c1ccccc1", "CCC1(CC)C(=O)NC(=O)NC1=O", "O=C1NC(=O)C(N1)(c1ccccc1)c1ccccc1",
    "NC(=O)N1c2ccccc2C=Cc2ccccc21", "NCC1(CC(=O)O)CCCCC1", "CC(C)CC(CN)CC(=O)O", "CCCC(CCC)C(=O)O",
    "Clc1cccc(c1N1CCNCC1)Cl", "CC(C)(Oc1ccc(cc1)C(=O)c1ccc(Cl)cc1)C(=O)OC(C)C",
    "CC(Cc1ccc(O)c(O)c1)(NN)C(=O)O", "CN1CC(=O)N2C(Cc3c([nH]c4ccccc34)C2c2ccc3OCOc3c2)C1=O",
    "Cc1ccc(cc1Nc1nccc(n1)-c1cccnc1)NC(=O)c1ccc(CN2CCN(C)CC2)cc1",
    "COCCOc1cc2ncnc(Nc3cccc(c3)C#C)c2cc1OCCOC", "O=c1[nH]cc(F)c(=O)[nH]1", "Nc1nc(=O)c2ncn(COCCO)c2[nH]1",
    "Cc1cn(C2CC(N=[N+]=[N-])C(CO)O2)c(=O)[nH]c1=O", "CCC(C)(C)C(=O)OC1CC(C)C=C2C=CC(C)C(CCC3CC(O)CC(=O)O3)C21",
    "CCCCC1C(=O)N(N(C1=O)c1ccccc1)c1ccccc1", "CN1C(C(=O)Nc2ccccn2)=C(O)c2ccccc2S1(=O)=O",
    "Cc1ccc(cc1)-c1cc(nn1-c1ccc(cc1)S(N)(=O)=O)C(F)(F)F", "OC1(CCN(CCCC(=O)c2ccc(F)cc2)CC1)c1ccc(Cl)cc1",
    "CC(CN1c2ccccc2Sc2ccccc21)N(C)C", "COC(=O)C(C1CCCCN1)c1ccccc1", "CCC(=O)N(C1CCN(CCc2ccccc2)CC1)c1ccccc1",
    "CCC(=O)C(CC(C)N(C)C)(c1ccccc1)c1ccccc1", "CN(C)CC1CCCCC1(O)c1cccc(OC)c1", "CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O",
    "CS(=O)(=O)c1ccc(cc1)C(O)C(CO)NC(=O)C(Cl)Cl",
)  # fmt: skip

# Terpenes, alkaloids, steroids, polyphenols, sugars, amino acids, fatty acids.
NATURAL_PRODUCTS = (
    "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "CN1CCC[C@H]1c1cccnc1", "CC1=CC[C@H](CC1)C(C)=C",
    "C[C@@H]1CC[C@H]([C@@H](C1)O)C(C)C", "CC(C)=CCCC(C)=CCO", "CC1(C)C2CCC1(C)C(=O)C2", "CC1=CCC2CC1C2(C)C",
    "CC(C)=CCCC(C)(O)C=C", "CC1=C(C(C)(C)CCC1)C=CC(C)=CC=CC(C)=CCO",
    "C[C@]12CC[C@H]3[C@@H](CC=C4C[C@@H](O)CC[C@]34C)[C@@H]1CC[C@@H]2[C@H](C)CCCC(C)C",
    "C[C@]12CC[C@H]3[C@@H](CCC4=CC(=O)CC[C@]34C)[C@@H]1CC[C@@H]2O",
    "C[C@]12CC[C@@H]3c4ccc(O)cc4CC[C@H]3[C@@H]1CC[C@@H]2O",
    "CC(=O)[C@H]1CC[C@H]2[C@@H]3CCC4=CC(=O)CC[C@]4(C)[C@H]3CC[C@]12C",
    "OC[C@H]1OC(O)[C@H](O)[C@@H](O)[C@@H]1O", "OC[C@H]1O[C@@](O)(CO)[C@@H](O)[C@@H]1O",
    "OC[C@H]1O[C@H](O[C@]2(CO)O[C@H](CO)[C@@H](O)[C@@H]2O)[C@H](O)[C@@H](O)[C@@H]1O",
    "O=c1c(O)c(-c2ccc(O)c(O)c2)oc2cc(O)cc(O)c12", "O=C1CC(Oc2cc(O)cc(O)c12)c1ccc(O)cc1",
    "O[C@@H]1Cc2c(O)cc(O)cc2O[C@@H]1c1ccc(O)c(O)c1", "Oc1ccc(cc1)C=Cc1cc(O)cc(O)c1",
    "COc1cc(C=CC(=O)CC(=O)C=Cc2ccc(O)c(OC)c2)ccc1O", "COc1cc(C=O)ccc1O", "O=c1ccc2ccccc2o1",
    "COc1cc(CNC(=O)CCCCC=CC(C)C)ccc1O", "OC(=O)C=Cc1ccc(O)c(O)c1", "O=C(O)c1cc(O)c(O)c(O)c1",
    "COc1cc(CC=C)ccc1O", "COc1cc2c3c(c1OC)-c1ccccc1CC3N(C)CC2",
    "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
    "COc1ccc2nccc(c2c1)[C@@H](O)C1CC2CCN1CC2C=C", "CN1C2CCC1CC(C2)OC(=O)C(CO)c1ccccc1",
    "COC(=O)C1C(OC(=O)c2ccccc2)CC2CCC1N2C", "O=C(C=CC=Cc1ccc2OCOc2c1)N1CCCCC1", "CCCC1CCCCN1",
    "NCCc1c[nH]c2ccc(O)cc12", "COc1ccc2[nH]cc(CCNC(C)=O)c2c1", "NCCc1c[nH]cn1", "NCCc1ccc(O)c(O)c1",
    "N[C@@H](Cc1ccccc1)C(=O)O", "N[C@@H](Cc1c[nH]c2ccccc12)C(=O)O", "CSCC[C@H](N)C(=O)O",
    "NC(=N)NCCC[C@H](N)C(=O)O", "OC(=O)CC(O)(CC(=O)O)C(=O)O", "OC(=O)[C@H](O)[C@@H](O)C(=O)O",
    "CCCCCCCCCCCCCCCC(=O)O", "CCCCCCCCC=CCCCCCCCC(=O)O", "CCCCCC=CCC=CCC=CCC=CCCCC(=O)O",
    "OCC(O)C1OC(=O)C(O)=C1O", "Cc1c(C)c2c(CCC(C)(CCCC(C)CCCC(C)CCCC(C)C)O2)c(C)c1O",
    "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O",
    "CC1=CC(=O)CC(C)(C)C1", "CC1CCC2C(C)C(=O)OC3OC4(C)CCC1C23OO4", "CC1(C)CCCC2(C)C1CCC1(C)C2CCC2C1CCC1(C)C2CCC1=C",
    "O=C1c2ccccc2C(=O)c2cc(CO)cc(O)c12", "CC(=O)OCC=C(C)CCC=C(C)C", "CCCCCc1cc(O)c2C3C=C(C)CCC3C(C)(C)Oc2c1",
    "Cc1cc(O)c2C(=O)c3c(O)cc(O)cc3C(=O)c2c1", "O=C1OC2(c3ccc(O)cc3Oc3cc(O)ccc32)c2ccccc12",
)  # fmt: skip

# Products and reactants of preparative chemistry: protecting groups, halides, boronates, amides, as in USPTO.
REACTIONS = (
    "CC(C)(C)OC(=O)N1CCNCC1", "CC(C)(C)OC(=O)NCCN", "CC(C)(C)OC(=O)N1CCC(CC1)C(=O)O",
    "CC(C)(C)OC(=O)NC(Cc1ccccc1)C(=O)O", "O=C(OCc1ccccc1)N1CCC(O)CC1", "COC(=O)c1ccc(Br)cc1",
    "CCOC(=O)c1cnc(Cl)nc1", "COc1ccc(B(O)O)cc1", "CC1(C)OB(OC1(C)C)c1ccc(C#N)cc1", "OB(O)c1ccncc1",
    "Brc1cccnc1", "Brc1ccc2[nH]ccc2c1", "Clc1ncccc1[N+](=O)[O-]", "Clc1ncnc2ccccc12", "Ic1ccc(I)cc1",
    "Fc1ccc([N+](=O)[O-])cc1", "Nc1ccc(F)c(Cl)c1", "Nc1cc(Br)ccc1N", "O=C(Cl)c1ccccc1", "CS(=O)(=O)Cl",
    "Cc1ccc(cc1)S(=O)(=O)OCCO", "Cc1ccc(cc1)S(=O)(=O)Cl", "BrCc1ccccc1", "BrCC(=O)c1ccccc1", "ClCCN1CCOCC1",
    "C[Si](C)(C)C#Cc1ccccc1", "CC(C)(C)[Si](C)(C)OCCO", "CC(C)(C)[Si](C)(C)OCc1ccc(Br)cc1",
    "CCOC(=O)CC(=O)c1ccccc1", "CCOC(=O)C(C)C(=O)OCC", "COC(=O)C(N)Cc1ccc(O)cc1", "O=C(O)c1ccc(cc1)-c1ccccn1",
    "CCN(CC)C(=O)c1ccc(N)cc1", "O=C(Nc1ccccc1)c1ccc(Cl)cc1", "O=C(NCc1ccco1)c1cccnc1",
    "COc1ccc(CNC(=O)c2ccc(F)cc2)cc1", "O=C(N1CCOCC1)c1ccc(Br)s1", "Cc1ccc(-c2ccc(C=O)cc2)cc1",
    "O=Cc1ccc(-c2ccccc2)o1", "CCOc1ccc(-c2ncc(Br)cn2)cc1", "c1ccc(-c2nc3ccccc3[nH]2)cc1",
    "Cc1nc(-c2ccc(Cl)cc2)sc1C(=O)O", "CCOC(=O)c1sc(N)nc1C", "O=C1CCC(=O)N1Br", "O=C1c2ccccc2C(=O)N1CCBr",
    "CN(C)c1ccc(C=O)cc1", "CC(=O)c1ccc(OCc2ccccc2)cc1", "Oc1ccc(OCc2ccccc2)cc1", "COc1cc(C=O)ccc1OCc1ccccc1",
    "FC(F)(F)c1ccc(CBr)cc1", "O=S(=O)(NCc1ccccc1)c1ccc(Br)cc1", "CN1CCN(c2ccc([N+](=O)[O-])cc2)CC1",
    "N#Cc1ccc(N2CCNCC2)cc1", "O=C(O)C1CCN(c2ncccn2)CC1", "CCCCOc1ccc(C(=O)Nc2ccc(Cl)nc2)cc1",
    "COC(=O)C=Cc1ccc(Cl)cc1", "CCOC(=O)C1CCN(Cc2ccccc2)CC1", "O=C(CCl)Nc1ccc(Br)cc1",
    "Cn1cc(-c2ccc(N)nc2)cn1", "O=C1Nc2ccc(Br)cc2C1=O", "Nc1nc(Cl)cc(Cl)n1", "Clc1cc(Cl)nc(-c2ccccc2)n1",
    "CC(C)N1CCN(C(=O)c2ccc(C=O)cc2)CC1", "CCS(=O)(=O)c1ccc(CN)cc1",
)  # fmt: skip

SUBSETS = {"small": SMALL, "drugs": DRUGS, "natural_products": NATURAL_PRODUCTS, "reactions": REACTIONS}
