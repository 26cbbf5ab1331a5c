#include "harness/engine/server/walker.hpp"

#include <algorithm>
#include <latch>

#include <fmt/format.h>

#include "harness/engine/core/parallel.hpp"
#include "harness/engine/server/expectations.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

using steady = std::chrono::steady_clock;
constexpr std::string_view how_to_raise = "`limits: { check_seconds: N }` of the server file gives it more";

std::int64_t seconds(steady::duration d) {
    return std::chrono::duration_cast<std::chrono::seconds>(d).count();
}

}  // namespace

next server_verb::walk(walker& w, const step& s, const std::string&) const {
    return w.one_answer(s);
}

next walker::walk(const std::vector<step>& steps, const std::string& prefix) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        run_.label = fmt::format("{}{} {}", prefix, i + 1, steps[i].what->name());
        if (out_of_time()) return over_budget(steps[i]);
        if (one(steps[i], fmt::format("{}{}", prefix, i + 1)) == next::stop) return next::stop;
    }
    return next::step;
}

next walker::one(const step& s, const std::string& number) {
    auto wanted = holds(s.when);
    if (!wanted) return give_up(wanted.error(), s);
    return *wanted ? verb_of(s).walk(*this, s, number) : next::step;
}

next walker::one_answer(const step& s) {
    const auto ok = verb_of(s).carry_out(run_, s);
    if (!ok) return give_up(ok.error(), s);
    if (verb_of(s).decides()) decided_ = true;
    if (const auto why = server_failed(s, run_.now); why && s.what == &authorize_verb())
        return end({ending_kind::undecided, *why}, s);
    if (precondition(s) == next::stop) return next::stop;
    if (judge_answer(s.expect, run_.now, s) == next::stop) return next::stop;
    collect(s);
    return save(s);
}

next walker::at_once(const step& s, const std::string& number, const std::string& name,
                     const std::vector<json::value>& values) {
    constexpr std::size_t most = 64;
    if (values.size() > most) return give_up({errc::usage, "at_once takes up to 64 rounds"}, s);
    std::vector<std::unique_ptr<server_run>> runs;
    std::vector<reports::row> rows(values.size());
    for (const json::value& v : values) {
        runs.push_back(run_.another());
        if (!name.empty()) runs.back()->vars.set(name, v);
    }
    std::latch start(static_cast<std::ptrdiff_t>(values.size()));
    parallel_for(values.size(), static_cast<unsigned>(values.size()), nullptr, [&](std::size_t i) {
        start.arrive_and_wait();
        rows[i].verdict = reports::verdict::pass;
        walker one(check_, *runs[i], rows[i]);
        static_cast<void>(one.walk(s.steps, fmt::format("{}[{}].", number, i + 1)));
        if (one.has_decided()) decided_ = true;
    });
    next outcome = next::step;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const std::string& secret : runs[i]->vars.secrets()) run_.log.secret(secret);
        run_.log.take(runs[i]->log);
        for (reports::finding& f : rows[i].findings) out_.findings.push_back(std::move(f));
        if (rows[i].verdict != reports::verdict::pass && out_.reason.empty()) {
            out_.verdict = rows[i].verdict;
            out_.reason = rows[i].reason;
            out_.cause = rows[i].cause;
        }
    }
    if (!out_.findings.empty() || !out_.reason.empty()) outcome = next::stop;
    return outcome;
}

result<std::optional<mismatch>> walker::saved_mismatch(const named_matcher& one) {
    auto m = run_.vars.expand(one.what);
    if (!m) return fail(m.error());
    auto v = run_.vars.find(one.name);
    if (!v && v.error().code != errc::not_found) return fail(v.error());
    return match(*m, v ? &*v : nullptr);
}

result<bool> walker::holds(const std::vector<named_matcher>& when) {
    for (const named_matcher& one : when) {
        auto bad = saved_mismatch(one);
        if (!bad) return fail(bad.error());
        if (*bad) return false;
    }
    return true;
}

next walker::judge_answer(const std::vector<assertion>& expect, const observation& a, const step& s) {
    const auto why = undecidable(expect, a, run_.vars);
    if (!why) return give_up(why.error(), s);
    if (*why) return end({ending_kind::undecided, **why}, s);
    return compare(expect, a, s);
}

