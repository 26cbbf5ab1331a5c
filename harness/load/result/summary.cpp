#include "harness/load/result/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/load/measurement/threshold.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/text.hpp"

namespace assay::load {
namespace {

class page {
public:
    explicit page(const summary_options& o) : o_(o) {}
    [[nodiscard]] std::string bold(std::string_view s) const { return dress("1", s); }
    [[nodiscard]] std::string soft(std::string_view s) const { return dress("2", s); }
    [[nodiscard]] std::string good(std::string_view s) const { return dress("32", s); }
    [[nodiscard]] std::string bad(std::string_view s) const { return dress("31", s); }
    [[nodiscard]] std::string odd(std::string_view s) const { return dress("33", s); }
    [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(std::max(60, o_.width)); }
    std::string out;

private:
    [[nodiscard]] std::string dress(std::string_view code, std::string_view s) const {
        return o_.colour ? fmt::format("\033[{}m{}\033[0m", code, s) : std::string(s);
    }
    summary_options o_;
};

std::string padded(std::string_view text, std::size_t width, bool right = true) {
    const std::size_t has = reports::columns(text);
    const std::string blank(has < width ? width - has : 0, ' ');
    return right ? blank + std::string(text) : std::string(text) + blank;
}

constexpr std::array<double, 6> shown{50, 90, 95, 99, 99.9, 100};

std::string times_row(const histogram& h) {
    std::string out;
    for (const double p : shown) out += padded(show_us(p == 100 ? h.max() : h.percentile(p)), 10);
    return out;
}

void head(page& p, const load_result& r) {
    const load_setup& s = r.setup;
    p.out += fmt::format("\n{}\n", p.bold(s.name));
    if (s.name != s.flows) p.out += fmt::format("  {}\n", s.flows);
    p.out += fmt::format("  {}, {}\n", describe_loop(s), s.loop == "closed" ? "closed loop" : s.loop);
    p.out += fmt::format("  on {}, began {}", s.target, r.started_at);
    if (s.shard_count > 1) {
        std::string list;
        for (const std::uint64_t i : r.shards) list += fmt::format("{}{}", list.empty() ? "" : ",", i + 1);
        p.out += fmt::format(", shards {} of {}", list, s.shard_count);
    }
    p.out += "\n\n";
    if (const std::string bad = failure_sentence(r); !bad.empty()) p.out += fmt::format("  {}\n\n", p.bad(bad));
}

// How many processes on how many machines, and how well their clocks are known.
std::string ranks_line(const load_result& r) {
    if (r.ranks.empty()) return {};
    std::set<std::string> hosts;
    std::int64_t offset = 0;
    std::int64_t error = 0;
    for (const auto& [number, one] : r.ranks) {
        hosts.insert(one.host);
        offset = std::max(offset, std::abs(one.clock_offset_ns));
        error = std::max(error, one.clock_error_ns);
    }
    return fmt::format("  {}  {} on {}; clocks at most {} from rank 0's, known to {}\n", padded("ranks", 9, false),
                       r.ranks.size(), reports::counted(hosts.size(), "host"), show_us(offset / 1000),
                       show_us((error + 999) / 1000));
}

std::string server_line(const load_result& r) {
    const std::string used = server_sentence(r);
    return used.empty() ? used : fmt::format("  {}  {}\n", padded("server", 9, false), used);
}

void generator(page& p, const load_result& r) {
    if (r.setup.open()) {
        p.out += fmt::format("  {}  {}/s offered, {}/s achieved; {} begun, {} finished\n", padded("rate", 9, false),
                             show_number(r.offered_rate()), show_number(r.achieved_rate()), grouped(r.begun),
                             grouped(r.finished));
    } else {
        p.out += fmt::format("  {}  {}/s; {} begun, {} finished\n", padded("rate", 9, false),
                             show_number(r.achieved_rate()), grouped(r.begun), grouped(r.finished));
    }
    p.out += fmt::format("  {}  {}, {:.0f}% of {} busy", padded("generator", 9, false),
                         reports::counted(r.threads, "thread"), r.cpu_share() * 100,
                         r.threads == 1 ? "a core" : "their cores");
    if (r.threads > 1) p.out += fmt::format(" (one of them {:.0f}%)", static_cast<double>(r.busiest_permille) / 10);
    if (r.setup.open()) {
        p.out += fmt::format("; schedule lag p99 {}, worst {}", show_us(r.lag.percentile(99)), show_us(r.lag.max()));
    }
    p.out += fmt::format("; {} opened", reports::counted(r.connections, "connection"));
    if (r.memory_peak_kib > 0) p.out += fmt::format("; {} MiB at most", (r.memory_peak_kib + 1023) / 1024);
    if (r.resumed > 0) p.out += fmt::format(", {} resumed a TLS session", grouped(r.resumed));
    if (r.waited > 0) {
        p.out += fmt::format("\n             {} requests waited for a free connection (it counts in their latency)",
                             grouped(r.waited));
    }
    if (r.unfinished > 0)
        p.out += fmt::format("\n             {} were cut off and are in no figure", grouped(r.unfinished));
    p.out += "\n" + server_line(r) + ranks_line(r) + "\n";
}

std::string share_that_failed(const request_result& request) {
    if (request.failed == 0) return "0";
    const double percent = 100.0 * static_cast<double>(request.failed) / static_cast<double>(request.count());
    return percent < 10 ? fmt::format("{:.2g}%", percent) : fmt::format("{:.0f}%", percent);
}

void requests(page& p, const load_result& r) {
    std::size_t name = 10;
    for (const auto& [request, figures] : r.requests) name = std::max(name, request.size() + 2);
    std::string header = "  " + padded("request", name, false) + padded("count", 12) + padded("failed", 8);
    for (const char* title : {"p50", "p90", "p95", "p99", "p99.9", "max"}) header += padded(title, 10);
    p.out += p.soft(header) + "\n";
    for (const bool whole : {false, true}) {
        for (const auto& [request, f] : r.requests) {
            if (f.whole != whole) continue;
            const std::string failed = padded(whole ? "" : share_that_failed(f), 8);
            p.out += "  " + padded(request, name, false) + padded(grouped(f.count()), 12) +
                     (f.failed > 0 ? p.bad(failed) : failed) + times_row(f.latency) + "\n";
            if (whole) continue;
            p.out += p.soft("  " + padded("  service", name + 20, false) + times_row(f.service)) + "\n";
            if (f.failed_latency.count() == 0) continue;
            p.out += p.soft("  " + padded("  failed", name + 20, false) + times_row(f.failed_latency)) + "\n";
        }
    }
    p.out += p.soft(
                 "  Latency counts from the intended start, service time from the first byte sent; failed requests "
                 "are counted apart.") +
             "\n\n";
}

// One bar per doubling of the time, starting with the first value.
void distribution(page& p, const load_result& r) {
    const std::string name = main_request(r);
    if (name.empty() || r.requests.at(name).latency.count() == 0) return;
    std::map<int, std::uint64_t> octaves;
    for (const histogram::bar& b : r.requests.at(name).latency.bars()) {
        octaves[b.low < 16 ? 3 : static_cast<int>(std::log2(static_cast<double>(b.low)))] += b.count;
    }
    std::uint64_t most = 1;
    for (const auto& [octave, count] : octaves) most = std::max(most, count);
    const double all = static_cast<double>(r.requests.at(name).latency.count());
    p.out += fmt::format("  How long {} took\n", p.bold(name));
    const std::size_t room = std::min<std::size_t>(50, p.width() - 42);
    for (int o = octaves.begin()->first; o <= octaves.rbegin()->first; ++o) {
        const std::uint64_t n = octaves.count(o) != 0 ? octaves[o] : 0;
        const double share = static_cast<double>(n) / static_cast<double>(most);
        auto cells = static_cast<std::size_t>(std::lround(share * static_cast<double>(room)));
        if (n > 0) cells = std::max<std::size_t>(cells, 1);
        std::string bar;
        for (std::size_t i = 0; i < cells; ++i) bar += "█";
        p.out += fmt::format("  {} {} {} {}\n", padded("up to " + show_us((std::int64_t{2} << o) - 1), 16),
                             padded(bar, room, false), padded(grouped(n), 10),
                             p.soft(fmt::format("{:5.1f}%", 100.0 * static_cast<double>(n) / all)));
    }
    p.out += "\n";
}

void over_time(page& p, const load_result& r) {
    const std::string name = main_request(r);
    std::map<std::int64_t, const interval_result*> seconds;
    for (const auto& [key, one] : r.intervals) {
        if (key.second == name) seconds[key.first] = &one;
    }
    if (seconds.size() < 3) return;
    std::vector<double> rate, p99;
    const std::int64_t last = seconds.rbegin()->first;
    const std::int64_t per_cell = last / static_cast<std::int64_t>(p.width() - 40) + 1;
    // The last second is usually incomplete: a cell with it would show a drop that did not happen.
    for (std::int64_t at = 0; at + per_cell <= last; at += per_cell) {
        histogram all;
        for (std::int64_t s = at; s < at + per_cell; ++s) {
            if (seconds.count(s) != 0) all.add(seconds[s]->latency);
        }
        rate.push_back(static_cast<double>(all.count()) / static_cast<double>(per_cell));
        p99.push_back(static_cast<double>(all.percentile(99)));
    }
    const auto [slow, fast] = std::minmax_element(rate.begin(), rate.end());
    const auto [low, high] = std::minmax_element(p99.begin(), p99.end());
    p.out += fmt::format("  {} over time, {} a character\n", p.bold(name),
                         reports::counted(static_cast<std::size_t>(per_cell), "second"));
    p.out += fmt::format("  answers/s {}  {} to {}\n", sparkline(rate), show_number(*slow), show_number(*fast));
    p.out += fmt::format("  p99       {}  {} to {}\n\n", sparkline(p99), show_us(static_cast<std::int64_t>(*low)),
                         show_us(static_cast<std::int64_t>(*high)));
}

void invariants(page& p, const load_result& r) {
    if (r.invariants.empty()) return;
    p.out += "  Invariants\n";
    for (const auto& [name, one] : r.invariants) {
        const std::string line = fmt::format("{} broken, {} tried", grouped(one.broken), grouped(one.tried));
        p.out += fmt::format("    {} {}{}\n", padded(name, 16, false), one.broken > 0 ? p.bad(line) : line,
                             one.broken > 0 && !one.sample.empty() ? ": " + reports::printable(one.sample) : "");
    }
    p.out += "\n";
}

void failures(page& p, const load_result& r) {
    if (r.failures.empty()) return;
    constexpr std::size_t most = 10;
    std::vector<std::pair<std::pair<std::string, std::string>, tally>> all(r.failures.begin(), r.failures.end());
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
    p.out += "  Failures\n";
    for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
        std::string sample = reports::printable(all[i].second.sample);
        std::replace(sample.begin(), sample.end(), '\n', ' ');
        p.out += fmt::format("    {} {} {}  {}\n", padded(grouped(all[i].second.count), 9), all[i].first.first,
                             p.bad(all[i].first.second), p.soft(sample.substr(0, 90)));
    }
    if (all.size() > most) p.out += fmt::format("    and {} more kinds\n", all.size() - most);
    p.out += "\n";
}

void verdict(page& p, const load_result& r) {
    const auto all = judge(r);
    if (!all.empty()) p.out += "  Thresholds\n";
    std::size_t width = 0;
    for (const judged& t : all) width = std::max(width, reports::columns(t.text));
    for (const judged& t : all) {
        const std::string mark = r.saturated.empty() ? (t.holds ? p.good("holds") : p.bad("fails")) : p.odd("    ?");
        p.out += fmt::format("    {}  {}  {}\n", mark, padded(t.text, width, false), t.actual);
    }
    if (!all.empty()) p.out += "\n";
    for (const std::string& n : r.notes) p.out += p.soft("  Note: " + n + ".") + "\n";
    const int code = exit_code(r);
    const std::string sentence = verdict_sentence(r);
    p.out += fmt::format("  {}\n", code == 0                ? p.good(sentence)
                                   : code == 3 || code == 4 ? p.bad(sentence)
                                                            : p.odd(sentence));
}

}  // namespace

