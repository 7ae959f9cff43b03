"""Levenshtein distance of two strings, bit-parallel: the cells of a column are the bits of one integer."""

from __future__ import annotations


def levenshtein(first: str, second: str) -> int:
    """Count the insertions, deletions and substitutions of one character that make one string the other.

    Myers' bit vectors in Hyyrö's form (2003): one pass over the second string, whatever the length of the first.

    `levenshtein("kitten", "sitting") -> 3`
    """
    if not first or not second:
        return len(first) + len(second)
    places: dict[str, int] = {}
    for position, character in enumerate(first):
        places[character] = places.get(character, 0) | 1 << position
    mask, last = (1 << len(first)) - 1, 1 << (len(first) - 1)
    up, down, distance = mask, 0, len(first)  # where the column grows by one, where it falls
    for character in second:
        equal = places.get(character, 0)
        vertical = equal | down
        horizontal = (((equal & up) + up) ^ up) | equal
        right_up = down | (mask & ~(horizontal | up))
        right_down = up & horizontal
        distance += bool(right_up & last) - bool(right_down & last)
        right_up = (right_up << 1 | 1) & mask
        right_down = (right_down << 1) & mask
        up = right_down | (mask & ~(vertical | right_up))
        down = right_up & vertical
    return distance
