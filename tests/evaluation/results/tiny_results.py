"""The recipe, the quoted figures and the config of a table of results that takes seconds."""

from __future__ import annotations

NUM_MOLECULES = 40
REACTIONS = [
    ("CC(=O)Cl.CCO", "c1ccncc1", "CCOC(C)=O"),
    ("CC(=O)Cl.CCCO", "", "CCCOC(C)=O"),
    ("CC(=O)Cl.CCCCO", "O", "CCCCOC(C)=O"),
    ("CC(=O)Cl.CCN", "O", "CCNC(C)=O"),
]


def recipe() -> dict[str, object]:
    source = {
        "name": "texts",
        "layout": "description",
        "file": "description/texts.tsv.gz",
        "task": "description",
    }
    uspto = {"layout": "reactions_with_reagents", "file": "reactions/uspto.tsv.gz", "split": "validation"}
    return {
        "name": "tiny",
        "blocklist": "blocklist.txt.gz",
        "validation_permille": 300,
        "sources": [
            source,
            {"name": "uspto", "task": "reagent", **uspto},
            {"name": "uspto", "task": "forward_reaction", **uspto},
        ],
    }


def quoted() -> dict[str, object]:
    figure = {"dataset": "texts", "source": "paper"}
    return {
        "sources": {"paper": {"cite": "Somebody 2020, A paper.", "link": "https://example.org"}},
        "figures": [
            {**figure, "system": "BigModel", "protocol": "strict", "scores": {"bleu-4": 0.777}},
            {
                **figure,
                "system": "OtherModel",
                "protocol": "molt5",
                "over": "valid",
                "scores": {"bleu-4": 0.888},
            },
        ],
    }


BANK = "llamo bank build $data/description/texts.tsv.gz --blocklist $data/blocklist.txt.gz --out $made"
COPY = "llamo baseline copy --in $input --bank $known --out $output"
PREDICT = (
    "llamo predict --task description --model $model --in $input --target-column text --max-new-tokens 4 "
    "--num-beams 1 --out $output"
)


def config(**changes: object) -> dict[str, object]:
    """A config with one data set; `changes` are keys of that data set."""
    dataset = {
        "name": "texts",
        "title": "Texts",
        "task": "description",
        "metrics": ["bleu-4", "exact"],
        "input": {"source": "texts", "take": "validation"},
        "known": {"source": "texts", "take": "train"},
        "floor": "copy",
        "systems": [
            {"name": "model", "title": "tiny model", "command": PREDICT},
            {
                "name": "banked",
                "title": "tiny model with a neighbour",
                "before": BANK,
                "command": f"{PREDICT} --retrieve 1 --bank $made --exclude-self",
            },
            {"name": "broken", "title": "a system that fails", "command": f"{COPY} --k 9999"},
            {"name": "elsewhere", "title": "needs a key", "command": COPY, "needs": ["LLAMO_NO_SUCH_KEY"]},
            {"name": "copy", "title": "copy | nearest", "command": COPY, "rows": ["sample", "all"]},
        ],
        **changes,
    }
    evaluate = "llamo evaluate $predictions --task $task --protocol $protocol --json $scores --resamples 20"
    return {
        "name": "tiny",
        "model": "no-such-model",
        "limit": 4,
        "recipe": "recipe.yaml",
        "quoted": "quoted.yaml",
        "evaluate": evaluate,
        "compare": f"{evaluate} --against $against",
        "datasets": [dataset],
        "speeds": [{"title": "scoring", "cell": "texts/copy/all", "aim": 60}],
    }
