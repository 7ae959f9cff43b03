"""The data sets of MoleculeNet: which column is asked about, and how the question reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from llamo.data.sources.field_rows import Asked

TOX21 = {
    "NR-AR": "activate the androgen receptor",
    "NR-AR-LBD": "bind the ligand-binding domain of the androgen receptor",
    "NR-AhR": "activate the aryl hydrocarbon receptor",
    "NR-Aromatase": "inhibit aromatase",
    "NR-ER": "activate the estrogen receptor alpha",
    "NR-ER-LBD": "bind the ligand-binding domain of the estrogen receptor alpha",
    "NR-PPAR-gamma": "activate the receptor PPAR-gamma",
    "SR-ARE": "activate the antioxidant response element",
    "SR-ATAD5": "raise the expression of ATAD5, a sign of genotoxicity",
    "SR-HSE": "activate the heat shock response",
    "SR-MMP": "lower the mitochondrial membrane potential",
    "SR-p53": "activate the p53 pathway",
}
SIDER = (
    "Hepatobiliary disorders", "Metabolism and nutrition disorders", "Product issues", "Eye disorders",
    "Investigations", "Musculoskeletal and connective tissue disorders", "Gastrointestinal disorders",
    "Social circumstances", "Immune system disorders", "Reproductive system and breast disorders",
    "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
    "General disorders and administration site conditions", "Endocrine disorders",
    "Surgical and medical procedures", "Vascular disorders", "Blood and lymphatic system disorders",
    "Skin and subcutaneous tissue disorders", "Congenital, familial and genetic disorders",
    "Infections and infestations", "Respiratory, thoracic and mediastinal disorders", "Psychiatric disorders",
    "Renal and urinary disorders", "Pregnancy, puerperium and perinatal conditions",
    "Ear and labyrinth disorders", "Cardiac disorders", "Nervous system disorders",
    "Injury, poisoning and procedural complications",
)  # fmt: skip


class MoleculeNetSet(NamedTuple):
    """A data set.

    Attributes:
        task: "classification" or "property".
        columns: what each column asks.
        citation: who measured or collected it.
    """

    task: str
    columns: Mapping[str, Asked]
    citation: str


def _yes_no(column: str, name: str, question: str) -> dict[str, Asked]:
    return {column: Asked(name, question=question)}


def _name(data_set: str, column: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in column.lower()).split()
    return "_".join([data_set, *words])


SETS: Mapping[str, MoleculeNetSet] = {
    "bace": MoleculeNetSet(
        "classification",
        _yes_no("Class", "bace", "Does this molecule inhibit human beta-secretase 1 (BACE-1)?"),
        "Subramanian et al. 2016",
    ),
    "bbbp": MoleculeNetSet(
        "classification",
        _yes_no("p_np", "bbbp", "Does this molecule cross the blood-brain barrier?"),
        "Martins et al. 2012",
    ),
    "hiv": MoleculeNetSet(
        "classification",
        _yes_no("HIV_active", "hiv", "Does this molecule inhibit the replication of HIV?"),
        "AIDS Antiviral Screen, NCI Developmental Therapeutics Program",
    ),
    "clintox": MoleculeNetSet(
        "classification",
        _yes_no("FDA_APPROVED", "clintox_fda_approved", "Is this molecule approved by the FDA?")
        | _yes_no("CT_TOX", "clintox_toxic", "Did this molecule fail clinical trials for its toxicity?"),
        "Gayvert et al. 2016; Artemov et al. 2016",
    ),
    "tox21": MoleculeNetSet(
        "classification",
        {
            column: Asked(_name("tox21", column), question=f"Does this molecule {effect}?")
            for column, effect in TOX21.items()
        },
        "Tox21 Challenge 2014",
    ),
    "sider": MoleculeNetSet(
        "classification",
        {
            column: Asked(
                _name("sider", column),
                question=f'Has this drug side effects in the class "{column}" of MedDRA?',
            )
            for column in SIDER
        },
        "Kuhn et al. 2016; Altae-Tran et al. 2017",
    ),
    "esol": MoleculeNetSet(
        "property",
        {
            "measured log solubility in mols per litre": Asked(
                "esol", phrase="decadic logarithm of the aqueous solubility", unit="log mol/L"
            )
        },
        "Delaney 2004",
    ),
    "freesolv": MoleculeNetSet(
        "property",
        {"expt": Asked("freesolv", phrase="hydration free energy", unit="kcal/mol")},
        "Mobley and Guthrie 2014",
    ),
    "lipophilicity": MoleculeNetSet(
        "property",
        {"exp": Asked("lipophilicity", phrase="octanol-water distribution coefficient logD at pH 7.4")},
        "ChEMBL, Hersey 2015",
    ),
}
