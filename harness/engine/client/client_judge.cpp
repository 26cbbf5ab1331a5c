#include "harness/engine/client/client_judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/engine/client/verbs/verb.hpp"
#include "oauth/form.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness {
namespace {

using findings = std::vector<reports::finding>;

reports::finding finding(const judged_step& j, std::string at, std::string expected, std::string actual,
                         const yaml::place& place) {
    return {j.label,
            std::move(at),
            std::move(expected),
            std::move(actual),
            j.of.source.empty() ? std::string{} : j.of.source.front(),
            j.of.place(place)};
}

result<void> judge_outcome(const judged_step& j, const matcher& wanted, findings& out) {
    const result<matcher> m = j.names.expand(wanted);
    if (!m) return tl::unexpected(m.error());
    const std::string text(outcome_name(j.ended.how));
    if (!match_text(*m, &text)) return {};
    out.push_back(finding(j, "outcome", describe(*m), describe_outcome(j.ended), m->at));
    return {};
}

// `what`: the name of the document, "report".
result<void> judge_member(const judged_step& j, std::string_view what, const json::value& document,
                          const std::string& name, const matcher& wanted, findings& out) {
    const result<matcher> m = j.names.expand(wanted);
    if (!m) return tl::unexpected(m.error());
    const json::value* actual = name.starts_with('/') ? document.at_pointer(name) : document.find(name);
    const std::optional<mismatch> wrong = match(*m, actual);
    if (!wrong) return {};
    out.push_back(finding(j, fmt::format("{} {}{}", what, name, wrong->at), wrong->expected, wrong->actual, m->at));
    return {};
}

// One part (form, query, headers) of one request.
result<void> judge_fields(const judged_step& j, const std::vector<named_matcher>& wanted, std::string_view part,
                          const std::string& endpoint, const auto& value_of, findings& out) {
    for (const named_matcher& n : wanted) {
        const result<matcher> m = j.names.expand(n.what);
        if (!m) return tl::unexpected(m.error());
        const std::string* actual = value_of(n.name);
        const std::optional<mismatch> wrong = match_text(*m, actual);
        if (!wrong) continue;
        out.push_back(finding(j, fmt::format("{} request, {} {}", endpoint, part, n.name), wrong->expected,
                              wrong->actual, n.at));
    }
    return {};
}

oauth::form form_of(std::string_view text) {
    const result<oauth::form> f = oauth::parse_form(text);
    return f ? *f : oauth::form{};
}

oauth::form query_of(const journal_entry& e) {
    const std::string target = e.target();
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? oauth::form{} : form_of(target.substr(mark + 1));
}

// The parsed client_assertion (RFC 7523 §2.2); null: absent or not a JWS. `lifetime_s`: exp minus iat.
json::value assertion_of(const oauth::form& body) {
    const auto parts = oauth::parse_jws(body.value("client_assertion"));
    const auto claims = parts ? json::parse(parts->payload) : result<json::value>(json::value());
    if (!parts || !claims) return {};
    json::object out{{"header", parts->header}, {"claims", *claims}};
    const auto number = [&](std::string_view name) {
        const json::value* v = claims->find(name);
        return v == nullptr ? std::nullopt : v->as_integer();
    };
    if (number("exp") && number("iat")) out.append("lifetime_s", *number("exp") - *number("iat"));
    return out;
}

result<void> judge_assertion(const judged_step& j, const seen_spec& seen, const oauth::form& body, findings& out) {
    if (seen.assertion.empty()) return {};
    const json::value document = assertion_of(body);
    const std::string what = seen.endpoint + " request, client_assertion";
    for (const named_matcher& n : seen.assertion) {
        if (auto ok = judge_member(j, what, document, n.name, n.what, out); !ok) return ok;
    }
    return {};
}

result<void> judge_request(const judged_step& j, const seen_spec& seen, const journal_entry& e, findings& out) {
    const oauth::form body = form_of(e.request_body());
    const oauth::form query = query_of(e);
    const http::headers head = e.request_headers();
    const auto in_form = [&](const std::string& name) { return body.find(name); };
    const auto in_query = [&](const std::string& name) { return query.find(name); };
    const auto in_head = [&](const std::string& name) { return head.find(name); };
    if (auto ok = judge_fields(j, seen.form, "form", seen.endpoint, in_form, out); !ok) return ok;
    if (auto ok = judge_assertion(j, seen, body, out); !ok) return ok;
    if (auto ok = judge_fields(j, seen.query, "query", seen.endpoint, in_query, out); !ok) return ok;
    return judge_fields(j, seen.headers, "header", seen.endpoint, in_head, out);
}

// RFC 6749 §3.1, §3.2; only resource may be repeated (RFC 8707 §2).
void judge_repeats(const judged_step& j, const seen_spec& seen, const journal_entry& e, findings& out) {
    for (const oauth::form& form : {query_of(e), form_of(e.request_body())}) {
        for (const auto& [name, value] : form.fields) {
            const std::size_t count = form.count(name);
            if (count == 1 || name == "resource" || name == "audience") continue;
            out.push_back(finding(j, fmt::format("{} request, {}", seen.endpoint, name), "once",
                                  fmt::format("{} times", count), seen.at));
            return;
        }
    }
}

// Values of one transaction must differ from those of all earlier requests.
void judge_fresh(const judged_step& j, const seen_spec& seen, const journal_entry& e, findings& out) {
    const oauth::form own = query_of(e);
    for (const std::string& name : seen.fresh) {
        const std::string* value = own.find(name);
        const bool used = value != nullptr && std::any_of(j.all.begin(), j.all.end(), [&](const journal_entry& one) {
                              const std::string* before = nullptr;
                              const oauth::form query = query_of(one);
                              if (one.seq < e.seq && one.endpoint == seen.endpoint) before = query.find(name);
                              return before != nullptr && *before == *value;
                          });
        if (used)
            out.push_back(finding(j, fmt::format("{} request, query {}", seen.endpoint, name),
                                  "another value than in the requests before", "the same", seen.at));
        if (value == nullptr)
            out.push_back(finding(j, fmt::format("{} request, query {}", seen.endpoint, name), "a value of its own",
                                  "none", seen.at));
    }
}

// RFC 6749 §2.3: one authentication method per request: the header, the form's client_secret, or an assertion.
void judge_methods(const judged_step& j, const seen_spec& seen, const journal_entry& e, findings& out) {
    const oauth::form body = form_of(e.request_body());
    const http::headers head = e.request_headers();
    const bool in_header = head.find("Authorization") != nullptr;
    const bool in_form = !body.value("client_secret").empty();
    const bool asserted = body.find("client_assertion") != nullptr;
    const int methods = int{in_header} + int{in_form} + int{asserted};
    if (methods <= 1) return;
    out.push_back(finding(j, fmt::format("{} request, authentication methods", seen.endpoint), "at most 1",
                          fmt::format("{}", methods), seen.at));
}

// In every step a leaked secret is a finding.
void judge_leaks(const judged_step& j, findings& out) {
    for (const leak& l : j.leaks)
        out.push_back(finding(j, "secrets", "kept", l.secret + " was " + l.where, j.step.at));
}

result<void> judge_memory(const judged_step& j, const matcher& wanted, findings& out) {
    const result<matcher> m = j.names.expand(wanted);
    if (!m) return tl::unexpected(m.error());
    const json::value grown(j.memory);
    const std::optional<mismatch> wrong = match(*m, &grown);
    if (wrong) out.push_back(finding(j, "memory, MiB more", wrong->expected, wrong->actual, m->at));
    return {};
}

// The signed-in user according to the client. If none is signed in, it is not the wrong one either.
result<void> judge_user(const judged_step& j, findings& out) {
    const std::string& wanted = j.step.expect->user;
    if (wanted.empty() || j.ended.how != client_outcome::accepted) return {};
    std::string shown(j.ended.report.string_at("user"));
    for (const char* place : {"/claims/sub", "/userinfo/sub"}) {
        const json::value* sub = j.ended.report.at_pointer(place);
        if (shown.empty() && sub != nullptr && sub->is_string()) shown = *sub->as_string();
    }
    if (shown.empty()) return fail(errc::environment, "the client reports that a user is signed in, but not which");
    if (std::find(j.person.begin(), j.person.end(), shown) != j.person.end()) return {};
    out.push_back(finding(j, "user", wanted, shown, j.step.at));
    return {};
}

result<void> judge_printed(const judged_step& j, const matcher& wanted, findings& out) {
    const result<matcher> m = j.names.expand(wanted);
    if (!m) return tl::unexpected(m.error());
    const json::value count(static_cast<std::int64_t>(j.printed.size()));
    const std::optional<mismatch> wrong = match(*m, &count);
    if (!wrong) return {};
    std::vector<std::string> names;
    for (const leak& l : j.printed) names.push_back(l.secret);
    out.push_back(finding(j, "secrets printed", wrong->expected,
                          fmt::format("{} ({})", wrong->actual, fmt::join(names, ", ")), m->at));
    return {};
}

result<void> judge_seen(const judged_step& j, const seen_spec& seen, findings& out) {
    std::int64_t count = 0;
    for (const journal_entry& e : j.journal) {
        if (e.endpoint != seen.endpoint) continue;
        ++count;
        if (auto ok = judge_request(j, seen, e, out); !ok) return ok;
        if (seen.no_repeats) judge_repeats(j, seen, e, out);
        judge_fresh(j, seen, e, out);
        if (seen.one_method) judge_methods(j, seen, e, out);
    }
    const std::string at = fmt::format("{} requests", seen.endpoint);
    if (!seen.count) {
        if (count == 0) out.push_back(finding(j, at, "at least one", "none", seen.at));
        return {};
    }
    const result<matcher> m = j.names.expand(*seen.count);
    if (!m) return tl::unexpected(m.error());
    const json::value number(count);
    if (const std::optional<mismatch> wrong = match(*m, &number)) {
        out.push_back(finding(j, at, wrong->expected, wrong->actual, seen.at));
    }
    return {};
}

// If the client accepted, the issuer must have received a matching request.
void judge_trace(const judged_step& j, findings& out) {
    const std::string_view endpoint = verb_of(j.step).trace(j.step);
    if (j.ended.how != client_outcome::accepted || endpoint.empty()) return;
    if (j.step.expect && !j.step.expect->user.empty()) return;
    const bool answered = std::any_of(j.journal.begin(), j.journal.end(), [&](const journal_entry& e) {
        return (e.endpoint == endpoint || e.endpoint == "elsewhere") && e.status() / 100 == 2;
    });
    if (answered) return;
    out.push_back(finding(j, "journal", fmt::format("a {} request that was answered, as the client says", endpoint),
                          "none", j.step.at));
}

// Whether the step accepts this outcome.
bool allows(const judged_step& j, client_outcome how) {
    const std::string text(outcome_name(how));
    return j.step.expect && j.step.expect->outcome && !match_text(*j.step.expect->outcome, &text);
}

}  // namespace

