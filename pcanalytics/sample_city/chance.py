"""Draws that give the same answer on every machine.

Everything random in the made-up city comes from uniform numbers of a named stream. Only `Generator.random` is used, because
its bits are the same in every release of numpy; the other distributions are made from it here by inversion.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import ArrayLike

Stream = np.random.Generator


def stream(seed: int, name: str) -> Stream:
    """Open the stream of random numbers that belongs to one part of the city.

    Parameters
    ----------
    seed : int
        The city's seed.
    name : str
        The part, such as ``"streets"``. Each name has its own numbers, so that a change in one part leaves the others alone.

    Returns
    -------
    numpy.random.Generator
        The stream, at its beginning.

    Raises
    ------
    ValueError
        If `seed` is negative (raised by numpy).

    Examples
    --------
    >>> float(stream(1, "streets").random()) == float(stream(1, "streets").random())
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))


def below(rng: Stream, size: int, limit: ArrayLike) -> np.ndarray:
    """Draw whole numbers from 0 up to, not including, `limit` (a number or an array)."""
    return np.floor(rng.random(size) * np.asarray(limit)).astype(np.int64)


def between(rng: Stream, size: int, low: float, high: float) -> np.ndarray:
    """Draw real numbers from the half-open interval ``[low, high)``."""
    return low + rng.random(size) * (high - low)


def chance(rng: Stream, probability: ArrayLike) -> np.ndarray:
    """Say for each probability of an array whether the thing happens."""
    probability = np.asarray(probability, dtype=float)
    return rng.random(probability.size) < probability


def pick(rng: Stream, size: int, weights: ArrayLike) -> np.ndarray:
    """Draw positions 0, 1, 2, ... with the given weights (not negative, not all zero)."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    return np.minimum(np.searchsorted(edges, rng.random(size) * edges[-1], side="right"), len(edges) - 1)


def pick_by_group(rng: Stream, group: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Draw one position per entry of `group`, each with the weights of its group's row of `weights`."""
    edges = np.cumsum(weights, axis=1)
    edges = edges / edges[:, -1:]
    flat = (edges + np.arange(len(weights))[:, None]).ravel()
    drawn = np.searchsorted(flat, group + rng.random(len(group)), side="right")
    return np.clip(drawn - group * weights.shape[1], 0, weights.shape[1] - 1)


def waits(rng: Stream, size: int, mean: ArrayLike) -> np.ndarray:
    """Draw exponential waiting times with the given mean."""
    return -np.log1p(-rng.random(size)) * np.asarray(mean)


def normals(rng: Stream, size: int) -> np.ndarray:
    """Draw standard normal numbers (Box and Muller)."""
    radius = np.sqrt(-2.0 * np.log1p(-rng.random(size)))
    return radius * np.cos(2.0 * np.pi * rng.random(size))


def gammas(rng: Stream, size: int, shape: int) -> np.ndarray:
    """Draw gamma numbers of mean 1 and variance ``1 / shape`` for a whole-number shape."""
    total = np.zeros(size)
    for _ in range(shape):
        total += waits(rng, size, 1.0)
    return total / shape


def counts(rng: Stream, means: np.ndarray) -> np.ndarray:
    """Draw a Poisson count for each mean, by inversion; means above 400 use the rounded normal.

    Parameters
    ----------
    rng : numpy.random.Generator
        The stream.
    means : numpy.ndarray
        Expected counts, any shape.

    Returns
    -------
    numpy.ndarray
        Counts of the same shape.

    Examples
    --------
    >>> counts(stream(1, "example"), np.zeros(3)).tolist()
    [0, 0, 0]
    """
    means = np.asarray(means, dtype=float)
    flat = means.ravel()
    uniform = rng.random(flat.size)
    large = np.rint(flat + np.sqrt(flat) * normals(rng, flat.size)).clip(0)
    result = np.zeros(flat.size, dtype=np.int64)
    term = np.exp(-flat.clip(max=400.0))
    total = term.copy()
    open_ = uniform >= total
    step = 0
    while open_.any() and step < 700:
        step += 1
        term = term * flat / step
        total = total + term
        result[open_] = step
        open_ = open_ & (uniform >= total)
    return np.where(flat > 400.0, large, result).astype(np.int64).reshape(means.shape)
