#include "harness/engine/client/canaries.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "oauth/form.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view client_secret = "the client's secret";
constexpr std::string_view code = "the code";
constexpr std::string_view verifier = "the code_verifier";
constexpr std::string_view access_token = "the access token";
constexpr std::string_view refresh_token = "the refresh token";
constexpr std::string_view id_token = "the ID Token";
constexpr std::size_t shortest = 16;

// Endpoints where a client authenticates and presents codes or tokens (RFC 6749 §3.2, RFC 7009, RFC 7662, RFC 9126).
bool takes_credentials(std::string_view endpoint) {
    static constexpr std::array<std::string_view, 5> names{"token", "revoke", "introspect", "par", "register"};
    return std::find(names.begin(), names.end(), endpoint) != names.end();
}

bool contains(std::string_view text, const std::string& value) {
    return text.find(value) != std::string_view::npos ||
           text.find(oauth::form_encode(value)) != std::string_view::npos;
}

std::string all_of(const journal_entry& e) {
    std::string text = e.target() + "\n" + e.request_body();
    for (const http::header& h : e.request_headers().list) text += "\n" + h.value;
    return text;
}

// Requests of the user's browser, not of the client.
bool is_browser(std::string_view endpoint) {
    return endpoint == "authorize" || endpoint == "consent" || endpoint == "sign_in" || endpoint == "logout";
}

}  // namespace

void canaries::add(std::string_view kind, std::string value) {
    if (value.size() < shortest) return;
    const bool known = std::any_of(all_.begin(), all_.end(), [&](const canary& c) { return c.value == value; });
    if (!known) all_.push_back({kind, std::move(value)});
}

void canaries::learn(const std::vector<journal_entry>& journal) {
    for (const journal_entry& e : journal) {
        if (e.endpoint != "token") continue;
        if (const result<oauth::form> form = oauth::parse_form(e.request_body())) {
            add(code, std::string(form->value("code")));
            add(verifier, std::string(form->value("code_verifier")));
            add(client_secret, std::string(form->value("client_secret")));
        }
        const http::headers head = e.request_headers();
        const std::string_view basic = head.value("Authorization");
        if (basic.starts_with("Basic ")) add(client_secret, std::string(basic.substr(6)));
        const json::value* response = e.document.find("response");
        const result<json::value> body = json::parse(response != nullptr ? response->string_at("body") : "");
        if (!body || !body->is_object()) continue;
        add(access_token, std::string(body->string_at("access_token")));
        add(refresh_token, std::string(body->string_at("refresh_token")));
        add(id_token, std::string(body->string_at("id_token")));
    }
}

std::vector<leak> canaries::search_request(const journal_entry& e) const {
    std::vector<leak> out;
    const std::string target = e.target();
    const std::string path = target.substr(0, target.find('?'));
    const std::string_view method = e.document.string_at("method");
    const std::string everything = all_of(e);
    const http::headers head = e.request_headers();
    for (const canary& c : all_) {
        // An id_token_hint may be in the URL (OIDC Core §3.1.2.1).
        const bool hint = c.kind == id_token && is_browser(e.endpoint);
        if (e.endpoint == "elsewhere") {
            if (contains(everything, c.value))
                out.push_back({std::string(c.kind), fmt::format("sent to another origin ({} {})", method, path)});
        } else if (!hint && contains(target, c.value)) {
            out.push_back({std::string(c.kind), fmt::format("in the URL of a request ({} {})", method, path)});
        } else if (contains(head.value("Referer"), c.value)) {
            out.push_back({std::string(c.kind), fmt::format("in a Referer ({} {})", method, path)});
        } else if (c.kind != access_token && c.kind != id_token && !takes_credentials(e.endpoint) &&
                   contains(everything, c.value)) {
            out.push_back({std::string(c.kind), fmt::format("sent where it is not needed ({} {})", method, path)});
        }
    }
    return out;
}

std::vector<leak> canaries::search(const std::vector<journal_entry>& journal) const {
    std::vector<leak> out;
    for (const journal_entry& e : journal) {
        for (leak& l : search_request(e)) {
            const bool said = std::any_of(out.begin(), out.end(),
                                          [&](const leak& o) { return o.secret == l.secret && o.where == l.where; });
            if (!said) out.push_back(std::move(l));
        }
    }
    return out;
}

std::vector<leak> canaries::search_output(std::string_view output) const {
    std::vector<leak> out;
    for (const canary& c : all_) {
        // A used code and its verifier are harmless, and the code is in the access log of every web server that
        // receives a callback.
        const bool lasts = c.kind == access_token || c.kind == refresh_token || c.kind == client_secret;
        if (lasts && contains(output, c.value)) out.push_back({std::string(c.kind), "printed by the client"});
    }
    return out;
}

}  // namespace assay::harness
