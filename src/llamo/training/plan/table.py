"""A plan as Markdown, for a terminal and for the documentation."""

from __future__ import annotations

from pathlib import Path

from llamo.training.plan.planning import Plan, Setup

GIB = 2**30
COLUMNS = (
    "GPUs", "weights", "checkpointing", "weights GiB", "gradients", "optimizer", "gathered", "activations", "together",
    "fits", "TFLOP a step", "s a step", "h in all",
)  # fmt: skip


def markdown(path: Path, plan: Plan) -> str:
    """Write one plan: what is counted, then a row for each way to run it."""
    parts = plan.counted.parts
    batch = plan.batch
    named = ", ".join(
        f"{name.replace('_', ' ')} {count.total / 1e6:,.1f} M" for name, count in parts.items() if count.total
    )
    lines = [
        f"**{path}** ({plan.base_model}): {plan.counted.total / 1e6:,.1f} M parameters ({named}), "
        f"{plan.counted.trained / 1e6:,.1f} M of them trained. {batch.samples} samples of {batch.tokens} tokens a GPU "
        f"and micro-batch, {batch.answer_tokens} learned; {plan.steps:,} steps.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|" + "---|" * len(COLUMNS),
    ]
    return "\n".join(lines + [f"| {' | '.join(_cells(setup, plan.steps))} |" for setup in plan.setups]) + "\n"


def _cells(setup: Setup, steps: int) -> list[str]:
    memory = setup.memory
    sizes = (
        memory.weights, memory.gradients, memory.optimizer, memory.gathered, memory.activations, memory.total
    )  # fmt: skip
    return [
        str(setup.gpus),
        "sharded" if setup.sharded else "whole",
        "yes" if setup.checkpointing else "no",
        *(f"{size / GIB:.1f}" for size in sizes),
        "yes" if setup.fits else "**no**",
        f"{setup.flops / 1e12:,.0f}" if setup.flops >= 1e13 else f"{setup.flops / 1e12:.2f}",
        f"{setup.seconds:.2f}" if setup.seconds >= 0.1 else f"{setup.seconds:.4f}",
        f"{setup.seconds * steps / 3600:.1f}",
    ]
