#include "harness/engine/server/precondition.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/format.h>

#include "data/text.hpp"
#include "harness/browser/html_form.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"

namespace assay::harness {
namespace {

bool says(const std::string& text, std::initializer_list<std::string_view> any) {
    return std::any_of(any.begin(), any.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// The visible text of the answer, shortened.
std::string words_of(const observation& a) {
    if (!a.response) return {};
    if (a.json) return json::format(*a.json).substr(0, 300);
    return visible_text(a.response->body);
}

std::string said(const observation& a) {
    const std::string words = words_of(a);
    const int status = a.response ? a.response->status : 0;
    return words.empty() ? fmt::format("the server answered {}", status)
                         : fmt::format("the server answered {}: {}", status, words);
}

bool has_password_field(const observation& a) {
    if (!a.response) return false;
    const auto forms = parse_forms(a.response->body, "http://page.invalid/");
    return std::any_of(forms.begin(), forms.end(), [](const html_form& f) {
        return std::any_of(f.controls.begin(), f.controls.end(),
                           [](const control& c) { return c.kind == control_kind::password; });
    });
}

class control_walk {
public:
    control_walk(const issuer_view& at, const registered_client& who)
        : who_(who), member_("clients." + who.role), run_(nothing_wrong(), variant{}, at) {}

    control_run go() {
        control_run out;
        out.failure = sign_in();
        if (!out.failure) out.failure = redeem();
        out.refresh_token = run_.last.contains("refresh_token");
        out.id_token = run_.last.contains("id_token");
        if (!out.failure && out.refresh_token) out.failure = refresh();
        if (out.failure) {
            for (const std::string& secret : run_.vars.secrets()) run_.log.secret(secret);
            out.failure->message = run_.log.masked(std::move(out.failure->message));
            out.failure->exchanges = run_.log.written();
        }
        return out;
    }

private:
    // An empty check: its steps are those of a correct client.
    static const check& nothing_wrong() {
        static const check one = [] {
            check c;
            c.needs = {"refresh"};
            return c;
        }();
        return one;
    }

    // Executes a verb as a correct client would.
    result<void> do_as_client(std::string_view verb) {
        request_words words;
        words.client = who_.role;
        const step s = make_step(verb, std::move(words));
        return verb_of(s).carry_out(run_, s);
    }

    std::optional<unmet> sign_in() {
        run_.label = fmt::format("sign-in of '{}'", who_.role);
        if (auto ok = do_as_client("authorize"); !ok) {
            const bool page = ok.error().code == errc::limit;
            return unmet{page ? "sign_in" : "", fmt::format("{} does not end: {}", run_.label, ok.error().text())};
        }
        const observation& a = run_.now;
        if (a.at_client && run_.last.contains("code")) return std::nullopt;
        if (a.at_client) return refused_by_redirect(a.form.fields.empty() ? a.query : a.form);
        if (a.redirected) {
            return unmet{
                member_ + ".redirect_uris",
                fmt::format("{} ended at {}, which is no redirect URI of the client", run_.label, a.location)};
        }
        return refused_by_page(a);
    }

    // RFC 6749 §4.1.2.1.
    unmet refused_by_redirect(const oauth::form& p) const {
        const std::string error(p.value("error"));
        const std::string text =
            fmt::format("{} is refused with {}: {}", run_.label,
                        error.empty() ? "neither a code nor an error" : error, p.value("error_description"));
        const std::string low = lowered(text);
        if (error == "invalid_scope" || says(low, {"scope"})) return {member_ + ".scope", text};
        if (error == "access_denied") return {"sign_in", text};
        return {member_, text};
    }

    unmet refused_by_page(const observation& a) const {
        const std::string text = fmt::format("{}: {}", run_.label, said(a));
        const std::string low = lowered(words_of(a));
        const bool refused = (a.response && a.response->status >= 400) || says(low, {"error", "invalid"});
        const auto exchanges = run_.log.written();
        const bool submitted = std::any_of(exchanges.begin(), exchanges.end(),
                                           [](const reports::evidence& e) { return e.request.starts_with("POST"); });
        if (has_password_field(a)) {
            if (submitted)
                return {"sign_in.password", text + " (the sign-in page came back: user or password is wrong)"};
            return {"sign_in", text + " (nothing on this page could be filled in: name its `fields`)"};
        }
        if (refused && says(low, {"redirect_uri", "redirect uri", "redirect-uri", "redirect_url", "redirection"}))
            return {member_ + ".redirect_uris", text};
        if (refused && says(low, {"scope"})) return {member_ + ".scope", text};
        if (refused && says(low, {"client"})) return {member_ + ".client_id", text};
        if (submitted) return {"sign_in", text};
        return {member_, text + " (it does not say what is wrong: look at client_id, redirect_uris and scope)"};
    }

    std::optional<unmet> redeem() {
        run_.label = fmt::format("token request of '{}'", who_.role);
        if (auto ok = do_as_client("token"); !ok)
            return unmet{"", fmt::format("{} does not end: {}", run_.label, ok.error().text())};
        if (run_.last.contains("access_token")) return std::nullopt;
        return refused_at_token_endpoint();
    }

    std::optional<unmet> refresh() {
        run_.label = fmt::format("refresh of '{}'", who_.role);
        if (auto ok = do_as_client("refresh"); !ok)
            return unmet{"", fmt::format("{} does not end: {}", run_.label, ok.error().text())};
        if (run_.now.response && run_.now.response->status == 200) return std::nullopt;
        return refused_at_token_endpoint();
    }

    // RFC 6749 §5.2.
    unmet refused_at_token_endpoint() const {
        const observation& a = run_.now;
        const std::string text = fmt::format("{}: {}", run_.label, said(a));
        const std::string error(a.json ? a.json->string_at("error") : std::string_view{});
        const std::string low = lowered(words_of(a));
        const bool who =
            error == "invalid_client" || error == "unauthorized_client" || (a.response && a.response->status == 401);
        if (who && who_.key) return {member_ + ".private_key", text};
        if (who && !who_.client_secret.empty())
            return {member_ + ".client_secret", fmt::format("{} (it authenticated by {})", text, who_.auth_method)};
        if (who) return {member_ + ".token_endpoint_auth_method", text};
        if (says(low, {"redirect"})) return {member_ + ".redirect_uris", text};
        if (error == "invalid_scope") return {member_ + ".scope", text};
        return {member_, text};
    }

    const registered_client& who_;
    std::string member_;
    server_run run_;
};

bool signs_in(const std::vector<step>& steps) {
    return std::any_of(steps.begin(), steps.end(),
                       [](const step& s) { return verb_of(s).builds_on_sign_in(s) || signs_in(s.steps); });
}

}  // namespace

control_run run_control(const issuer_view& at, const registered_client& who) {
    return control_walk(at, who).go();
}

bool builds_on_sign_in(const check& c) {
    return !c.is_client && signs_in(c.steps);
}

}  // namespace assay::harness
