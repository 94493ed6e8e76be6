"""What a count is expected to be: a negative-binomial regression on level, trend and season of the windows before.

``log(mean) = level + trend * years + a * sin(2 pi years) + b * cos(2 pi years)``, variance ``mean + dispersion * mean**2``.

The dispersion is never taken as known. The regression is fitted at each of :data:`DISPERSIONS`; each fit weighs as much
as the counts and a weak prior speak for it (Laplace's approximation of the marginal likelihood; Tierney and Kadane
1986, Journal of the American Statistical Association 81), and what is expected is the mixture. A weak prior also holds
trend and season near nothing until the counts say otherwise, so that a short history gives a wide range and not a
wild one. The fit equals that of ``statsmodels.GLM`` where no prior is set, which a test holds; it is written out here
because a page has a hundred rows and each of them 22 fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from pcanalytics.compstat.tails import Mixture
from pcanalytics.errors import PcanalyticsError

__all__ = ["DISPERSIONS", "ExpectedCounts", "fit_expected"]

#: Dispersions at which the regression is fitted: from almost none (Poisson) to a variance far above the mean.
DISPERSIONS = 0.0003 * 1.45 ** np.arange(22)

#: The prior on the dispersion: log-normal. Offenses of a district in 28 days mostly lie from 0.005 to 0.1.
_DISPERSION_MIDDLE, _DISPERSION_SPREAD = 0.035, 1.2

#: Prior standard deviations, on the log scale: of the trend in a year, and of each part of the season.
_TREND_SD, _SEASON_SD = 0.15, 0.2

#: The prior on the level adds this much of one offense to all windows together (Jeffreys), so none is not never.
_PSEUDO_COUNT = 0.5

#: Where the uncertain log mean is evaluated (Gauss and Hermite).
_FINE, _ROUGH = np.polynomial.hermite_e.hermegauss(9), np.polynomial.hermite_e.hermegauss(5)

_YEAR = 365.25
_MOST_STEPS = 60


@dataclass(frozen=True)
class ExpectedCounts:
    """The fits of several rows, one for each dispersion.

    Parameters
    ----------
    design : numpy.ndarray
        One line a window, the current one last; its columns are level, trend, sine and cosine.
    coefficients : numpy.ndarray
        By row, dispersion and column of the design.
    covariances : numpy.ndarray
        Of the coefficients, by row and dispersion.
    weights : numpy.ndarray
        How much each dispersion counts, by row; each row adds up to 1.
    """

    design: np.ndarray
    coefficients: np.ndarray
    covariances: np.ndarray
    weights: np.ndarray

    def predict(self, row: int, window: int = -1, *, share: float = 1.0, rough: bool = False) -> Mixture:
        """Give what a window's count is expected to be, with all that is not known about it.

        Parameters
        ----------
        row : int
            Position of the row in the counts that were fitted.
        window : int, default -1
            Position of the window, oldest first; -1 is the current one, which the fit has not seen.
        share : float, default 1
            The mean is multiplied by it, where only a share of the window's offenses is on record yet.
        rough : bool, default False
            With a fifth of the components: quick, and good enough to draw the windows gone by.

        Returns
        -------
        Mixture
            Of negative binomials.
        """
        here = self.design[window]
        middle = self.coefficients[row] @ here + np.log(share)
        spread = np.sqrt(np.einsum("p,apq,q->a", here, self.covariances[row], here))
        nodes, node_weights = _ROUGH if rough else _FINE
        log_means = middle[:, None] + spread[:, None] * nodes
        weights = self.weights[row][:, None] * (node_weights / node_weights.sum())
        least = 1e-3 if rough else 1e-7
        return Mixture.of(log_means.ravel(), np.repeat(DISPERSIONS, len(nodes)), weights.ravel(), least=least)


def fit_expected(counts: np.ndarray, *, window_days: int) -> ExpectedCounts:
    """Fit level, trend, season and dispersion to the windows before the current one.

    Do not use it for counts that a policy changed at once (a new law, another records system): set a series break, so
    that the windows before it are left out.

    Parameters
    ----------
    counts : numpy.ndarray
        One line a row, one column a window, oldest first, without the current one and without gaps; at least one
        window. Negative counts are taken as 0.
    window_days : int
        Days of a window.

    Returns
    -------
    ExpectedCounts
        Each row's fit is the same whatever other rows stand beside it. The same counts give the same fit: nothing is
        drawn at random.

    Raises
    ------
    PcanalyticsError
        When a fit does not come to rest, which no counts known of bring about.

    Notes
    -----
    Hilbe, *Negative Binomial Regression* (Cambridge, 2nd ed. 2011); Salmon, Schumacher and Höhle, "Monitoring count time
    series in R: aberration detection in public health surveillance" (*Journal of Statistical Software* 70, 2016).

    Examples
    --------
    >>> fits = fit_expected(np.full((1, 39), 20), window_days=28)
    >>> round(fits.predict(0).mean)
    20
    """
    past = np.maximum(np.asarray(counts, dtype=float), 0)
    design = _design(past.shape[1], window_days)
    precision = np.array([0.0, _TREND_SD**-2, _SEASON_SD**-2, _SEASON_SD**-2])
    coefficients, information = _fit(past, design[:-1], precision, _PSEUDO_COUNT)
    evidence = _evidence(past, design[:-1], coefficients, information, precision, _PSEUDO_COUNT)
    evidence = evidence - 0.5 * ((np.log(DISPERSIONS) - np.log(_DISPERSION_MIDDLE)) / _DISPERSION_SPREAD) ** 2
    weights = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return ExpectedCounts(design, coefficients, np.linalg.inv(information), weights)


def _design(windows: int, window_days: int) -> np.ndarray:
    """Give the columns of the regression for the windows before and, last, the current one."""
    years = (np.arange(windows + 1) - windows) * window_days / _YEAR
    turn = 2 * np.pi * years
    return np.column_stack([np.ones(windows + 1), years - years[:-1].mean(), np.sin(turn), np.cos(turn)])


def _fit(counts: np.ndarray, design: np.ndarray, precision: np.ndarray, pseudo: float) -> tuple[np.ndarray, np.ndarray]:
    """Find the most probable coefficients by Newton's steps; the log posterior has one summit only.

    A row leaves when it has come to rest, so that its steps do not depend on the other rows.
    """
    rows, width = len(counts), design.shape[1]
    found = np.zeros((rows, len(DISPERSIONS), width))
    found[:, :, 0] = np.log((counts.sum(axis=1) + 0.5) / counts.shape[1])[:, None]
    going = np.arange(rows)
    for _ in range(_MOST_STEPS):
        if not len(going):
            break
        slope = _slope(counts[going], design, found[going], precision, pseudo)
        step = np.linalg.solve(_information(counts[going], design, found[going], precision), slope[..., None])[..., 0]
        longest = np.abs(step).max(axis=2, keepdims=True)
        found[going] += step / np.maximum(longest, 1)
        going = going[longest.max(axis=(1, 2)) > 1e-8]
    if len(going):
        raise PcanalyticsError(f"The expected counts of {len(going)} rows could not be fitted. This should not happen.")
    return found, _information(counts, design, found, precision)


def _slope(
    counts: np.ndarray, design: np.ndarray, found: np.ndarray, precision: np.ndarray, pseudo: float
) -> np.ndarray:
    mean = np.exp(found @ design.T)
    slope = ((counts[:, None] - mean) / (1 + DISPERSIONS[:, None] * mean)) @ design - found * precision
    slope[:, :, 0] += pseudo
    return slope


def _information(counts: np.ndarray, design: np.ndarray, found: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """Give the negative second derivatives of the log posterior, by row and dispersion."""
    width = design.shape[1]
    mean = np.exp(found @ design.T)
    curve = mean * (1 + DISPERSIONS[:, None] * counts[:, None]) / (1 + DISPERSIONS[:, None] * mean) ** 2
    products = (design[:, :, None] * design[:, None, :]).reshape(len(design), width * width)
    return (curve @ products).reshape(*found.shape[:2], width, width) + np.diag(precision)


def _evidence(
    counts: np.ndarray,
    design: np.ndarray,
    found: np.ndarray,
    information: np.ndarray,
    precision: np.ndarray,
    pseudo: float,
) -> np.ndarray:
    """Approximate the log marginal likelihood of each dispersion, up to what they all share."""
    seen, dispersion = counts[:, None], DISPERSIONS[:, None]
    log_mean = found @ design.T
    likelihood = (
        gammaln(seen + 1 / dispersion)
        - gammaln(1 / dispersion)
        + seen * (log_mean + np.log(dispersion))
        - (seen + 1 / dispersion) * np.log1p(dispersion * np.exp(log_mean))
    ).sum(axis=2)
    prior = pseudo * found[:, :, 0] - 0.5 * (found**2 * precision).sum(axis=2)
    return likelihood + prior - 0.5 * np.linalg.slogdet(information)[1]