result<findings> judge_step(const judged_step& j) {
    findings out;
    if (j.ended.how == client_outcome::nonsense) return fail(errc::environment, j.ended.detail);
    const bool ended_well = j.ended.how != client_outcome::crashed && j.ended.how != client_outcome::hung;
    if (!ended_well && !allows(j, j.ended.how)) {
        out.push_back(finding(j, "outcome", "an outcome", describe_outcome(j.ended), j.step.at));
        return out;
    }
    judge_leaks(j, out);
    if (j.ended.how == client_outcome::server_error && !allows(j, j.ended.how)) {
        out.push_back(finding(j, "outcome", "an outcome", describe_outcome(j.ended), j.step.at));
        return out;
    }
    if (!j.step.expect) {
        if (j.ended.how != client_outcome::accepted) {
            out.push_back(
                finding(j, "outcome", "accepted, or the flow cannot go on", describe_outcome(j.ended), j.step.at));
        }
        return out;
    }
    const client_expectation& want = *j.step.expect;
    if (want.outcome) {
        if (const auto ok = judge_outcome(j, *want.outcome, out); !ok) return tl::unexpected(ok.error());
    }
    if (want.code) {
        if (const auto ok = judge_member(j, "report", j.ended.report, "code", *want.code, out); !ok)
            return tl::unexpected(ok.error());
    }
    if (want.error) {
        if (const auto ok = judge_member(j, "report", j.ended.report, "error", *want.error, out); !ok)
            return tl::unexpected(ok.error());
    }
    if (want.memory) {
        if (const auto ok = judge_memory(j, *want.memory, out); !ok) return tl::unexpected(ok.error());
    }
    if (want.secrets_printed) {
        if (const auto ok = judge_printed(j, *want.secrets_printed, out); !ok) return tl::unexpected(ok.error());
    }
    if (const auto ok = judge_user(j, out); !ok) return tl::unexpected(ok.error());
    for (const named_matcher& n : want.report) {
        if (const auto ok = judge_member(j, "report", j.ended.report, n.name, n.what, out); !ok)
            return tl::unexpected(ok.error());
    }
    for (const seen_spec& seen : want.seen) {
        if (const auto ok = judge_seen(j, seen, out); !ok) return tl::unexpected(ok.error());
    }
    for (const std::string& endpoint : want.never) {
        const auto n = std::count_if(j.journal.begin(), j.journal.end(),
                                     [&](const journal_entry& e) { return e.endpoint == endpoint; });
        if (n > 0) {
            out.push_back(finding(j, fmt::format("{} requests", endpoint), "none", fmt::format("{}", n), j.step.at));
        }
    }
    judge_trace(j, out);
    return out;
}

}  // namespace assay::harness
