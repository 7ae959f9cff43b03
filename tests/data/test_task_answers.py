"""Reading answers: each rule by an example, and what a task writes is read back."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llamo.chem.reading import canonical_smiles
from llamo.data.sources.builtin import SMILES
from llamo.data.tasks.answers import parse_name, parse_number, parse_text, parse_yes_no
from llamo.data.tasks.catalogue import TASKS
from llamo.data.tasks.classification import CHOICES
from llamo.data.tasks.property import DECIMALS, USUAL_DECIMALS, format_value
from llamo.data.tasks.smiles_answers import PRODUCT, REAGENTS, parse_mixture, parse_smiles

PROSE = st.sampled_from(["", "It is ", "I would say ", "The B3LYP value: ", "**Answer** - "])
CANONICAL = [canonical_smiles(smiles) for smiles in SMILES]


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("-0.2553", -0.2553),
        ("about -0.23 Ha", -0.23),
        ("\N{MINUS SIGN}0.23", -0.23),
        ("The gap is .25.", 0.25),
        ("HOMO-0.25", 0.25),
        ("HOMO,-0.25", -0.25),
        ("B3LYP/6-31G gives 0.3", 0.3),
        ("C6H6: 1.5e-3 eV", 0.0015),
        ("2.5 x 10^-3", 0.0025),
        ("0.25eV", 0.25),
        ("1,234.5", 1234.5),
        ("0,2553", 0.2553),
        ("between 0.1 and 0.2", 0.1),
        ("v1.2.3", None),
        ("nan", None),
        ("inf Hartree", None),
        ("1e99999", None),
        ("9" * 5000, None),
        ("unknown", None),
        ("", None),
    ],
)
def test_the_first_number_counts(answer: str, value: float | None) -> None:
    assert parse_number(answer) == value


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        *((f"{dash}0.23", -0.23) for dash in "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"),
        *((f"{lead}- 0.23 Ha", -0.23) for lead in ("", "It is ", "HOMO: ", "E = ")),
        ("**Answer** - 0.23", 0.23),
        ("0.1 - 0.2", 0.1),
        *((f"{lead}minus 0.23 Ha", -0.23) for lead in ("", "It is ", "HOMO: ", "E = ", "It is about ")),
        ("Negative 0.23", -0.23),
        ("HOMO minus LUMO is 0.23", 0.23),
        ("It is 0.3 minus 0.23", 0.3),
        *(
            (f"about 2.5{power} Ha", 0.0025)
            for power in (
                " \N{MULTIPLICATION SIGN} 10⁻³",
                " \N{MULTIPLICATION SIGN} 10^{-3}",
                "·10^-3",
                r" \times 10^{-3}",
                " x 10-3",
            )
        ),
        ("10^-3 Ha", 0.001),
        ("-10⁻³", -0.001),
        *(
            (f"-0.23{tail}", -0.23)
            for tail in ("Ha", " Ha", "(Ha)", ",-0.1", ",which", "-0.1eV", "±0.01", "}")
        ),
        *((f"{lead}-0.23 eV", -0.23) for lead in ("HOMO=", "HOMO: ", "<answer>", '{"homo":', "(")),
        ("25kcal/mol", 25.0),
        *(
            (name, None)
            for name in (
                "6-31G(2df,p)",
                "6-311++G(d,p)",
                "M06-2X",
                "C[C@@H]1CCO1",
                "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3",
                "HOMO-1",
                "LUMO+1",
                "2,4-dimethylphenol",
                "1,2,4-trimethylbenzene",
                "1H-pyrrole",
                "13C",
                "cm⁻¹",
            )
        ),
        ("2,4-dimethylphenol, by 6-31G(2df,p), has -0.2 Ha", -0.2),
    ],
)
def test_signs_powers_and_names_around_numbers(answer: str, value: float | None) -> None:
    assert parse_number(answer) == (None if value is None else pytest.approx(value))


@given(value=st.floats(-1e6, 1e6), unit=st.sampled_from(["Hartree", "log mol/L", ""]), prose=PROSE)
def test_numbers_are_read_back(value: float, unit: str, prose: str) -> None:
    read = parse_number(f"{prose}{format_value(value, unit)} {unit}")
    assert read == round(value, DECIMALS.get(unit, USUAL_DECIMALS))


@given(st.text())
def test_any_text_gives_a_finite_number_or_none(answer: str) -> None:
    value = parse_number(answer)
    assert value is None or math.isfinite(value)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("Yes", True),
        ("no.", False),
        ("The answer is yes, I think.", True),
        ("No, it does not.", False),
        ("That is false", False),
        ("There is nothing known; note that it may.", None),
        ("", None),
    ],
)
def test_yes_or_no(answer: str, value: bool | None) -> None:
    assert parse_yes_no(answer) is value


@given(is_yes=st.booleans(), prose=PROSE)
def test_choices_are_read_back(is_yes: bool, prose: str) -> None:
    assert parse_yes_no(f"{prose}{CHOICES[0] if is_yes else CHOICES[1]}.") is is_yes


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("ethanol", "ethanol"),
        ("The IUPAC name is **ethanol**.", "ethanol"),
        ("The name of this molecule is acetic acid.", "acetic acid"),
        ("IUPAC name: (2S)-2-aminopropanoic acid", "(2S)-2-aminopropanoic acid"),
        ("It is called `propan-2-ol`", "propan-2-ol"),
        ("\n  ethanol\nIt is an alcohol.", "ethanol"),
        ("6-aminopurine", "6-aminopurine"),
        (" . ", None),
    ],
)
def test_names_are_taken_out_of_their_sentence(answer: str, name: str | None) -> None:
    assert parse_name(answer) == name


@given(st.from_regex(r"[(\[]?[0-9A-Za-z,-]+[)\]a-z]( acid| oxide)?", fullmatch=True))
def test_names_are_read_back(name: str) -> None:
    assert parse_name(name) == parse_name(f'The IUPAC name is "{name}".') == name


def test_text_is_collapsed() -> None:
    assert parse_text(" a\n b ") == "a b"
    assert parse_text(" \n") is None


@pytest.mark.parametrize(
    ("answer", "smiles"),
    [
        ("CCO", "CCO"),
        ("I", "I"),
        ("The product is CCO.", "CCO"),
        ("I think it is CC(=O)O, acetic acid.", "CC(=O)O"),
        ("`CCO`", "CCO"),
        ("**CCO**", "CCO"),
        ("The product (CCO) is an alcohol", "CCO"),
        ("The product is C.", "C"),
        ("I do not know.", None),
        ("CCO.CC(=O)Cl>>CCOC(C)=O", "CCOC(C)=O"),
        ("N->[Pt]", "N->[Pt]"),
        ("*CC", "*CC"),
        ("C1CC", None),
        ("The product is C1CC.", None),
        ("C(C)(C)(C)(C)C", None),
        ("", None),
    ],
)
def test_smiles_are_found_in_sentences(answer: str, smiles: str | None) -> None:
    assert parse_smiles(answer) == smiles


@pytest.mark.parametrize(
    ("answer", "smiles"),
    [
        ("SMILES:CCO", "CCO"),
        ("Product=CCO", "CCO"),
        ("SMILES=CC=O", "CC=O"),
        ("<smiles>CCO</smiles>", "CCO"),
        ("$CCO$", "CCO"),
        ("It is $CCO$.", "CCO"),
        ("Using PCC, the product is CC=O.", "CC=O"),
        ("Using PCC, the major product of this step is CCO.", "CCO"),
        ("Bromination with NBS gives BrCCBr.", "BrCCBr"),
        ("From c1ccccc1 one has, SMILES: CCO", "CCO"),
        ("With NBS one has BrCCBr.", "BrCCBr"),
        ("CC=O gives C.", "C"),
        ("It gives, with N, the acid CC(=O)O", "CC(=O)O"),
        ("NBS", "NBS"),
        ("XCC=O", None),
        ("SMILES:C1CC", None),
    ],
)
def test_smiles_behind_labels_and_beside_acronyms(answer: str, smiles: str | None) -> None:
    assert parse_smiles(answer) == smiles


@pytest.mark.parametrize(
    ("answer", "mixture"),
    [
        ("CCO.CC(=O)Cl", "CCO.CC(=O)Cl"),
        ("Use CCO and CC(=O)Cl.", "CCO.CC(=O)Cl"),
        ("CCO, O and CC", "CCO.O.CC"),
        ("CCO + CC(=O)Cl give the ester CCOC(C)=O.", "CCO.CC(=O)Cl"),
        ("OCC=O or CC(=O)Cl", "OCC=O"),
        ("CCO or CC(=O)Cl", "CC(=O)Cl"),
        ("CC=O with NBS; the reactants are CCO and O.", "CCO.O"),
        ("CCO CC", "CCO"),
        ("CCO.CC(=O)Cl>c1ccncc1>CCOC(C)=O", "CCO.CC(=O)Cl"),
        ("nothing", None),
    ],
)
def test_molecules_joined_by_words_are_one_mixture(answer: str, mixture: str | None) -> None:
    assert parse_mixture(answer) == mixture


def test_the_wanted_side_of_a_reaction_is_taken() -> None:
    reaction = "CCO.CC(=O)Cl>c1ccncc1>CCOC(C)=O"
    assert parse_mixture(reaction, side=REAGENTS) == "c1ccncc1"
    assert parse_mixture(reaction, side=PRODUCT) == "CCOC(C)=O"
    assert parse_mixture("CCO>>CC=O", side=REAGENTS) is None


def test_each_reaction_task_takes_its_own_side() -> None:
    names = ("retrosynthesis", "reagent", "forward_reaction")
    assert [TASKS[name].parse("CCO>O>CC=O") for name in names] == ["CCO", "O", "CC=O"]


@given(
    smiles=st.sampled_from(CANONICAL), frame=st.sampled_from(["{}", "{}.", "It is {}.", "`{}`", "So: **{}**"])
)
def test_smiles_are_read_back(smiles: str, frame: str) -> None:
    assert parse_smiles(frame.format(smiles)) == smiles


@given(st.lists(st.sampled_from(CANONICAL), min_size=2, max_size=4), st.randoms())
def test_mixtures_are_read_back(parts: list[str], rng: random.Random) -> None:
    joint = rng.choice([".", ", ", " and ", " + ", ", and "])
    assert parse_mixture(f"The reactants are {joint.join(parts)}.") == ".".join(parts)


@given(st.text(alphabet="CNOcn()[]=#123.>-+@ ,*\"'andI\n", max_size=60))
def test_any_text_gives_smiles_or_none(answer: str) -> None:
    for found in (parse_smiles(answer), parse_mixture(answer)):
        assert found is None or canonical_smiles(found)
