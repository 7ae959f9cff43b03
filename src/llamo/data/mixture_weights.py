"""The mixture a recipe suggests: its weights, for trainings whose configuration names none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def recipe_mixture(manifest: Mapping[str, Any]) -> dict[str, float]:  # Any: JSON
    """Return for each "task/source" of prepared shards its number of training records times its weight.

    With weight 1 everywhere every record is drawn alike, and {} says so. Composed records (facts, conversations)
    carry the name of the source whose molecule they show, but the weight of their own line in the recipe.

    Args:
        manifest: of a folder of record shards.
    """
    recipe, counts = manifest.get("recipe", {}), manifest.get("counts", {})
    kept = counts.get("kept", {}).get("train", {})
    weights = {(entry["name"], entry["task"]): float(entry["weight"]) for entry in recipe.get("sources", [])}
    composed = {entry["task"]: float(entry["weight"]) for entry in recipe.get("derived", [])}
    if all(weight == 1 for weight in (*weights.values(), *composed.values())):
        return {}
    return {
        f"{task}/{source}": number * weights.get((source, task), composed.get(task, 1.0))
        for source, tasks in kept.items()
        for task, number in tasks.items()
    }
