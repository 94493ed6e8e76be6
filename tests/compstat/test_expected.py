"""The fit against statsmodels, the probabilities against sums written out."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from pcanalytics.compstat import expected
from pcanalytics.compstat.expected import DISPERSIONS, fit_expected
from pcanalytics.compstat.tails import ABOVE_SHARE, Mixture, Tails

COUNTS = np.random.default_rng(4).poisson(np.array([[3.0], [14.0], [200.0]]) * np.ones(39))


@pytest.mark.parametrize("place", [4, 12, 18])
def test_without_priors_the_fit_is_that_of_statsmodels(place):
    design = expected._design(39, 28)[:-1]
    found, information = expected._fit(COUNTS, design, np.zeros(4), 0.0)
    for row, counts in enumerate(COUNTS):
        model = sm.GLM(counts, design, family=sm.families.NegativeBinomial(alpha=DISPERSIONS[place]))
        theirs = model.fit(tol=1e-12)
        np.testing.assert_allclose(found[row, place], theirs.params, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(-model.hessian(theirs.params, observed=True), information[row, place], rtol=1e-5)


def test_the_weight_of_a_dispersion_follows_the_likelihood_of_statsmodels():
    design = expected._design(39, 28)[:-1]
    found, information = expected._fit(COUNTS, design, np.zeros(4), 0.0)
    evidence = expected._evidence(COUNTS, design, found, information, np.zeros(4), 0.0)
    evidence += 0.5 * np.linalg.slogdet(information)[1]
    for row, counts in enumerate(COUNTS):
        theirs = [
            sm.GLM(counts, design, family=sm.families.NegativeBinomial(alpha=alpha)).fit(tol=1e-12).llf
            for alpha in DISPERSIONS[[8, 14]]
        ]
        assert evidence[row, 14] - evidence[row, 8] == pytest.approx(theirs[1] - theirs[0], abs=1e-6)


def test_a_planted_season_and_trend_are_found():
    years = (np.arange(40) - 39) * 28 / 365.25
    mean = 400 * np.exp(0.1 * years + 0.3 * np.sin(2 * np.pi * years + 1))
    fit = fit_expected(np.rint(mean[None, :-1]), window_days=28)
    assert fit.predict(0).mean == pytest.approx(mean[-1], rel=0.02)
    for window in (3, 17, 30):
        assert fit.predict(0, window).mean == pytest.approx(mean[window], rel=0.02)


@pytest.mark.parametrize("planted", [0.01, 0.1, 0.5])
def test_a_planted_dispersion_is_found(planted):
    rng = np.random.default_rng(1)
    counts = rng.poisson(300 * rng.gamma(1 / planted, planted, (40, 39)))
    weights = fit_expected(counts, window_days=28).weights
    assert np.exp((weights @ np.log(DISPERSIONS)).mean()) == pytest.approx(planted, rel=0.15)
    np.testing.assert_allclose(weights.sum(axis=1), 1)


def test_a_row_is_fitted_the_same_alone_and_among_others():
    rng = np.random.default_rng(2)
    counts = rng.poisson(rng.gamma(2, 20, (30, 1)) * np.ones(39))
    counts[3] = 0
    together = fit_expected(counts, window_days=28)
    for row in (0, 3, 29):
        alone = fit_expected(counts[[row]], window_days=28)
        np.testing.assert_allclose(alone.coefficients[0], together.coefficients[row], atol=1e-9)
        assert alone.predict(0).tails().usual(0.01) == together.predict(row).tails().usual(0.01)


def test_what_is_not_known_widens_the_range():
    steady = np.full((1, 39), 20)
    long, short = fit_expected(steady, window_days=28), fit_expected(steady[:, :8], window_days=28)
    near, far = long.predict(0).tails().usual(0.01), short.predict(0).tails().usual(0.01)
    assert far.high > near.high
    poisson = stats.poisson(20)
    assert near.high > poisson.ppf(1 - 0.01 * ABOVE_SHARE)


def test_wild_counts_come_to_rest():
    rng = np.random.default_rng(3)
    rows = [np.zeros(39), np.r_[np.zeros(38), 100_000], np.r_[50_000, np.zeros(38)], rng.integers(0, 2, 39) * 9_999]
    for windows in (1, 2, 8, 39):
        fit = fit_expected(np.array([row[-windows:] for row in rows]), window_days=28)
        assert all(np.isfinite(fit.predict(row).mean) for row in range(4))


def mixture(*components):
    log_means, dispersions, weights = (np.array(part, dtype=float) for part in zip(*components, strict=True))
    return Mixture.of(np.log(log_means), dispersions, weights, least=0)


MIXTURES = {
    "one": mixture((6, 0.04, 1)),
    "rare": mixture((0.2, 0.3, 0.7), (0.05, 0.01, 0.3)),
    "two": mixture((30, 0.02, 0.5), (45, 0.2, 0.5)),
    "large": mixture((900, 0.01, 0.5), (1100, 0.002, 0.5)),
}


def frozen(mixture):
    """The components as scipy has them."""
    size = 1 / mixture.dispersions
    return stats.nbinom(size, size / (size + np.exp(mixture.log_means)))


@pytest.mark.parametrize("name", MIXTURES)
def test_p_values_are_the_sum_over_all_counts_as_far_out(name):
    chosen = MIXTURES[name]
    counts = np.arange(0, 6000)
    chances = frozen(chosen).pmf(counts[:, None]) @ chosen.weights
    at_least, at_most = chances[::-1].cumsum()[::-1], chances.cumsum()
    far = np.minimum(at_least / ABOVE_SHARE, at_most / (1 - ABOVE_SHARE))
    tails = chosen.tails()
    for count in {*range(0, 40), *range(500, 1500, 100)}:
        slow = chances[far <= far[count] * (1 + 1e-7)].sum()
        assert tails.p_value(count) == pytest.approx(slow, abs=2e-6), count
    for level in (0.01, 0.0027, 0.2):
        outside = tails.usual(level)
        assert chances[(counts < outside.low) | (counts > outside.high)].sum() <= level
        assert chances[counts > outside.high].sum() <= level
        assert outside.side(outside.high) == outside.side(outside.low) == ""


@pytest.mark.parametrize("name", MIXTURES)
def test_above_and_times_are_those_of_scipy(name):
    chosen = MIXTURES[name]
    for count in (0, 3, 50, 1200):
        assert chosen.above(count) == pytest.approx(float(frozen(chosen).sf(count) @ chosen.weights), abs=1e-12)
    assert chosen.times(2).mean == pytest.approx(2 * chosen.mean)


def test_a_stricter_level_never_has_a_narrower_range():
    for chosen in MIXTURES.values():
        tails = chosen.tails()
        spans = [tails.usual(level) for level in (0.2, 0.05, 0.01, 0.0027, 0.0005)]
        for wide, narrow in zip(spans[1:], spans[:-1], strict=True):
            assert wide.low <= narrow.low and wide.high >= narrow.high


def test_even_steps_give_nearly_the_range_of_every_count():
    chosen = mixture((40_000, 0.03, 1))
    size = 1 / 0.03
    theirs = stats.nbinom(size, size / (size + 40_000))
    found = chosen.tails().usual(0.01)
    assert found.high == pytest.approx(theirs.ppf(1 - 0.01 * ABOVE_SHARE), rel=0.002)
    assert found.low == pytest.approx(theirs.ppf(0.01 * (1 - ABOVE_SHARE)), rel=0.005)


def test_a_high_count_below_the_minimum_is_not_far_out():
    tails = mixture((0.01, 0.02, 1)).tails()
    assert tails.p_value(2) < 0.001 and tails.p_value(2, minimum_count=3) == 1
    assert tails.usual(0.01, minimum_count=3).high == 2
    assert Tails.of(np.arange(3), np.array([0.9, 0.08, 0.02])).p_value(50) == pytest.approx(0.02)
