#include "harness/engine/server/walker.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <latch>
#include <memory>

#include <fmt/format.h>

#include "harness/engine/core/parallel.hpp"
#include "harness/engine/server/ending.hpp"
#include "harness/engine/server/expectations.hpp"

namespace assay::harness {
namespace {

using steady = std::chrono::steady_clock;
constexpr std::string_view how_to_raise = "`limits: { check_seconds: N }` of the server file gives it more";

std::int64_t seconds(steady::duration d) {
    return std::chrono::duration_cast<std::chrono::seconds>(d).count();
}

// Whether the walk goes on.
enum class next { step, stop };

class walker {
public:
    walker(const check& c, flow& f, reports::row& out) : check_(c), flow_(f), out_(out) {}

    next walk(const std::vector<step>& steps, const std::string& prefix) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            flow_.label = fmt::format("{}{} {}", prefix, i + 1, verb_name(steps[i].what));
            if (steady::now() - began_ > flow_.budget) return over_budget(steps[i]);
            if (one(steps[i], fmt::format("{}{}", prefix, i + 1)) == next::stop) return next::stop;
        }
        return next::step;
    }

    [[nodiscard]] bool met_no_answer() const { return no_answer_; }
    // Whether anything was asked of the server beyond its metadata, or judged.
    [[nodiscard]] bool has_decided() const { return decided_; }

private:
    next one(const step& s, const std::string& number) {
        auto wanted = holds(s.when);
        if (!wanted) return give_up(wanted.error(), s);
        if (!*wanted) return next::step;
        switch (s.what) {
            case verb::for_each:
                return loop(s, number);
            case verb::repeat:
                return repeat(s, number);
            case verb::race:
                return race(s);
            case verb::judge:
                return assert_saved(s);
            default:
                break;
        }
        const auto ok = flow_.carry_out(s);
        if (!ok) return give_up(ok.error(), s);
        if (s.what != verb::discover) decided_ = true;
        if (const auto why = server_failed(s, flow_.now); why && s.what == verb::authorize)
            return end({ending_kind::undecided, *why}, s);
        if (precondition(s) == next::stop) return next::stop;
        if (judge_answer(s.expect, flow_.now, s) == next::stop) return next::stop;
        collect(s);
        return save(s);
    }

    next loop(const step& s, const std::string& number) {
        std::vector<json::value> values;
        for (const json::value& raw : s.loop_values) {
            auto v = flow_.vars.expand(raw);
            if (!v) return give_up(v.error(), s);
            values.push_back(std::move(*v));
        }
        if (s.at_once) return at_once(s, number, values);
        for (std::size_t i = 0; i < values.size(); ++i) {
            flow_.vars.set(s.loop_name, values[i]);
            if (walk(s.steps, fmt::format("{}[{}].", number, i + 1)) == next::stop) return next::stop;
        }
        flow_.vars.erase(s.loop_name);
        return next::step;
    }

    result<std::int64_t> times(const step& s) {
        constexpr std::int64_t most = 10'000;
        auto v = flow_.vars.expand(s.amount);
        if (!v) return fail(v.error());
        const auto n = v->as_integer();
        if (!n || *n < 1 || *n > most) return fail(errc::usage, fmt::format("times must be from 1 to {}", most));
        return *n;
    }

    next repeat(const step& s, const std::string& number) {
        const auto n = times(s);
        if (!n) return give_up(n.error(), s);
        if (s.at_once) return at_once(s, number, std::vector<json::value>(static_cast<std::size_t>(*n)));
        const auto began = steady::now();
        for (std::int64_t i = 0; i < *n; ++i) {
            if (steady::now() - began_ > flow_.budget) return over_budget(s, i, *n, steady::now() - began);
            if (walk(s.steps, fmt::format("{}[{}].", number, i + 1)) == next::stop) return next::stop;
        }
        return next::step;
    }

