from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser

import pytest

from llamo.assistant.answer import VERSION, Answer, AnswerDict, Source, UsedFact
from llamo.assistant.answer_html import marked_text, shown_value
from llamo.chem.claims import check_claims

TEXT = "It has <b>two rings</b> & an amide."


def full_answer() -> Answer:
    return Answer(
        "It contains an alcohol and two rings.",
        ("CCO", "<script>alert(1)</script>"),
        "m<odel",
        facts=(UsedFact("rings", "CCO", 0), UsedFact("has_group", "CCO", True, "<amide>")),
        claims=tuple(check_claims("It contains an alcohol and two rings.", "CCO")),
        sources=(Source("LFQSCWFLJHTTHZ", "CCO", "<i>a known text</i>", "bank", 0.5, True),),
        confidence=0.7,
    )


def test_a_plain_answer_is_the_models_opinion() -> None:
    answer = Answer("Yes.", ("CCO",), "tiny")
    assert (answer.origin, answer.facts, answer.claims, answer.sources) == ("model", (), (), ())
    assert answer.confidence is None
    with pytest.raises(AttributeError):
        answer.text = "No."  # type: ignore[misc]


def test_to_dict_is_versioned_and_json_takes_it() -> None:
    plain = full_answer().to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["version"] == VERSION == 1
    assert set(plain) == set(AnswerDict.__annotations__)
    assert [claim["status"] for claim in plain["claims"]] == ["true", "false"]
    assert [plain["text"][claim["start"] : claim["end"]] for claim in plain["claims"]] == [
        claim["text"] for claim in plain["claims"]
    ]
    assert plain["facts"][1]["value"] is True


def test_values_in_values_become_plain() -> None:
    fact = UsedFact("stereo_labels", "CCO", [(1, "S")])
    assert Answer("", ("CCO",), "m", facts=(fact,)).to_dict()["facts"][0]["value"] == [[1, "S"]]


class Tags(HTMLParser):
    """Collects the tags of a page, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        if tag != "img":
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag


def test_html_shows_all_and_lets_nothing_through() -> None:
    page = full_answer()._repr_html_()
    tags = Tags()
    tags.feed(page)
    assert tags.opened == []
    assert tags.seen == {
        "div", "span", "img", "code", "p", "details", "summary", "ul", "li", "b",
    }  # fmt: skip
    for words in (
        "&lt;script&gt;", "m&lt;odel", "probability of 0.70", "has group (&lt;amide&gt;): yes", "supported",
        "contradicted", "RDKit: no ring)", "similarity 0.50", "the answer is a copy of this", "&lt;i&gt;a known text",
        'src="data:image/svg+xml;base64,',
    ):  # fmt: skip
        assert words in page, words


def test_html_of_facts_says_that_they_were_computed() -> None:
    page = Answer("It has no rings.", ("CCO",), "m", origin="facts")._repr_html_()
    assert "Computed from the structure, not generated" in page
    assert "can be wrong" not in page


def test_claims_are_marked_where_they_stand() -> None:
    claims = tuple(check_claims("It has two rings & an alcohol.", "CCO"))
    marked = marked_text("It has two rings & an alcohol.", claims)
    assert re.sub(r"<[^>]+>", "", marked) == "It has two rings &amp; an alcohol."
    assert [html.unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(r"<span.*?</span>", marked)] == [
        claim.claim.text for claim in claims
    ]


def test_many_molecules_are_not_all_drawn() -> None:
    page = Answer("", ("CCO",) * 6, "m")._repr_html_()
    assert page.count("<img") == 4
    assert "and 2 more" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "not defined"), (True, "yes"), (False, "no"), (3, "3"), (1.5, "1.5"), ("C2H6O", "C2H6O"),
        ([5, 6], "5, 6"), ([], "none"), ({"ester": 2}, "2 x ester"), ({}, "none"), ([[1, "S"]], "(1, S)"),
    ],
)  # fmt: skip
def test_values_in_words(value: object, text: str) -> None:
    assert shown_value(value) == text  # type: ignore[arg-type]
