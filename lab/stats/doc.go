// Package stats compares samples: confidence intervals, permutation tests, the
// correction for multiple comparisons, effect sizes. lab calls it; it knows nothing of
// runs or sweeps.
//
// A Sample has one series of values per variant, in sweeps one value per seed. Interval
// bounds a Statistic of it. Paired samples, the ith values of which share their random
// numbers, are tested with SignFlip, others with Permutation; Holm and FDR correct the
// p-values for their number.
//
// All randomness comes from the caller's generator: the same generator gives the same
// result. Intervals of fewer than 2 values have NaN ends.
//
// Sources: Efron and Tibshirani, An Introduction to the Bootstrap (1993); Hesterberg,
// What Teachers Should Know About the Bootstrap (2015); Fisher, The Design of
// Experiments (1935); Holm, A Simple Sequentially Rejective Multiple Test Procedure
// (1979); Benjamini and Hochberg, Controlling the False Discovery Rate (1995); Hedges,
// Distribution Theory for Glass's Estimator of Effect Size (1981).
package stats