std::string grouped(std::uint64_t n) {
    std::string digits = std::to_string(n);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, " ");
    return digits;
}

std::string sparkline(const std::vector<double>& values) {
    static constexpr std::array<std::string_view, 8> heights{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double most = 0;
    for (const double v : values) most = std::max(most, v);
    std::string out;
    for (const double v : values) {
        const double share = most == 0 ? 0 : v / most;
        out += heights[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))];
    }
    return out;
}

std::string describe_loop(const load_setup& s) {
    if (!s.open()) return fmt::format("{} for {}", reports::counted(s.users, "user"), show_duration(s.duration_ns));
    std::string out;
    for (const stage& one : s.stages) {
        if (!out.empty()) out += ", then ";
        out += one.from == one.to ? fmt::format("{}/s for {}", show_number(one.from), show_duration(one.for_ns))
                                  : fmt::format("{}/s to {}/s in {}", show_number(one.from), show_number(one.to),
                                                show_duration(one.for_ns));
    }
    return out;
}

std::string server_sentence(const load_result& r) {
    if (r.server.empty()) return {};
    const auto flows = static_cast<std::int64_t>(std::max<std::uint64_t>(1, r.finished));
    std::string out = fmt::format(
        "{:.3g} of a core, {} of processor time a flow;",
        static_cast<double>(r.server_cpu_ns()) / static_cast<double>(std::max<std::int64_t>(1, r.elapsed_ns)),
        show_us(r.server_cpu_ns() / 1000 / flows));
    for (const auto& [program, used] : r.server) {
        out += fmt::format(" {} {:.2f} s", reports::printable(program), static_cast<double>(used.cpu_ns) / 1e9);
        if (used.memory_peak_kib > 0) out += fmt::format(", {} MiB at most", (used.memory_peak_kib + 1023) / 1024);
        out += ";";
    }
    out.pop_back();
    return out;
}