    // Each round is a party of its own on its own thread; all begin together.
    next at_once(const step& s, const std::string& number, const std::vector<json::value>& values) {
        constexpr std::size_t most = 64;
        if (values.size() > most) return give_up({errc::usage, "at_once takes up to 64 rounds"}, s);
        std::vector<std::unique_ptr<flow>> parties;
        std::vector<reports::row> rows(values.size());
        for (const json::value& v : values) {
            parties.push_back(flow_.another());
            if (!s.loop_name.empty()) parties.back()->vars.set(s.loop_name, v);
        }
        std::latch start(static_cast<std::ptrdiff_t>(values.size()));
        parallel_for(values.size(), static_cast<unsigned>(values.size()), nullptr, [&](std::size_t i) {
            start.arrive_and_wait();
            rows[i].verdict = reports::verdict::pass;
            walker one(check_, *parties[i], rows[i]);
            one.walk(s.steps, fmt::format("{}[{}].", number, i + 1));
            if (one.has_decided()) decided_ = true;
        });
        next outcome = next::step;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (const std::string& secret : parties[i]->vars.secrets()) flow_.log.secret(secret);
            flow_.log.take(parties[i]->log);
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

    next race(const step& s) {
        const auto n = times(s);
        if (!n) return give_up(n.error(), s);
        const step& raced = s.steps.front();
        std::vector<http::call> calls;
        for (std::int64_t i = 0; i < *n; ++i) {
            auto c = flow_.make_call(raced);
            if (!c) return give_up(c.error(), s);
            calls.push_back(std::move(*c));
        }
        std::vector<answer> answers;
        for (auto& done : flow_.client.send_together(std::move(calls))) {
            if (!done) return give_up(done.error(), s);
            flow_.log.add(fmt::format("{}[{}]", flow_.label, answers.size() + 1), *done);
            if (done->received.status == 200) flow_.absorb(raced, *done);
            answers.push_back(flow::answer_of(done->received));
        }
        for (const answer& a : answers) {
            if (judge_answer(s.expect, a, s) == next::stop) return next::stop;
            flow_.now = a;
            collect(s);
        }
        return judge_race(s, answers);
    }

    next judge_race(const step& s, const std::vector<answer>& answers) {
        if (s.exactly_one.empty() && s.others.empty()) return next::step;
        decided_ = true;
        std::size_t winners = 0;
        std::vector<const answer*> losers;
        for (const answer& a : answers) {
            auto bad = judge(s.exactly_one, a, flow_.vars);
            if (!bad) return give_up(bad.error(), s);
            if (bad->empty()) {
                ++winners;
            } else {
                losers.push_back(&a);
            }
        }
        if (winners != 1) {
            std::string statuses;
            for (const answer& a : answers)
                statuses += fmt::format("{}{}", statuses.empty() ? "" : ", ", a.response->status);
            add("exactly_one", "exactly one such answer",
                fmt::format("{} of {} (status {})", winners, answers.size(), statuses), s.exactly_one_at);
            return next::stop;
        }
        for (const answer* a : losers) {
            if (compare(s.others, *a, s) == next::stop) return next::stop;
        }
        return next::step;
    }

    next assert_saved(const step& s) {
        decided_ = true;
        for (const named_matcher& one : s.judged) {
            auto bad = saved_mismatch(one);
            if (!bad) return give_up(bad.error(), s);
            if (*bad) add(one.name, (*bad)->expected, (*bad)->actual, one.at);
        }
        return out_.findings.empty() ? next::step : next::stop;
    }

    result<std::optional<mismatch>> saved_mismatch(const named_matcher& one) {
        auto m = flow_.vars.expand(one.what);
        if (!m) return fail(m.error());
        auto v = flow_.vars.find(one.name);
        if (!v && v.error().code != errc::not_found) return fail(v.error());
        return match(*m, v ? &*v : nullptr);
    }

    result<bool> holds(const std::vector<named_matcher>& when) {
        for (const named_matcher& one : when) {
            auto bad = saved_mismatch(one);
            if (!bad) return fail(bad.error());
            if (*bad) return false;
        }
        return true;
    }

    next judge_answer(const std::vector<assertion>& expect, const answer& a, const step& s) {
        const auto why = undecidable(expect, a, flow_.vars);
        if (!why) return give_up(why.error(), s);
        if (*why) return end({ending_kind::undecided, **why}, s);
        return compare(expect, a, s);
    }

    next compare(const std::vector<assertion>& expect, const answer& a, const step& s) {
        if (!expect.empty()) decided_ = true;
        auto bad = judge(expect, a, flow_.vars);
        if (!bad) return give_up(bad.error(), s);
        for (const deviation& one : *bad) add(one.at, one.expected, one.actual, one.place);
        return bad->empty() ? next::step : next::stop;
    }

    // `given`: what must hold before the check can look at anything.
    next precondition(const step& s) {
        auto bad = judge(s.given, flow_.now, flow_.vars);
        if (!bad) return give_up(bad.error(), s);
        if (bad->empty()) return next::step;
        const deviation& one = bad->front();
        return end(
            {ending_kind::undecided, fmt::format("{} was to be {}, and is {}", one.at, one.expected, one.actual)}, s);
    }

    void collect(const step& s) {
        for (const capture& c : s.collect) {
            if (auto v = flow_.captured(c.from)) flow_.vars.append(c.variable, std::move(*v));
        }
    }

    next save(const step& s) {
        for (const capture& c : s.save) {
            if (auto v = flow_.captured(c.from)) {
                if (c.from.starts_with("cookie.") && v->is_string()) flow_.log.secret(*v->as_string());
                flow_.vars.set(c.variable, std::move(*v));
            } else {
                flow_.vars.erase(c.variable);
            }
        }
        return next::step;
    }

    void add(std::string at, std::string expected, std::string actual, const yaml::place& place) {
        out_.findings.push_back({flow_.label, std::move(at), std::move(expected), std::move(actual),
                                 check_.source.empty() ? std::string{} : check_.source.front(), check_.place(place)});
    }

    next give_up(const error& e, const step& s) {
        no_answer_ = e.code == errc::connect || e.code == errc::timeout || e.code == errc::malformed;
        return end(ending_of(e, s, check_.level, !flow_.log.empty()), s);
    }

    next end(const ending& how, const step& s) {
        switch (how.kind) {
            case ending_kind::answered:
                return next::step;
            case ending_kind::finding:
                add(s.what == verb::received ? "request" : "answer",
                    s.what == verb::received ? "a request to the client" : "an HTTP answer of bounded size in time",
                    how.reason, s.at);
                break;
            case ending_kind::not_applicable:
                out_.verdict = reports::verdict::skip;
                out_.reason = how.reason;
                break;
            case ending_kind::undecided:
                out_.verdict = reports::verdict::error;
                out_.cause = "precondition: " + how.reason;
                out_.reason = fmt::format("precondition: {}: {} ({})", flow_.label, how.reason, check_.place(s.at));
                break;
        }
        return next::stop;
    }

    next over_budget(const step& s) {
        return end({ending_kind::undecided,
                    fmt::format("the {} s of a check are over; {}", seconds(flow_.budget), how_to_raise)},
                   s);
    }

    // What so many rounds would have needed is known from those that were done.
    next over_budget(const step& s, std::int64_t done, std::int64_t wanted, steady::duration taken) {
        const double needed = done == 0 ? 0.0
                                        : std::chrono::duration<double>(taken).count() * static_cast<double>(wanted) /
                                              static_cast<double>(done);
        return end(
            {ending_kind::undecided,
             fmt::format("{} of {} rounds fitted into the {} s of a check; all of them need about {:.0f} s; {}", done,
                         wanted, seconds(flow_.budget), needed, how_to_raise)},
            s);
    }

    bool no_answer_ = false;
    std::atomic<bool> decided_ = false;  // rounds at once are walked by threads of their own
    const check& check_;
    flow& flow_;
    reports::row& out_;
    steady::time_point began_ = steady::now();
};

}  // namespace

bool walk_steps(const check& c, flow& f, reports::row& out) {
    walker w(c, f, out);
    // All steps behind the metadata may be passed over (`when`): then nothing was decided. One that is passed over
    // because the server refused before it is another thing.
    w.walk(c.steps, "");
    if (out.verdict == reports::verdict::pass && out.findings.empty() && !w.has_decided()) {
        out.verdict = reports::verdict::skip;
        out.reason = "its metadata offers nothing of what the check looks at";
    }
    return w.met_no_answer();
}

}  // namespace assay::harness
