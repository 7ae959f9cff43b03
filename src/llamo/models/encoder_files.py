"""A graph encoder alone in a folder: its weights, and what it has to be built as to read them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from torch import Tensor

from llamo.errors import CheckpointError
from llamo.files import replacing
from llamo.models.checkpoints import load_tensors, read_tensors, save_tensors
from llamo.models.graph_encoder import GraphEncoder
from llamo.models.modeling import make_graph_encoder
from llamo.models.node_norms import NormKind

ENCODER_FILE = "encoder.safetensors"
SIZES_FILE = "encoder.json"


@dataclass  # not frozen: `EncoderSizes` describes configurations, whose values can be set
class SavedSizes:
    """What an encoder is built from (`llamo.models.modeling.EncoderSizes`); what a file lacks is the paper's.

    Attributes:
        graph_layers: number of layers. graph_dim: width D.
        graph_dropout, graph_norm, graph_residual: see `llamo.models.graph_encoder.GraphEncoder`.
    """

    graph_layers: int
    graph_dim: int
    graph_dropout: float = 0.0
    graph_norm: NormKind = "batch"
    graph_residual: bool = False


def sizes_of(encoder: GraphEncoder) -> SavedSizes:
    """Read off an encoder what it was built from."""
    return SavedSizes(encoder.num_levels - 1, encoder.dim, encoder.dropout.p, encoder.norm, encoder.residual)


def save_encoder(tensors: dict[str, Tensor], sizes: SavedSizes, folder: Path) -> None:
    """Write an encoder's weights (its `state_dict`) and sizes into a folder.

    Raises:
        LlamoError: the disk is full or the folder is not writable.
    """
    save_tensors(tensors, folder / ENCODER_FILE)
    with replacing(folder / SIZES_FILE) as temporary:
        temporary.write_text(json.dumps(asdict(sizes)) + "\n", "utf-8")


def read_encoder(folder: Path) -> GraphEncoder:
    """Load the encoder that `save_encoder` wrote, ready to read molecules.

    Raises:
        CheckpointError: a file is missing or damaged, or the two do not belong together.
    """
    try:
        encoder = make_graph_encoder(read_sizes(folder))
    except (ValueError, TypeError) as error:
        raise _unbuildable(folder, error) from error
    load_tensors(encoder, read_tensors(folder / ENCODER_FILE), whole=True, source=str(folder))
    return encoder.eval()


def load_encoder(encoder: GraphEncoder, path: Path) -> None:
    """Load pretrained encoder weights strictly, from a file or a stage-0 model folder.

    Raises:
        CheckpointError: they are of another encoder; told by the sizes beside them even where the tensors fit.
    """
    file = path / ENCODER_FILE if path.is_dir() else path
    if file.name == ENCODER_FILE and (file.parent / SIZES_FILE).is_file():
        saved, wanted = read_sizes(file.parent), sizes_of(encoder)
        for name in ("graph_layers", "graph_dim", "graph_norm", "graph_residual"):
            has, wants = getattr(saved, name), getattr(wanted, name)
            if has != wants:
                raise CheckpointError(f"{file} was trained with {name} {has}; set model.sizes.{name} to that")
    load_tensors(encoder, read_tensors(file), whole=True, source=str(file))


def read_sizes(folder: Path) -> SavedSizes:
    """Read what the encoder in a folder was built from.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    try:
        return SavedSizes(**json.loads((folder / SIZES_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _unbuildable(folder, error) from error


def _unbuildable(folder: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"{folder / SIZES_FILE} does not say how to build the encoder ({error}); save or convert the encoder again"
    )
