"""Social networks: generated ones whose communities are known, and ego networks of four published ones.

Generated: a planted partition (Condon and Karp 2001), a stochastic block model of equal blocks: people of one
community know each other with probability .7, of two communities with .03; sometimes 0, so that the network falls
apart. Beside it three kinds without communities: hubs (Barabási and Albert 1999), small worlds (Watts and Strogatz
1998), chance (Erdős and Rényi 1959).

Published, as networkx ships them: Zachary's karate club, the coappearances of Les Misérables, Florentine families,
Davis's Southern women. An ego network here is the acquaintances of one person, and those of theirs, without the person.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np

from llamo.studies.other_graphs.adapter import PlainGraph
from llamo.studies.other_graphs.questions import Asked, count_word

PUBLISHED = (
    "karate_club_graph",
    "les_miserables_graph",
    "florentine_families_graph",
    "davis_southern_women_graph",
)
KINDS = ("communities", "hubs", "a small world", "chance")
MAX_COMMUNITIES = 4
INSIDE, BETWEEN = 0.7, 0.03


def generate(rng: np.random.Generator, name: str) -> Asked:
    """Draw a network of 12 to 28 people and answer all questions about it."""
    kind = KINDS[int(rng.choice(len(KINDS), p=[0.55, 0.15, 0.15, 0.15]))]
    if kind == "communities":
        communities = int(rng.integers(1, MAX_COMMUNITIES + 1))
        graph = _planted(communities, rng)
        answers = {"communities": count_word(communities)}
    else:
        graph = _without_communities(kind, rng)
        answers = {}
    return Asked(name, plain(graph), {**answers, "class": kind, **computed(graph)}, is_real=False)


def published_egos() -> list[Asked]:
    """List the ego networks of five to thirty people, of steps one and two, in the published networks."""
    found = []
    for source in PUBLISHED:
        whole = getattr(nx, source)()
        for number, person in enumerate(sorted(whole, key=str)):
            for radius in (1, 2):
                ego = nx.ego_graph(whole, person, radius=radius, center=False)
                if 5 <= len(ego) <= 30:
                    name = f"{source}-{number}-{radius}"
                    found.append(Asked(name, plain(ego), computed(ego), is_real=True))
    return found


def computed(graph: Any) -> dict[str, str]:  # Any: networkx has no type hints
    """Answer what can be computed of any network: connected or not, most acquaintances of one person."""
    most = max(degree for _, degree in graph.degree)
    return {
        "connected": "Yes" if nx.is_connected(graph) else "No",
        "degree": count_word(min(most, 12)),
    }


def plain(graph: Any) -> PlainGraph:  # Any: networkx has no type hints
    """Take nodes and links over; all people are of one kind."""
    places = {node: number for number, node in enumerate(graph)}
    links = [(places[first], places[second]) for first, second in graph.edges if first != second]
    return PlainGraph([0] * len(places), links)


def _planted(communities: int, rng: np.random.Generator) -> Any:
    size = int(rng.integers(5, 8)) if communities > 1 else int(rng.integers(10, 16))
    between = 0.0 if communities > 1 and rng.random() < 0.4 else BETWEEN
    return nx.planted_partition_graph(communities, size, INSIDE, between, seed=int(rng.integers(2**31)))


def _without_communities(kind: str, rng: np.random.Generator) -> Any:
    size, seed = int(rng.integers(12, 29)), int(rng.integers(2**31))
    if kind == "hubs":
        return nx.barabasi_albert_graph(size, 2, seed=seed)
    if kind == "a small world":
        return nx.watts_strogatz_graph(size, 4, 0.1, seed=seed)
    return nx.gnp_random_graph(size, 0.15, seed=seed)
