"""Validating conversations: what is false, cut, looping, leaking, beside the point or said before is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llamo.data.instructions.offline import compose_file
from llamo.data.instructions.screening import Material
from llamo.data.instructions.validation import judging
from llamo.data.instructions.validation.answer_checks import find_break, find_leak, find_loop
from llamo.data.instructions.validation.diversity import Sampler, measure_diversity, self_bleu
from llamo.data.instructions.validation.duplicates import DuplicateIndex
from llamo.data.instructions.validation.focus import molecules_in_focus
from llamo.data.instructions.validation.judging import Judgement, Limits, judge
from llamo.data.instructions.validation.relevance import is_relevant
from llamo.data.instructions.validation.report import ValidationReport, quantiles
from llamo.data.instructions.validation.validating import validate_files
from llamo.data.layouts import render
from llamo.data.records import MoleculePart, Record, TextPart, exchange
from llamo.errors import DataError, UsageError

CHOLESTEROL = "CC(C)CCCC(C)C1CCC2C1(CCC3C2CC=C4C3(CCC(C4)O)C)C"


def record(*turns: tuple[str, str], smiles: str = "CCO", number: int = 1) -> Record:
    messages = []
    for place, (question, answer) in enumerate(turns):
        content = [MoleculePart(smiles=smiles), TextPart(text=question)] if smiles and not place else question
        messages += exchange(content, answer)
    return Record(id=f"made:{number}", task="conversation", source="made", split="train", messages=messages)


def reasons(judgement: Judgement) -> set[str]:
    return {problem.reason for problem in judgement.problems}


def test_the_papers_example_an_acid_ascribed_to_a_molecule_without_one_is_rejected():
    """The published conversations, unchecked, speak of a carboxylic acid where the molecule has none."""
    made_up = "Its polar end is the carboxylic acid group, which loses a proton at physiological pH."
    judgement = judge(record(("What is its most polar part?", made_up), smiles=CHOLESTEROL), Limits())
    assert reasons(judgement) == {judging.FALSE_CLAIM}
    assert judgement.problems[0].turn == 1
    assert "carboxylic acid" in judgement.problems[0].detail
    honest = "Its polar end is the secondary alcohol at the other end of the steroid skeleton."
    assert not judge(record(("What is its most polar part?", honest), smiles=CHOLESTEROL), Limits()).problems


def test_the_number_of_false_claims_that_pass_is_an_option():
    wrong = record(("How many rings does it have?", "It has two rings."))
    assert reasons(judge(wrong, Limits())) == {judging.FALSE_CLAIM}
    assert not judge(wrong, Limits(max_false=1)).problems


def test_a_sentence_too_long_to_be_read_is_reported():
    endless = "It has a hydroxy group and " * 100 + "a ring."
    judgement = judge(record(("What is it?", endless)), Limits(max_words=1000))
    (unread,) = judgement.claims
    assert (unread.kind, unread.status) == ("unread", "unclear")
    report = ValidationReport([], Limits())
    report.add(record(("What is it?", endless)), judgement)
    assert report.claim_counts()["unread"]["unclear"] == 1
    assert report.without_claims == 1


def test_a_claim_is_checked_against_the_molecule_it_is_about():
    second = [MoleculePart(smiles="c1ccccc1"), TextPart(text="And this one?")]
    messages = [
        *record(("How many rings does it have?", "It has no rings.")).messages,
        *exchange(second, "The second molecule has one ring, the first molecule has no rings."),
    ]
    pair = Record(id="pair", task="conversation", source="made", split="train", messages=messages)
    judgement = judge(pair, Limits())
    assert not judgement.problems
    assert [claim.status for claim in judgement.claims].count("true") >= 2


@pytest.mark.parametrize(
    ("question", "answer", "new", "expected"),
    [
        ("How many rings does the second one have?", "Two.", [], ("b",)),
        ("And the first molecule's formula?", "C2H6O.", [], ("a",)),
        ("And this one?", "It has two rings.", ["b"], ("b",)),
        ("And its formula?", "C2H6O.", [], ("a",)),
        ("Which of the two has more rings?", "Two against one.", [], ("a", "b")),
        ("And this one?", "The second one has two, the first none.", ["b"], ("a", "b")),
        ("Is the first one heavier than the second?", "No.", [], ("a", "b")),
        ("How many rings does the third one have?", "Two.", [], ("a",)),
    ],
)
def test_the_question_says_which_molecule_is_meant(question, answer, new, expected):
    assert molecules_in_focus(question, answer, shown=["a", "b"], new=new, previous=["a"]) == expected


def test_a_short_answer_about_the_second_molecule_is_judged_by_the_second():
    second = [MoleculePart(smiles="c1ccc2ccccc2c1"), TextPart(text="And how many rings does this one have?")]
    start = record(("How many rings does it have?", "It has no rings.")).messages
    for answer, passes in (("It has two rings.", True), ("It has no rings.", False)):
        messages = [*start, *exchange(second, answer)]
        pair = Record(id="pair", task="conversation", source="made", split="train", messages=messages)
        assert (not judge(pair, Limits()).problems) is passes


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [
        ("It has two rings and", True),
        ("It has two rings,", True),
        ("It is an ester of...", True),
        ("The molecule has a long chain of carbon atoms", True),
        ("It has two rings (one of them aromatic.", True),
        ('It is called "aspirin.', True),
        ("", True),
        ("C9H8O4", False),
        ("C2H3O2-", False),
        ("180.16 g/mol", False),
        ("2-acetyloxybenzoic acid", False),
        ("Yes.", False),
        ("It has two rings (one of them aromatic).", False),
        ('It is called "aspirin".', False),
    ],
)
def test_answers_that_break_off(answer: str, is_cut: bool):
    assert bool(find_break(answer)) == is_cut


@pytest.mark.parametrize(
    ("text", "leak"),
    [
        ("It has a ring.\nQuestion: and now?", "Question:"),
        ("It has a ring.<|im_end|>", "<|im_end|>"),
        ("As an AI language model I cannot see it.", "As an AI"),
        ("According to the caption it is an acid.", "the caption"),
        ("It reacts with base: a salt is formed.", ""),
        ("Q is not in the formula.", ""),
    ],
)
def test_prompt_that_leaks_into_a_message(text: str, leak: str):
    assert find_leak(text) == leak


def test_loops_are_found_and_long_names_are_not():
    assert find_loop("It has a ring and " * 8) != ""
    assert (
        find_loop("It has two rings, and it has three oxygen atoms; the first ring has a methyl group.") == ""
    )


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("How many rings does it have?", "Three.", True),
        (
            "How many rings does it have?",
            "It was raining when we went to the market with our cousins.",
            False,
        ),
        ("Is it an acid?", "No, there is nothing of the kind.", True),
        ("What is its boiling point?", "I do not know; look it up.", True),
        ("What is this molecule?", "A steroid with a hydroxyl group at one end of the skeleton.", True),
        ("How heavy is it?", "About 46 g/mol.", True),
        ("How heavy is it?", "It has a benzene ring and an ester group.", False),
        ("Is it chiral?", "The molecular formula is C2H6O.", False),
        ("Which functional groups does it have?", "An ester and a ketone.", True),
        ("How many rings does it have?", "Its molar mass is 46.1 g/mol.", False),
        ("What is it used for?", "Our office hours are from nine to five on working days only.", False),
    ],
)
def test_answers_that_have_to_do_with_the_question(question: str, answer: str, expected: bool):
    assert is_relevant(question, answer) is expected


def test_each_fault_of_a_conversation_has_its_reason():
    assert reasons(judge(record(("Rings?", "It has no rings.")), Limits(min_turns=2))) == {judging.NUM_TURNS}
    twice = record(("Any rings?", "It has no rings."), ("Any  RINGS?", "No rings at all."))
    assert reasons(judge(twice, Limits())) == {judging.REPEATED_QUESTION}
    assert reasons(judge(record(("Rings?", "It has no rings.")), Limits(max_words=3))) == {judging.LENGTH}
    assert reasons(judge(record(("Rings?", "It has no rings."), smiles=""), Limits())) == {
        judging.NO_MOLECULE
    }
    assert reasons(judge(record(("Rings?", "None."), smiles="C1CC"), Limits())) == {judging.BAD_MOLECULE}
    beside = "We went to the market with our cousins and bought some apples."
    assert reasons(judge(record(("Rings?", beside)), Limits())) == {judging.OFF_TOPIC}
    assert reasons(judge(record(("Rings?", "It has no rings and")), Limits())) == {judging.CUT}


def test_exact_and_near_duplicates():
    long_answer = (
        "It is a short chain of two carbon atoms with a hydroxyl group at its end, and it has no ring at all."
    )
    first = record(("Please describe it.", long_answer), number=1)
    index = DuplicateIndex(0.8)
    assert (index.find_exact(first), index.find_near(first)) == ("", ("", 0.0))
    copy = record(("Please describe it.", long_answer), number=2)
    assert index.find_exact(copy) == "made:1"
    near = record(("Please describe it.", long_answer.replace("at all", "anywhere")), number=3)
    found, overlap = index.find_near(near)
    assert found == "made:1"
    assert 0.8 <= overlap < 1
    other = record(
        ("What is its formula?", "The formula is C2H6O, as two carbon atoms and one oxygen give."), number=4
    )
    assert index.find_near(other) == ("", 0.0)
    assert DuplicateIndex(2.0).find_near(near) == ("", 0.0)


def test_self_bleu_is_that_of_nltk():
    from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

    texts = [
        "a b c d e f",
        "a b c x e f",
        "a a b b c d e",
        "x y z",
        "a b c d e f g h",
        "q",
        "it has two rings .",
    ]
    split = [text.split() for text in texts]
    smooth = SmoothingFunction().method1
    expected = [
        sentence_bleu(split[:place] + split[place + 1 :], words, smoothing_function=smooth)
        for place, words in enumerate(split)
    ]
    assert self_bleu(split) == pytest.approx(sum(expected) / len(expected))
    assert self_bleu([["a"]]) == 0.0


def test_distinct_n_grams_by_hand():
    figures = measure_diversity(["it has a ring", "it has a bond"])
    assert (figures.distinct_1, figures.distinct_2, figures.distinct_3) == (5 / 8, 4 / 6, 3 / 4)
    assert (figures.vocabulary, figures.distinct_texts) == (5, 1.0)
    assert measure_diversity(["same"] * 3).distinct_texts == pytest.approx(1 / 3)
    assert measure_diversity([]).distinct_1 == 0.0


def test_a_sample_is_bounded_and_fair():
    sampler = Sampler(size=10, seed=1)
    for number in range(1000):
        sampler.add(str(number))
    assert len(sampler.texts) == 10
    assert any(int(text) > 500 for text in sampler.texts)


def test_quantiles_by_hand():
    from collections import Counter

    figures = quantiles(Counter([1, 2, 2, 3, 10]))
    assert figures == {"mean": 3.6, "min": 1, "q25": 2, "median": 2, "q75": 3, "q95": 3, "max": 10}
    assert quantiles(Counter()) == {}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Good, false, cut, repeated and broken lines, with CRLF, a blank line and bytes that are no UTF-8."""
    records = [
        record(("How many rings does it have?", "It has no rings."), number=1),
        record(("How many rings does it have?", "It has two rings."), number=2),
        record(("How many rings does it have?", "It has no rings."), number=3),
        record(("What is its formula?", "The formula of this is, as the atoms add up, C2H6O and"), number=4),
    ]
    lines = [render(one, "record").encode() for one in records]
    lines += [b"", b"{broken", b'{"id": "x"}', b'{"id": "\xff"}', lines[0], b"[1, 2]"]
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(b"\r\n".join(lines) + b"\r\n")
    return path


