"""The compiled part of resolution: groups of records joined from the strongest pair down, each join put to the guards.

Components (records that any pair above the floor holds together) are independent of each other. Inside one, every two groups
have the weight of their most alike pair, the sum of the weights of all their pairs and, for each kind of fact, the number of pairs
that agree and that contradict; all follow from those of their parts, so a join costs as much as the component has groups.

The best of many pairs is high by chance: where the pairs of two groups speak against one person on average, that is taken off.
"""

from __future__ import annotations

import numba
import numpy as np

__all__ = ["ABSENT", "FORCED", "compare_members", "count_links", "join_components"]

#: Weight of a pair that was not scored, and of one that a reviewer has linked.
ABSENT = np.float32(-1000.0)
FORCED = np.float32(1000.0)

# Bits of what a pair of records says.
ID_AGREE, ID_CONFLICT = 1, 2
GENERATION_AGREE, GENERATION_CONFLICT = 4, 8
BIRTH_AGREE, BIRTH_CONFLICT = 16, 32
YEARS_APART = 64
NAMES_ALIKE, NAMES_UNLIKE = 128, 256
TWO_NUMBERS = 512
DECIDED_NOT = 1024
SAME_ADDRESS = 2048
NAMES_OPEN = 4096  # whether first names are alike is still to be seen

_BITS = 12

# Numbers of the reasons, in the order of `guards.REASONS`.
_DECIDED_NOT, _IDS, _GENERATION, _TWINS, _SAME_BIRTH, _OTHER_NAME, _OTHER_BIRTH, _NUMBERS, _LARGE = range(9)
_AMBIGUOUS = 10


@numba.njit(cache=True)
def _birth_near(a: np.ndarray, b: np.ndarray) -> bool:
    """Say whether two birth dates may be one that was written down wrong."""
    if a[0] == b[0]:
        if a[1] < 0 or b[1] < 0 or a[2] < 0 or b[2] < 0:
            return True
        if a[1] == b[1] and a[2] == b[2]:
            return True
        if (a[1] == 1 and a[2] == 1) or (b[1] == 1 and b[2] == 1):
            return True
        if a[1] == b[2] and a[2] == b[1]:
            return True
    if a[1] == b[1] and a[2] == b[2] and abs(a[0] - b[0]) in (1, 10):
        return True
    x = a[0] * 10000 + a[1] * 100 + a[2]
    y = b[0] * 10000 + b[1] * 100 + b[2]
    differ, first, before_x, before_y, swapped = 0, -2, -1, -1, False
    for place in range(8):
        p, q = x % 10, y % 10
        x, y = x // 10, y // 10
        if p != q:
            differ += 1
            if differ == 2:
                swapped = place == first + 1 and p == before_y and q == before_x
            first, before_x, before_y = place, p, q
    return differ <= 1 or (differ == 2 and swapped)


@numba.njit(cache=True)
def compare_members(
    members: np.ndarray,
    starts: np.ndarray,
    offsets: np.ndarray,
    ids: np.ndarray,
    generation: np.ndarray,
    birth: np.ndarray,
    names: np.ndarray,
    number: np.ndarray,
    address: np.ndarray,
    years_apart: int,
) -> np.ndarray:
    """Compare every two records of each component, fact by fact.

    Parameters
    ----------
    members : ndarray of int32
        Records, component by component.
    starts, offsets : ndarray of int64
        Where each component begins in ``members``, and in the answer.
    ids, generation, birth, names, number, address : ndarray
        As in `Facts`.
    years_apart : int
        So many years make another generation.

    Returns
    -------
    ndarray of uint16
        Bits, for (0, 1), (0, 2), ..., (1, 2), ... of each component. A missing fact sets none.
    """
    bits = np.zeros(offsets[-1], dtype=np.uint16)
    for component in range(len(starts) - 1):
        at = offsets[component]
        for i in range(starts[component], starts[component + 1]):
            for j in range(i + 1, starts[component + 1]):
                a, b, found = members[i], members[j], 0
                for kind in range(ids.shape[1]):
                    if ids[a, kind] >= 0 and ids[b, kind] >= 0:
                        found |= ID_AGREE if ids[a, kind] == ids[b, kind] else ID_CONFLICT
                if generation[a] >= 0 and generation[b] >= 0:
                    found |= GENERATION_AGREE if generation[a] == generation[b] else GENERATION_CONFLICT
                if birth[a, 0] >= 0 and birth[b, 0] >= 0:
                    if _birth_near(birth[a], birth[b]):
                        found |= BIRTH_AGREE
                    else:
                        found |= BIRTH_CONFLICT
                        if abs(birth[a, 0] - birth[b, 0]) >= years_apart:
                            found |= YEARS_APART
                if names[a, 0] >= 0 and names[b, 0] >= 0:
                    if names[a, 0] == names[b, 0] or (names[a, 1] >= 0 and names[a, 1] == names[b, 1]):
                        found |= NAMES_ALIKE
                    elif names[a, 0] == names[b, 2] or names[a, 2] == names[b, 0]:
                        found |= NAMES_ALIKE
                    else:
                        found |= NAMES_OPEN
                if number[a, 0] >= 0 and number[b, 0] >= 0 and number[a, 1] == number[b, 1]:
                    if number[a, 0] != number[b, 0]:
                        found |= TWO_NUMBERS
                if address[a] >= 0 and address[a] == address[b]:
                    found |= SAME_ADDRESS
                bits[at] = found
                at += 1
    return bits


