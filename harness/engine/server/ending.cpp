#include "harness/engine/server/ending.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/engine/server/verbs/verb.hpp"

namespace assay::harness {
namespace {

bool takes(const matcher& m, int status) {
    const json::value v(status);
    return !match(m, &v);
}

bool takes_any(const matcher& m, std::initializer_list<int> list) {
    return std::any_of(list.begin(), list.end(), [&](int status) { return takes(m, status); });
}

// A literal, or one of several: the check names exactly this status.
bool names(const matcher& m, int status) {
    if (m.kind == matcher_kind::one_of)
        return std::any_of(m.parts.begin(), m.parts.end(), [&](const matcher& one) { return names(one, status); });
    return m.kind == matcher_kind::equal && takes(m, status);
}

// What the assertions of one step together require of the status.
struct meaning {
    bool refusal = false;        // only a refusal fits
    bool names_404 = false;      // … and the check names 404 as one
    bool looks_for_5xx = false;  // `not_5xx`: the check looks for a server error
    bool names_5xx = false;      // the check names 500 or 503 as an expected status
};

meaning meaning_of(const std::vector<assertion>& expect) {
    meaning out;
    bool status = false;
    bool only_absences = !expect.empty();
    for (const assertion& one : expect) {
        const bool absence = one.what == aspect::json && one.wants.kind == matcher_kind::absent;
        only_absences = only_absences && absence;
        if (one.what == aspect::not_5xx) out.looks_for_5xx = true;
        if (one.what == aspect::page && one.wants.literal.as_boolean().value_or(true)) out.refusal = true;
        if (one.what != aspect::status) continue;
        status = true;
        if (takes_any(one.wants, {400, 401, 403}) && !takes_any(one.wants, {200, 201, 302})) out.refusal = true;
        if (names(one.wants, 404)) out.names_404 = true;
        if (takes_any(one.wants, {500, 503})) out.names_5xx = true;
    }
    // `json: { access_token: !absent }` alone would hold for any page.
    if (!status && only_absences) out.refusal = true;
    return out;
}

bool about_jwt(const assertion& one) {
    return one.what == aspect::jwt_header || one.what == aspect::jwt_claim || one.what == aspect::jwt_lifetime;
}

bool about_signature(const assertion& one) {
    return one.what == aspect::jwt_signature;
}

// A token that cannot be parsed has no claims to judge. If there is an assertion about its signature, that one
// reports the problem.
std::optional<std::string> no_jwt(const std::vector<assertion>& expect, const observation& a) {
    if (a.jose || a.signature.empty()) return std::nullopt;
    if (std::any_of(expect.begin(), expect.end(), about_signature)) return std::nullopt;
    if (!std::any_of(expect.begin(), expect.end(), about_jwt)) return std::nullopt;
    return a.signature;
}

}  // namespace

ending ending_of(const error& e, const step& s, reports::level level, bool anything_sent) {
    if (e.code == errc::unsupported) return {ending_kind::not_applicable, e.message};
    // The step waits for a request from the server: its absence is a finding.
    if (e.code == errc::not_found && verb_of(s).waits_for_server()) return {ending_kind::finding, e.message};
    constexpr std::array no_answer{errc::connect, errc::timeout, errc::malformed, errc::limit};
    const bool unanswered = std::find(no_answer.begin(), no_answer.end(), e.code) != no_answer.end();
    if (level == reports::level::rob && anything_sent && unanswered) return {ending_kind::finding, e.message};
    return {ending_kind::undecided, e.text()};
}

result<std::optional<std::string>> undecidable(const std::vector<assertion>& expect, const observation& a,
                                               const variables& vars) {
    if (expect.empty()) return std::nullopt;
    if (auto why = no_jwt(expect, a)) return why;
    if (!a.response || a.redirected) return std::nullopt;
    const int status = a.response->status;
    if (status != 404 && status != 429 && status < 500) return std::nullopt;
    std::vector<assertion> expanded = expect;
    for (assertion& one : expanded) {
        auto m = vars.expand(one.wants);
        if (!m) return fail(m.error());
        one.wants = std::move(*m);
    }
    const meaning what = meaning_of(expanded);
    if (what.names_5xx) return std::nullopt;
    if (status == 429 || status == 503)
        return fmt::format("the server answered {}, so it did not look at the request; run it again later", status);
    if (what.looks_for_5xx) return std::nullopt;
    if (what.refusal && status >= 500)
        return fmt::format("the server answered {} instead of a refusal: a server error may have any reason", status);
    if (what.refusal && status == 404 && !what.names_404)
        return std::string("the server answered 404 instead of a refusal: there may be nothing at this URL");
    return std::nullopt;
}

std::optional<std::string> server_failed(const step& s, const observation& a) {
    const std::string* code = a.redirected ? a.query.find("error") : nullptr;
    if (code == nullptr) return std::nullopt;
    if (*code != "server_error" && *code != "temporarily_unavailable") return std::nullopt;
    const bool asked = std::any_of(s.expect.begin(), s.expect.end(), [](const assertion& one) {
        return one.what == aspect::redirect_query && one.name == "error";
    });
    if (asked) return std::nullopt;
    return fmt::format("the server sent the browser back with {}, so it did not decide about the request", *code);
}

}  // namespace assay::harness
