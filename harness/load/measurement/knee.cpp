#include "harness/load/measurement/knee.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/load/schedule/duration.hpp"
#include "reports/exit_code.hpp"

namespace assay::load {
namespace {

// Compares with the lowest rate: if service time grew, the server was the limit; if only waiting grew, the
// connections were.
std::string what_gave_way(const load_result& calm, const load_result& beyond) {
    if (!beyond.saturated.empty()) return "the generator: " + *beyond.saturated.begin();
    std::string failed;
    for (const judged& t : judge(beyond)) {
        if (!t.holds) failed += fmt::format("{}{} ({})", failed.empty() ? "" : ", ", t.text, t.actual);
    }
    const std::string name = main_request(beyond);
    const auto before = calm.requests.find(name);
    if (name.empty() || before == calm.requests.end()) return failed;
    const request_result& after = beyond.requests.at(name);
    const std::int64_t was = before->second.service.percentile(50);
    const std::int64_t is = after.service.percentile(50);
    const bool grew = is > 2 * std::max<std::int64_t>(was, 1);
    if (!grew && beyond.waited * 100 > after.count()) {
        return fmt::format("the connections: requests waited for a free one; raise --connections. {}", failed);
    }
    if (grew) {
        return fmt::format("the server: service time p50 of {} went from {} to {}. {}", name, show_us(was),
                           show_us(is), failed);
    }
    return fmt::format("the server's tail: service time p50 of {} stayed at {}, p99 is {}. {}", name, show_us(is),
                       show_us(after.service.percentile(99)), failed);
}

class search {
public:
    search(const knee_options& o, const std::function<result<load_result>(double)>& run) : o_(o), run_(run) {}

    result<knee_result> find() {
        double rate = o_.from;
        double failing = 0;
        while (failing == 0) {
            auto holds = probe_at(rate);
            if (!holds) return fail(holds.error());
            if (out_.interrupted) return std::move(out_);
            if (!*holds) {
                failing = rate;
            } else if (rate >= o_.to) {
                out_.open_end = true;
                return std::move(out_);
            } else {
                rate = std::min(rate * 2, o_.to);
            }
        }
        while (out_.highest > 0 && failing - out_.highest > o_.precision * failing) {
            const double middle = (failing + out_.highest) / 2;
            auto holds = probe_at(middle);
            if (!holds) return fail(holds.error());
            if (out_.interrupted) return std::move(out_);
            if (!*holds) failing = middle;
        }
        describe(failing);
        return std::move(out_);
    }

private:
    result<bool> probe_at(double rate) {
        auto r = run_(rate);
        if (!r) return fail(r.error());
        const int code = exit_code(*r);
        out_.interrupted = code == 130;
        const bool holds = code == 0;
        if (holds) out_.highest = std::max(out_.highest, rate);
        out_.probes.push_back({rate, holds, std::move(*r)});
        return holds;
    }

    void describe(double failing) {
        for (const probe& p : out_.probes) {
            if (p.rate != failing) continue;
            out_.generator_first = !p.load.saturated.empty();
            out_.what = what_gave_way(out_.probes.front().load, p.load);
        }
    }

    knee_options o_;
    const std::function<result<load_result>(double)>& run_;
    knee_result out_;
};

}  // namespace

std::string_view state_of(const probe& p) {
    if (p.load.interrupted) return "interrupted";
    if (!p.load.saturated.empty()) return "no verdict";
    return p.holds ? "holds" : "fails";
}

std::vector<judged> thresholds_of(const probe& p) {
    const auto& asked = p.load.setup.thresholds;
    std::vector<judged> out = judge(p.load);
    std::erase_if(out, [&](const judged& t) {
        return t.holds && std::find(asked.begin(), asked.end(), t.text) == asked.end();
    });
    return out;
}

std::string knee_sentence(const knee_result& k) {
    const std::string highest = show_number(k.highest);
    if (k.interrupted && k.highest == 0) return "Interrupted before a rate held.";
    if (k.interrupted) return fmt::format("Interrupted; the highest rate that held until then is {}/s.", highest);
    if (k.highest == 0 && k.generator_first) {
        return fmt::format("No verdict, not even at {}/s. The limit was {}. Use --threads, or another machine.",
                           show_number(k.probes.front().rate), k.what);
    }
    if (k.highest == 0) {
        return fmt::format("Not even {}/s holds: {}", show_number(k.probes.front().rate), k.what);
    }
    if (k.open_end) {
        return fmt::format("The thresholds hold at {}/s, the highest rate tried; raise --to to find the knee.",
                           highest);
    }
    std::string out = fmt::format("Highest rate that holds: {}/s. The limit beyond it: {}", highest, k.what);
    if (!k.generator_first) return out;
    return out + ". So this is the generator's knee, not the server's: use --threads, or another machine.";
}

int exit_code(const knee_result& k) {
    if (k.interrupted) return reports::exit_interrupted;
    if (k.generator_first) return reports::exit_saturated;
    return k.highest == 0 ? reports::exit_threshold : 0;
}

result<knee_result> find_knee(const knee_options& o, const std::function<result<load_result>(double)>& run) {
    return search(o, run).find();
}

}  // namespace assay::load