@numba.njit(cache=True)
def _objection(facts: np.ndarray, known: float, floor: float, size: int, largest: int, asked: np.ndarray) -> int:
    """Give the first guard that objects to joining two groups, or -1; ``facts`` counts record pairs by bit."""
    if facts[10] > 0:
        return _DECIDED_NOT
    if asked[_IDS] and facts[1] > facts[0]:
        return _IDS
    if asked[_GENERATION] and (facts[3] > facts[2] or facts[6] > facts[4]):
        return _GENERATION
    if facts[8] > 0 and facts[7] == 0 and facts[0] == 0:
        guard = _OTHER_NAME
        if facts[4] > 0:
            guard = _TWINS if facts[11] > 0 else _SAME_BIRTH
        if asked[guard]:
            return guard
    if asked[_OTHER_BIRTH] and facts[5] > facts[4] and known < floor and facts[0] == 0:
        return _OTHER_BIRTH
    if asked[_NUMBERS] and facts[9] > 0:
        return _NUMBERS
    if size > largest:
        return _LARGE
    return -1


@numba.njit(cache=True)
def _fit(best: np.ndarray, total: np.ndarray, sizes: np.ndarray, a: int, b: int) -> float:
    """Weigh two groups: their best pair, less what all pairs speak against it on average."""
    if best[a, b] >= FORCED or best[a, b] <= ABSENT:
        return best[a, b]
    return best[a, b] + min(total[a, b] / (sizes[a] * sizes[b]), np.float32(0.0))


@numba.njit(cache=True)
def _rivals(
    weight: np.ndarray,
    total: np.ndarray,
    count: np.ndarray,
    known: np.ndarray,
    blocked: np.ndarray,
    alive: np.ndarray,
    sizes: np.ndarray,
    a: int,
    b: int,
    floor: float,
    margin: float,
    largest: int,
    asked: np.ndarray,
) -> int:
    """Say whether a third group has about as good a claim to one of two groups: 2 ambiguous, 1 wait for it, 0 no.

    A claim is lost when the two, joined, could no longer be joined with the third. Whether that matters is seen by what
    stands between the other two: that they are likely two people.
    """
    wait = 0
    best = _fit(weight, total, sizes, a, b)
    for turn in range(2):
        x, z = (a, b) if turn == 0 else (b, a)
        for c in range(len(alive)):
            if not alive[c] or c == a or c == b:
                continue
            claim = _fit(weight, total, sizes, x, c)
            if claim < best - margin or claim <= ABSENT:
                continue
            if _objection(count[x, c], known[x, c], floor, 0, largest, asked) >= 0:
                continue
            seen = max(known[x, c], known[z, c])
            against = _objection(count[x, c] + count[z, c], seen, floor, 0, largest, asked)
            if against in (_DECIDED_NOT, _GENERATION, _OTHER_BIRTH):
                return 2
            if against in (_IDS, _TWINS, _SAME_BIRTH, _OTHER_NAME) and _fit(weight, total, sizes, z, c) < floor:
                return 2
            if against == _IDS and sizes[c] > sizes[z] and claim >= floor and not blocked[x, c]:
                wait = 1
    return wait


