#include "harness/load/schedule/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::load {
namespace {

constexpr double ns_per_s = 1e9;

double area(const stage& s) {
    return (s.from + s.to) / 2 * static_cast<double>(s.for_ns) / ns_per_s;
}

}  // namespace

double expected_arrivals(const std::vector<stage>& stages, std::int64_t elapsed_ns) {
    double sum = 0;
    for (const stage& s : stages) {
        if (elapsed_ns >= s.for_ns) {
            sum += area(s);
            elapsed_ns -= s.for_ns;
            continue;
        }
        const double t = static_cast<double>(elapsed_ns) / ns_per_s;
        const double whole = static_cast<double>(s.for_ns) / ns_per_s;
        return sum + s.from * t + (s.to - s.from) * t * t / (2 * whole);
    }
    return sum;
}

std::int64_t total_ns(const std::vector<stage>& stages) {
    std::int64_t sum = 0;
    for (const stage& s : stages) sum += s.for_ns;
    return sum;
}

double highest_rate(const std::vector<stage>& stages) {
    double most = 0;
    for (const stage& s : stages) most = std::max({most, s.from, s.to});
    return most;
}

std::uint64_t random_stream::next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30U) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27U) * 0x94d049bb133111ebU;
    return z ^ z >> 31U;
}

double random_stream::unit() {
    return static_cast<double>((next() >> 11U) + 1) * 0x1p-53;
}

schedule::schedule(std::vector<stage> stages, arrivals how, std::uint64_t seed, part of)
    : stages_(std::move(stages)), how_(how), of_(of), random_(seed * 0x100000001b3U + of.index + 1) {
    find_next();
}

void schedule::take() {
    ++taken_;
    find_next();
}

void schedule::find_next() {
    double reached = 0;
    std::uint64_t number = taken_;
    if (how_ == arrivals::poisson) {
        // Each of n parts has 1/n of the rate: the sum of independent Poisson processes is a Poisson process of the
        // whole rate.
        poisson_ -= std::log(random_.unit()) * static_cast<double>(of_.count);
        reached = poisson_;
    } else {
        number = of_.index + of_.count * taken_;
        reached = static_cast<double>(number);
    }
    const auto at = when(reached);
    next_ = at ? std::optional(arrival{*at, number}) : std::nullopt;
}

std::optional<std::int64_t> schedule::when(double reached) {
    while (stage_ < stages_.size() && reached >= before_ + area(stages_[stage_])) {
        before_ += area(stages_[stage_]);
        begins_ns_ += stages_[stage_].for_ns;
        ++stage_;
    }
    if (stage_ == stages_.size()) return std::nullopt;
    const stage& s = stages_[stage_];
    const double x = reached - before_;
    const double slope = (s.to - s.from) / (static_cast<double>(s.for_ns) / ns_per_s);
    // Solves from·t + slope·t²/2 = x in the form that keeps its precision when the slope is small.
    const double root = std::sqrt(std::max(0.0, s.from * s.from + 2 * slope * x));
    const double t = x == 0 ? 0 : 2 * x / (s.from + root);
    return begins_ns_ + std::min(s.for_ns, static_cast<std::int64_t>(t * ns_per_s));
}

}  // namespace assay::load