next walker::compare(const std::vector<assertion>& expect, const observation& a, const step& s) {
    if (!expect.empty()) decided_ = true;
    auto bad = judge(expect, a, run_.vars);
    if (!bad) return give_up(bad.error(), s);
    for (const deviation& one : *bad) add(one.at, one.expected, one.actual, one.place);
    return bad->empty() ? next::step : next::stop;
}

// `given`: conditions without which the check cannot decide anything.
next walker::precondition(const step& s) {
    auto bad = judge(s.given, run_.now, run_.vars);
    if (!bad) return give_up(bad.error(), s);
    if (bad->empty()) return next::step;
    const deviation& one = bad->front();
    return end({ending_kind::undecided, fmt::format("{} was to be {}, and is {}", one.at, one.expected, one.actual)},
               s);
}

void walker::collect(const step& s) {
    for (const capture& c : s.collect) {
        if (auto v = run_.captured(c.from)) run_.vars.append(c.variable, std::move(*v));
    }
}

next walker::save(const step& s) {
    for (const capture& c : s.save) {
        if (auto v = run_.captured(c.from)) {
            if (c.from.starts_with("cookie.") && v->is_string()) run_.log.secret(*v->as_string());
            run_.vars.set(c.variable, std::move(*v));
        } else {
            run_.vars.erase(c.variable);
        }
    }
    return next::step;
}

void walker::add(std::string at, std::string expected, std::string actual, const yaml::place& place) {
    out_.findings.push_back({run_.label, std::move(at), std::move(expected), std::move(actual),
                             check_.source.empty() ? std::string{} : check_.source.front(), check_.place(place)});
}

next walker::give_up(const error& e, const step& s) {
    no_answer_ = e.code == errc::connect || e.code == errc::timeout || e.code == errc::malformed;
    return end(ending_of(e, s, check_.level, !run_.log.empty()), s);
}

next walker::end(const ending& how, const step& s) {
    switch (how.kind) {
        case ending_kind::answered:
            return next::step;
        case ending_kind::finding:
            add(verb_of(s).waits_for_server() ? "request" : "answer",
                verb_of(s).waits_for_server() ? "a request to the client" : "an HTTP answer of bounded size in time",
                how.reason, s.at);
            break;
        case ending_kind::not_applicable:
            out_.verdict = reports::verdict::skip;
            out_.reason = how.reason;
            break;
        case ending_kind::undecided:
            out_.verdict = reports::verdict::error;
            out_.cause = "precondition: " + how.reason;
            out_.reason = fmt::format("precondition: {}: {} ({})", run_.label, how.reason, check_.place(s.at));
            break;
    }
    return next::stop;
}

next walker::over_budget(const step& s) {
    return end(
        {ending_kind::undecided, fmt::format("the {} s of a check are over; {}", seconds(run_.budget), how_to_raise)},
        s);
}

// Estimates the time of all rounds from those that were done.
next walker::over_budget(const step& s, std::int64_t done, std::int64_t wanted, steady::duration taken) {
    const double needed = done == 0 ? 0.0
                                    : std::chrono::duration<double>(taken).count() * static_cast<double>(wanted) /
                                          static_cast<double>(done);
    return end({ending_kind::undecided,
                fmt::format("{} of {} rounds fitted into the {} s of a check; all of them need about {:.0f} s; {}",
                            done, wanted, seconds(run_.budget), needed, how_to_raise)},
               s);
}

bool walk_steps(const check& c, server_run& run, reports::row& out) {
    walker w(c, run, out);
    // If all steps except the metadata were skipped by `when`, nothing was decided. That does not apply to a step
    // that was not reached because the server refused before it.
    static_cast<void>(w.walk(c.steps, ""));
    if (out.verdict == reports::verdict::pass && out.findings.empty() && !w.has_decided()) {
        out.verdict = reports::verdict::skip;
        out.reason = "its metadata offers nothing that the check tests";
    }
    return w.met_no_answer();
}

}  // namespace assay::harness
