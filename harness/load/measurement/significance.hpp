// Is a difference more than chance? The tests that `assay compare` rests on. Thread-safe: pure functions.
#pragma once

#include <vector>

namespace assay::load {

// Two-sided p of a standard normal value.
[[nodiscard]] double two_sided(double z);
// Two-sided p of the Mann-Whitney U test: exact for up to 20 values without ties on each side, else the normal
// approximation with ties and, for `inflation` above 1, a variance larger by that factor (values in a series repeat
// one another).
[[nodiscard]] double mann_whitney(const std::vector<double>& a, const std::vector<double>& b, double inflation = 1);
// (1 + r) / (1 - r) of the lag-1 autocorrelation r, at least 1.
[[nodiscard]] double inflation_of(const std::vector<double>& series);

// Two-sided p of Welch's t test, which does not ask that both sides vary alike. Fewer than two values on a side: 1.
[[nodiscard]] double welch(const std::vector<double>& a, const std::vector<double>& b);
// Two-sided p of the paired t test: a[i] and b[i] were measured side by side. Fewer than two pairs, or not as many on
// both sides: 1.
[[nodiscard]] double paired(const std::vector<double>& a, const std::vector<double>& b);
// Times, rates and ratios vary by a share of themselves, so these tests are made of their logarithms; what is not
// above 0 counts as `least`.
[[nodiscard]] std::vector<double> logarithms(std::vector<double> values, double least = 1e-12);

// Holm: which of these p are significant so that all of them together raise a false alarm with probability `alpha` at
// most.
[[nodiscard]] std::vector<bool> holm(const std::vector<double>& p, double alpha);

[[nodiscard]] double median_of(std::vector<double> values);  // 0 of none

}  // namespace assay::load