def read_lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_report_accounts_for_every_line(mixed: Path, tmp_path: Path):
    out = tmp_path / "report"
    report = validate_files([mixed], out)
    assert report == json.loads((out / "report.json").read_text("utf-8"))
    assert (report["conversations"], report["passed"], report["rejected"]) == (4, 1, 3)
    assert report["reasons"] == {"false claim": 1, "duplicate": 1, "answer breaks off": 1}
    assert report["invalid"]["lines"] == 5
    assert "row 6" in report["invalid"]["first"][0]
    assert [row["id"] for row in read_lines(out / "filtered.jsonl")] == ["made:1"]
    rejected = read_lines(out / "rejected.jsonl")
    assert len(rejected) == report["rejected"] + report["invalid"]["lines"]
    assert {row["line"] for row in rejected} == {2, 3, 4, 6, 7, 8, 9, 10}
    assert all(row["problems"] for row in rejected)
    verdicts = read_lines(out / "verdicts.jsonl")
    assert [row["passed"] for row in verdicts] == [True, False, False, False]
    assert verdicts[1]["claims"][0]["status"] == "false"
    for name in ("claims.png", "answer_lengths.png", "turns.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_workers_do_not_change_the_verdicts(mixed: Path, tmp_path: Path):
    validate_files([mixed], tmp_path / "one")
    validate_files([mixed], tmp_path / "two", workers=2)
    for name in ("verdicts.jsonl", "filtered.jsonl", "rejected.jsonl", "report.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_invalid_lines_are_refused_on_request_and_nothing_is_left_behind(mixed: Path, tmp_path: Path):
    with pytest.raises(DataError, match=r"mixed\.jsonl:6: not JSON"):
        validate_files([mixed], tmp_path / "report", on_invalid="fail")
    assert not (tmp_path / "report").exists()


def test_a_folder_with_other_things_in_it_is_not_replaced(mixed: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="no report folder"):
        validate_files([mixed], tmp_path)
    assert mixed.exists()


@pytest.mark.parametrize("layout", ["openai", "sharegpt"])
def test_files_of_other_layouts_are_read_and_written_back(layout, tmp_path: Path):
    path = tmp_path / "a.jsonl"
    line = render(record(("How many rings does it have?", "It has no rings.")), layout)
    path.write_text(line + "\n")
    report = validate_files([path], tmp_path / "report", layout=layout)
    assert report["passed"] == 1
    assert (tmp_path / "report" / "filtered.jsonl").read_text() == line + "\n"


def test_one_id_in_two_files_is_rejected_once(tmp_path: Path):
    for name, answer in (("a", "It has no rings."), ("b", "There is no ring in it.")):
        (tmp_path / f"{name}.jsonl").write_text(render(record(("Rings?", answer)), "record") + "\n")
    report = validate_files([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path / "report")
    assert report["reasons"] == {"id used in another file": 1}
    assert report["passed"] == 1


def test_composed_conversations_pass(tmp_path: Path):
    """Composer and checker are two programs: where they disagree, one of them is wrong."""
    smiles = ["CC(=O)Oc1ccccc1C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "C[C@H](N)C(=O)O", "CCOC(=O)CC#N",
              "C/C=C/C=O", "NS(=O)(=O)c1ccc(Cl)cc1", "O=C1CCCN1", "CC(C)(C)OC(=O)NCCO", "OC1CCCCC1",
              CHOLESTEROL]  # fmt: skip
    rows = [Material(number, text) for number, text in enumerate(smiles, start=1)]
    compose_file(rows, tmp_path / "a.jsonl", number=120, seed=11)
    report = validate_files([tmp_path / "a.jsonl"], tmp_path / "report", limits=Limits(near_duplicate=2.0))
    claims = report["claims"]["all"]
    assert claims["true"] > 200
    assert claims["false"] == 0
    assert report["rejected"] == 0, (tmp_path / "report" / "rejected.jsonl").read_text("utf-8")
