#include "harness/engine/server/run_check.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <fmt/format.h>

#include "data/uuid.hpp"
#include "harness/engine/server/precondition.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/walker.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

using steady = std::chrono::steady_clock;

void declare(const std::vector<step>& steps, variables& vars) {
    for (const step& s : steps) {
        for (const capture& c : s.save) vars.declare(c.variable);
        for (const capture& c : s.collect) vars.declare(c.variable);
        declare(s.steps, vars);
    }
}

// Why the check does not apply to this server, or empty.
std::string reason_to_skip(const check& c, const issuer_view& at) {
    for (const std::string& need : c.needs) {
        if (at.can(need)) continue;
        const auto why = at.lacks.find(need);
        return fmt::format("the server does not offer {}{}", need, why == at.lacks.end() ? "" : ": " + why->second);
    }
    if (!c.dialects.empty() && std::find(c.dialects.begin(), c.dialects.end(), at.dialect) == c.dialects.end()) {
        return fmt::format("only for a server of the dialect {}", fmt::join(c.dialects, " or "));
    }
    if (!c.destructive.empty() && at.control.empty() && !at.limits.destructive) {
        return fmt::format("{}: `destructive: true` in the server file allows it", c.destructive);
    }
    if (!c.clients.empty() && at.control.empty() && !at.can("register"))
        return "needs clients registered for this check alone";
    return {};
}

// Returns the clients that the check registered and could not delete.
std::vector<std::string> walk_issuer(server_subject& subject, const check& c, const variant& v, const issuer_view& at,
                                     const obstacle* unmet, const run_witness& shown, reports::row& out) {
    if (out.dialect.empty()) out.dialect = at.dialect;
    out.reason = reason_to_skip(c, at);
    if (!out.reason.empty()) {
        out.verdict = reports::verdict::skip;
        return {};
    }
    if (unmet != nullptr && builds_on_sign_in(c)) {
        out.verdict = reports::verdict::error;
        out.cause = "precondition of the run: " + unmet->message;
        out.reason = out.cause;
        return {};
    }
    server_run run(c, v, at);
    declare(c.steps, run.vars);
    out.verdict = reports::verdict::pass;
    if (walk_steps(c, run, out)) subject.met_no_answer(c.id);
    if (shown) shown(at, run.log);
    for (const std::string& secret : run.vars.secrets()) run.log.secret(secret);
    for (reports::finding& one : out.findings) {
        one.expected = run.log.masked(std::move(one.expected));
        one.actual = run.log.masked(std::move(one.actual));
    }
    out.exchanges = run.log.written();
    out.reason = run.log.masked(std::move(out.reason));
    out.cause = run.log.masked(std::move(out.cause));
    if (out.verdict == reports::verdict::pass && !out.findings.empty())
        out.verdict = reports::verdict_of_findings(c.level);
    // The mock's issuer is deleted with all its clients.
    return at.control.empty() ? run.unregister() : std::vector<std::string>{};
}

reports::row row_of(const server_subject& subject, const check& c, const variant& v) {
    reports::row out;
    out.check = c.id;
    out.variant = v.name;
    out.subject = subject.name();
    out.dialect = subject.dialect();
    out.title = c.title;
    out.source = c.source;
    out.level = c.level;
    out.reproduce = fmt::format("assay run --select {} {}", c.id, subject.arguments());
    return out;
}

}  // namespace

reports::row run_check(server_subject& subject, const check& c, const variant& v, const check_setup& how,
                       const obstacle* unmet, const run_witness& shown) {
    const auto began = steady::now();
    reports::row out = row_of(subject, c, v);
    check_setup with = how;
    if (with.seed.empty()) with.seed = to_text(random_uuid(oauth::random_bytes(16)));
    out.seed = with.seed;
    out.clock = how.clock.value_or(std::time(nullptr));
    auto at = subject.open(c, with);
    if (at) at->seed = with.seed;
    if (!at) {
        out.verdict = at.error().code == errc::unsupported ? reports::verdict::skip : reports::verdict::error;
        out.reason = at.error().text();
        if (out.verdict == reports::verdict::error) out.cause = out.reason;
    } else {
        for (const std::string& id : walk_issuer(subject, c, v, *at, unmet, shown, out)) subject.left_behind(id);
        subject.close(*at);
    }
    out.time_us = std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - began).count();
    return out;
}

}  // namespace assay::harness
