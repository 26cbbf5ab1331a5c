#include "harness/engine/run_check.hpp"

#include <algorithm>
#include <chrono>
#include <latch>

#include <fmt/format.h>

#include "harness/engine/expectations.hpp"
#include "harness/engine/flow.hpp"
#include "harness/engine/parallel.hpp"

namespace assay::harness {
namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::seconds deadline{30};

// Whether the walk goes on.
enum class next { step, stop };

class walker {
public:
    walker(const check& c, flow& f, reports::row& out) : check_(c), flow_(f), out_(out) {}

    next walk(const std::vector<step>& steps, const std::string& prefix) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            flow_.label = fmt::format("{}{} {}", prefix, i + 1, verb_name(steps[i].what));
            if (steady::now() - began_ > deadline) {
                return give_up({errc::timeout, fmt::format("the check took longer than {} s", deadline.count())},
                               steps[i]);
            }
            if (one(steps[i], fmt::format("{}{}", prefix, i + 1)) == next::stop) return next::stop;
        }
        return next::step;
    }

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
        for (std::int64_t i = 0; i < *n; ++i) {
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
            walker(check_, *parties[i], rows[i]).walk(s.steps, fmt::format("{}[{}].", number, i + 1));
        });
        next outcome = next::step;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (const std::string& secret : parties[i]->vars.secrets()) flow_.log.secret(secret);
            flow_.log.take(parties[i]->log);
            for (reports::finding& f : rows[i].findings) out_.findings.push_back(std::move(f));
            if (rows[i].verdict != reports::verdict::pass && out_.reason.empty()) {
                out_.verdict = rows[i].verdict;
                out_.reason = rows[i].reason;
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
            if (judge_answer(s.others, *a, s) == next::stop) return next::stop;
        }
        return next::step;
    }

    next assert_saved(const step& s) {
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
        auto bad = judge(expect, a, flow_.vars);
        if (!bad) return give_up(bad.error(), s);
        for (const deviation& one : *bad) add(one.at, one.expected, one.actual, one.place);
        return bad->empty() ? next::step : next::stop;
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

    // What a run that cannot go on means: see flow.hpp.
    next give_up(const error& e, const step& s) {
        const bool crash_like = check_.level == reports::level::rob && !flow_.log.empty() &&
                                (e.code == errc::connect || e.code == errc::timeout);
        switch (e.code) {
            case errc::not_found:
                add("flow", "the flow can go on", "the flow did not complete: " + e.message, s.at);
                return next::stop;
            case errc::malformed:
            case errc::limit:
                add("answer", "a well-formed HTTP answer of bounded size", e.message, s.at);
                return next::stop;
            case errc::unsupported:
                out_.verdict = reports::verdict::skip;
                out_.reason = e.message;
                return next::stop;
            default:
                break;
        }
        if (crash_like) {
            add("answer", "an answer", e.message, s.at);
        } else {
            out_.verdict = reports::verdict::error;
            out_.reason = fmt::format("{}: {} ({})", flow_.label, e.text(), check_.place(s.at));
        }
        return next::stop;
    }

    const check& check_;
    flow& flow_;
    reports::row& out_;
    steady::time_point began_ = steady::now();
};

void declare(const std::vector<step>& steps, variables& vars) {
    for (const step& s : steps) {
        for (const capture& c : s.save) vars.declare(c.variable);
        for (const capture& c : s.collect) vars.declare(c.variable);
        declare(s.steps, vars);
    }
}

// Why this server is not asked, or empty.
std::string reason_to_skip(const check& c, const issuer_view& at) {
    for (const std::string& need : c.needs) {
        if (!at.can(need)) return fmt::format("the server does not offer {}", need);
    }
    if (!c.dialects.empty() && std::find(c.dialects.begin(), c.dialects.end(), at.dialect) == c.dialects.end()) {
        return fmt::format("only for a server that speaks {}", fmt::join(c.dialects, " or "));
    }
    if (!c.destructive.empty() && at.control.empty() && !at.limits.destructive) {
        return fmt::format("{}: `destructive: true` in the server file allows it", c.destructive);
    }
    if (!c.clients.empty() && at.control.empty()) return "needs clients registered for this check alone";
    return {};
}

// Gives the clients that the check registered and that are still there.
std::vector<std::string> walk_issuer(const check& c, const variant& v, const issuer_view& at, reports::row& out) {
    if (out.dialect.empty()) out.dialect = at.dialect;
    out.reason = reason_to_skip(c, at);
    if (!out.reason.empty()) {
        out.verdict = reports::verdict::skip;
        return {};
    }
    flow f(c, v, at);
    declare(c.steps, f.vars);
    out.verdict = reports::verdict::pass;
    walker(c, f, out).walk(c.steps, "");
    for (const std::string& secret : f.vars.secrets()) f.log.secret(secret);
    for (reports::finding& one : out.findings) {
        one.expected = f.log.masked(std::move(one.expected));
        one.actual = f.log.masked(std::move(one.actual));
    }
    out.exchanges = f.log.written();
    out.reason = f.log.masked(std::move(out.reason));
    if (out.verdict == reports::verdict::pass && !out.findings.empty())
        out.verdict = reports::verdict_of_findings(c.level);
    // The mock's issuer goes with all its clients.
    return at.control.empty() ? f.unregister() : std::vector<std::string>{};
}

}  // namespace

void apply_known(std::vector<reports::row>& rows, const std::vector<known_row>& known) {
    using reports::verdict;
    const auto fits = [](const std::string& wanted, const std::string& actual) {
        return wanted.empty() || wanted == actual;
    };
    for (const known_row& k : known) {
        std::vector<reports::row*> passed;
        bool deviates = false;
        for (reports::row& r : rows) {
            if (k.check != r.check || !fits(k.variant, r.variant)) continue;
            // "polar" stands for every polar@…
            if (!fits(k.dialect, r.dialect) && !r.dialect.starts_with(k.dialect + "@")) continue;
            if (!fits(k.subject, r.subject)) continue;
            if (r.verdict == verdict::fail || r.verdict == verdict::warn) {
                r.verdict = verdict::known;
                r.reason = k.reason;
                deviates = true;
            } else if (r.verdict == verdict::pass || r.verdict == verdict::info) {
                passed.push_back(&r);
            }
        }
        if (deviates || k.sometimes) continue;
        for (reports::row* r : passed) {
            r->verdict = verdict::stale;
            r->reason = fmt::format("a deviation was expected and did not happen ({}): {}", k.place, k.reason);
        }
    }
}

reports::row run_check(server_subject& subject, const check& c, const variant& v, const json::value& faults) {
    const auto began = steady::now();
    reports::row out;
    out.check = c.id;
    out.variant = v.name;
    out.subject = subject.name();
    out.dialect = subject.dialect();
    out.title = c.title;
    out.source = c.source;
    out.level = c.level;
    out.reproduce = fmt::format("assay run --select {} {}", c.id, subject.arguments());
    auto at = subject.open(c, faults);
    if (!at) {
        out.verdict = at.error().code == errc::unsupported ? reports::verdict::skip : reports::verdict::error;
        out.reason = at.error().text();
    } else {
        for (const std::string& id : walk_issuer(c, v, *at, out)) subject.left_behind(id);
        subject.close(*at);
    }
    out.time_us = std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - began).count();
    return out;
}

}  // namespace assay::harness
