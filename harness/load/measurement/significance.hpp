// Tests of significance for `assay compare`. Thread-safe: pure functions.
#pragma once

#include <vector>

namespace assay::load {

// Two-sided p of a standard normal value.
[[nodiscard]] double two_sided(double z);
// Two-sided p of the Mann-Whitney U test: exact for up to 20 values without ties on each side, else the normal
// approximation with a correction for ties. `inflation` above 1 multiplies the variance, for autocorrelated
// values.
[[nodiscard]] double mann_whitney(const std::vector<double>& a, const std::vector<double>& b, double inflation = 1);
// (1 + r) / (1 - r) of the lag-1 autocorrelation r, at least 1.
[[nodiscard]] double inflation_of(const std::vector<double>& series);

// Two-sided p of Welch's t test, which allows different variances. Fewer than two values on a side: 1.
[[nodiscard]] double welch(const std::vector<double>& a, const std::vector<double>& b);
// Two-sided p of the paired t test: a[i] and b[i] were measured together. Fewer than two pairs, or different lengths:
// 1.
[[nodiscard]] double paired(const std::vector<double>& a, const std::vector<double>& b);
// The tests use logarithms, because times, rates and ratios vary in proportion to their size; values not above 0 are
// replaced by `least`.
[[nodiscard]] std::vector<double> logarithms(std::vector<double> values, double least = 1e-12);

// Holm's correction: which of these p values are significant if the probability of any false positive must be `alpha`
// at most.
[[nodiscard]] std::vector<bool> holm(const std::vector<double>& p, double alpha);

[[nodiscard]] double median_of(std::vector<double> values);  // 0 if empty

}  // namespace assay::load