@numba.njit(cache=True)
def join_components(
    members: np.ndarray,
    starts: np.ndarray,
    offsets: np.ndarray,
    bits: np.ndarray,
    weights: np.ndarray,
    floor: float,
    margin: float,
    largest: int,
    absent: float,
    asked: np.ndarray,
    most_held: int,
) -> tuple:
    """Join groups in every component, and list what was held back.

    Parameters
    ----------
    members, starts, offsets : ndarray
        As for `compare_members`.
    bits : ndarray of uint16
        What each two members say.
    weights : ndarray of float32
        Match weight of each two members; `ABSENT` where they were not scored.
    floor : float
        Least weight that joins.
    margin : float
        A third group whose weight is within this of the best is a rival.
    largest : int
        Most records of a group.
    absent : float
        What a pair that was not scored counts for in an average.
    asked : ndarray of bool
        Which guards are asked, by their number.
    most_held : int
        Upper bound of the number of held pairs.

    Returns
    -------
    tuple of ndarray
        Of joins: left, right (the pair that joined), height. Of held pairs: left, right, weight, reason number.
    """
    most_joins = len(members)
    join_left = np.empty(most_joins, dtype=np.int32)
    join_right = np.empty(most_joins, dtype=np.int32)
    join_height = np.empty(most_joins, dtype=np.float32)
    held_left = np.empty(most_held, dtype=np.int32)
    held_right = np.empty(most_held, dtype=np.int32)
    held_weight = np.empty(most_held, dtype=np.float32)
    held_reason = np.empty(most_held, dtype=np.int8)
    joins, helds = 0, 0
    for component in range(len(starts) - 1):
        first = starts[component]
        k = starts[component + 1] - first
        weight = np.full((k, k), ABSENT, dtype=np.float32)
        known = np.full((k, k), ABSENT, dtype=np.float32)
        total = np.zeros((k, k), dtype=np.float32)
        edge = np.zeros((k, k), dtype=np.int32)
        count = np.zeros((k, k, _BITS), dtype=np.int32)
        at = offsets[component]
        for i in range(k):
            for j in range(i + 1, k):
                weight[i, j] = weight[j, i] = weights[at]
                total[i, j] = total[j, i] = max(min(weights[at], np.float32(60.0)), np.float32(absent))
                edge[i, j] = edge[j, i] = i * k + j
                if bits[at] & (BIRTH_AGREE | BIRTH_CONFLICT):
                    known[i, j] = known[j, i] = weights[at]
                for bit in range(_BITS):
                    if bits[at] & (1 << bit):
                        count[i, j, bit] = count[j, i, bit] = 1
                at += 1
        alive = np.ones(k, dtype=np.bool_)
        sizes = np.ones(k, dtype=np.int32)
        blocked = np.zeros((k, k), dtype=np.bool_)
        heights = np.full(k, FORCED, dtype=np.float32)
        while True:
            best, a, b = np.float32(floor), -1, -1
            for i in range(k):
                if alive[i]:
                    for j in range(i + 1, k):
                        if alive[j] and not blocked[i, j]:
                            w = np.float32(_fit(weight, total, sizes, i, j))
                            if w > best or (w == best and (a < 0 or edge[i, j] < edge[a, b])):
                                best, a, b = w, i, j
            if a < 0:
                break
            if best < FORCED:
                stop = _objection(count[a, b], known[a, b], floor, sizes[a] + sizes[b], largest, asked) >= 0
                if not stop:
                    stop = (
                        _rivals(weight, total, count, known, blocked, alive, sizes, a, b, floor, margin, largest, asked)
                        > 0
                    )
                if stop:
                    blocked[a, b] = blocked[b, a] = True
                    continue
            heights[a] = min(heights[a], heights[b], best)
            join_left[joins] = members[first + edge[a, b] // k]
            join_right[joins] = members[first + edge[a, b] % k]
            join_height[joins] = heights[a]
            joins += 1
            alive[b] = False
            sizes[a] += sizes[b]
            for c in range(k):
                if alive[c] and c != a:
                    if weight[b, c] > weight[a, c] or (weight[b, c] == weight[a, c] and edge[b, c] < edge[a, c]):
                        weight[a, c] = weight[c, a] = weight[b, c]
                        edge[a, c] = edge[c, a] = edge[b, c]
                    total[a, c] += total[b, c]
                    total[c, a] = total[a, c]
                    if known[b, c] > known[a, c]:
                        known[a, c] = known[c, a] = known[b, c]
                    for bit in range(_BITS):
                        count[a, c, bit] += count[b, c, bit]
                        count[c, a, bit] = count[a, c, bit]
                    blocked[a, c] = blocked[c, a] = False
        for i in range(k):
            if alive[i]:
                for j in range(i + 1, k):
                    if alive[j] and weight[i, j] >= floor and _fit(weight, total, sizes, i, j) >= floor:
                        reason = _objection(count[i, j], known[i, j], floor, sizes[i] + sizes[j], largest, asked)
                        held_left[helds] = members[first + edge[i, j] // k]
                        held_right[helds] = members[first + edge[i, j] % k]
                        held_weight[helds] = _fit(weight, total, sizes, i, j)
                        held_reason[helds] = reason if reason >= 0 else _AMBIGUOUS
                        helds += 1
    return (
        join_left[:joins],
        join_right[:joins],
        join_height[:joins],
        held_left[:helds],
        held_right[:helds],
        held_weight[:helds],
        held_reason[:helds],
    )


@numba.njit(cache=True)
def count_links(left: np.ndarray, right: np.ndarray, lefts: np.ndarray, rights: np.ndarray, within: bool) -> np.ndarray:
    """Count the pairs of records that each join makes one person's.

    Parameters
    ----------
    left, right : ndarray of int64
        The joins, in the order in which they are made; none joins two records that are joined already.
    lefts, rights : ndarray of int64
        1 for each record of that side.
    within : bool
        Count every pair, not only those of two sides.

    Returns
    -------
    ndarray of int64
        One number a join.
    """
    parent = np.arange(len(lefts))
    one, other = lefts.copy(), rights.copy()
    made = np.empty(len(left), dtype=np.int64)
    for at in range(len(left)):
        a, b = left[at], right[at]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if within:
            made[at] = (one[a] + other[a]) * (one[b] + other[b])
        else:
            made[at] = one[a] * other[b] + other[a] * one[b]
        parent[b] = a
        one[a] += one[b]
        other[a] += other[b]
    return made
