// The consent form of the page at which the browser is, submitted by the user or forged by another site (CSRF, RFC
// 6749 §10.12).
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "harness/browser/browser.hpp"
#include "harness/browser/navigation.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

struct submit_words : step_body {
    bool forged = false;
};

// A page of another site cannot read values that the server made for this browser. Those are long; shorter ones, such
// as the answer "allow", can be guessed.
constexpr std::size_t secret_length_min = 16;

bool is_secret(std::string_view value, std::string_view known) {
    return value.size() >= secret_length_min && known.find(value) == std::string_view::npos;
}

// Replaces what is secret by as many A: the text between the separators of a path or a query. Names of parameters are
// not secret, and percent-encoded values are compared as they are.
std::string with_guesses(const std::string& action, const std::string& known) {
    constexpr std::string_view separators = "/?&=;#";
    const auto target = http::parse_url(action);
    std::string out = target ? target->origin() : std::string{};
    for (std::size_t at = out.size(); at < action.size();) {
        const std::size_t end = std::min(action.find_first_of(separators, at), action.size());
        const std::string part = action.substr(at, end - at);
        const bool is_name = end < action.size() && action[end] == '=';
        const bool secret = !is_name && is_secret(oauth::form_decode(part).value_or(part), known);
        out += secret ? std::string(part.size(), 'A') : part;
        if (end < action.size()) out += action[end];
        at = end + 1;
    }
    return out;
}

// What another site can send: a guess for each secret of the form.
void forge(html_form& f, const std::string& known) {
    f.action = with_guesses(f.action, known);
    for (control& c : f.controls) {
        if (c.kind == control_kind::hidden && is_secret(c.value, known)) c.value.assign(c.value.size(), 'A');
    }
}

bool asks_for_input(const html_form& f) {
    return std::any_of(f.controls.begin(), f.controls.end(), [](const control& c) {
        return c.kind == control_kind::password || c.kind == control_kind::text;
    });
}

// What another site knows: the server's URLs, and the requests to the authorization endpoint to which it can send the
// browser itself, as a whole and value by value (decoded). A request to which the server redirected the browser may
// have values of the server's own.
result<std::string> known_values(server_run& run) {
    auto endpoint = run.endpoint("authorization_endpoint");
    if (!endpoint) return fail(endpoint.error());
    std::string out = *endpoint;
    bool was_redirected = false;
    for (const http::exchange& e : run.user_agent().history()) {
        const std::string url = e.sent.origin + e.sent.r.target;
        const bool is_of_client = !std::exchange(was_redirected, redirects(e.received));
        if (!is_of_client || without_query(url) != without_query(*endpoint)) continue;
        out += fmt::format("\n{}\n{}", url, e.sent.r.body);
        for (const std::string_view text : {e.sent.r.query(), std::string_view(e.sent.r.body)}) {
            for (const auto& field : oauth::parse_form(text).value_or(oauth::form{}).fields)
                out += "\n" + field.second;
        }
    }
    return out;
}

// An origin of the same site (RFC 6265bis §5.2): browsers send the server's cookies with its requests, whatever their
// SameSite says. That is a host below a registered name, and another port of localhost or of an IP address.
std::string neighbour_of(const http::url& server) {
    const bool is_address = server.host.front() == '[' || (server.host.back() >= '0' && server.host.back() <= '9');
    if (server.is_loopback() || is_address) return fmt::format("{}://{}:1", server.scheme, server.host);
    return server.scheme + "://attacker." + server.host;
}

class submit final : public server_verb {
public:
    submit()
        : server_verb("submit",
                      "Consents in the form of the page at which the last `authorize` ended; with `from: other_site` "
                      "as a page of another site would, which guesses the secrets of the form and sends its own "
                      "Origin.") {}

    [[nodiscard]] bool builds_on_sign_in(const step&) const override { return true; }

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use& into) const override {
        static constexpr std::array<std::string_view, 1> keys{"from"};
        if (n.kind != yaml::kind::null) {
            if (auto ok = yaml::only_keys(d, n, keys, "'submit'"); !ok) return ok;
        }
        auto out = std::make_shared<submit_words>();
        if (const auto* from = n.find("from")) {
            if (from->scalar != "other_site") return fail(d.error_at(from->at, "'from' is other_site, or left out"));
            out->forged = true;
        }
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return schema_of_keys(help(), {{"from", json::object{{"const", "other_site"}}}}, false);
    }

    [[nodiscard]] result<void> carry_out(server_run& run, const step& s) const override {
        auto who = run.client_for(request_words{});
        if (!who) return fail(who.error());
        browser& b = run.user_agent();
        if (b.history().empty()) return fail(errc::unsupported, "'submit' needs pages without a real browser");
        const http::exchange& shown = b.history().back();
        const std::string page = shown.sent.origin + shown.sent.r.target;
        auto form = fill_in(forms_of(shown.received, page), sign_in_choice{});
        if (!form || asks_for_input(*form))
            return fail(errc::unsupported, "the server shows no form to consent here");
        const bool forged = dynamic_cast<const submit_words&>(*s.body).forged;
        if (forged) {
            auto known = known_values(run);
            if (!known) return fail(known.error());
            forge(*form, *known);
        }
        const navigation n = submitted(*form, page);
        http::headers head = head_of(n);
        if (forged) {
            const auto server = http::parse_url(page);
            if (!server) return fail(server.error());
            const std::string attacker = neighbour_of(*server);
            if (n.method != "GET") head.set("Origin", attacker);
            head.set("Referer", attacker + "/");
        }
        auto done = b.request(n.method, n.url, std::move(head), n.body);
        if (!done) return fail(done.error());
        run.log.add(run.label, *done);
        run.now = observation_of(done->received);
        if (!redirects(done->received)) return {};
        auto next = http::resolve_url(n.url, done->received.head.value("location"));
        if (!next) return fail(next.error());
        const navigation after = redirected(n, done->received.status, std::move(*next));
        sign_in_spec nobody;
        nobody.nobody = true;
        return run.use_pages(after.url, after.body, nobody, **who, false);
    }
};

}  // namespace

const server_verb& submit_verb() {
    static const submit one;
    return one;
}

}  // namespace assay::harness