std::string failure_sentence(const load_result& r) {
    if (failed_share(r) <= failed_share_max) return {};
    std::uint64_t failed = 0;
    std::uint64_t all = 0;
    for (const auto& [name, request] : r.requests) {
        if (request.whole) continue;
        failed += request.failed;
        all += request.count();
    }
    std::string out = fmt::format("{:.3g}% of the requests failed ({} of {})", failed_share(r) * 100, grouped(failed),
                                  grouped(all));
    const auto most = std::max_element(r.failures.begin(), r.failures.end(),
                                       [](const auto& a, const auto& b) { return a.second.count < b.second.count; });
    if (most == r.failures.end()) return out + ".";
    return out + fmt::format(", most often {}: {}.", most->first.first, reports::printable(most->first.second));
}

namespace {

std::string lost_sentence(const load_result& r) {
    std::string out = "Error: the run ended early, with the figures until then:";
    for (const auto& [number, one] : r.ranks) {
        if (!one.lost.empty()) out += fmt::format(" rank {} ({}) {};", number, one.host, one.lost);
    }
    out.back() = '.';
    return out;
}

}  // namespace

std::string verdict_sentence(const load_result& r) {
    switch (exit_code(r)) {
        case 0:
            return r.setup.thresholds.empty() ? "Done; no threshold was set." : "Pass: every threshold holds.";
        case 3:
            if (r.lost_a_rank()) return lost_sentence(r);
            return "Error: not one request was answered as it should be; see what failed above.";
        case 4:
            return failure_sentence(r).empty() ? "Fail: a threshold does not hold."
                                               : "Fail: a threshold does not hold. " + failure_sentence(r);
        case 130:
            return "Interrupted: the figures are what was measured until then.";
        default:
            break;
    }
    std::string out = "No verdict, the generator was the bottleneck:";
    for (const std::string& why : r.saturated) out += " " + why + ";";
    out.back() = '.';
    return out;
}

std::string format_summary(const load_result& r, const summary_options& o) {
    page p(o);
    head(p, r);
    generator(p, r);
    requests(p, r);
    distribution(p, r);
    over_time(p, r);
    invariants(p, r);
    failures(p, r);
    verdict(p, r);
    return std::move(p.out);
}

}  // namespace assay::load
