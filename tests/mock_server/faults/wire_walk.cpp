#include "tests/mock_server/faults/wire_walk.hpp"

#include <algorithm>
#include <ctime>
#include <initializer_list>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "http/url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/pkce.hpp"
#include "tests/mock_server/paths.hpp"

namespace assay::mock::testing {
namespace {

constexpr std::string_view verifier = "wire-verifier-0123456789-ABCDEFGHIJ-abcdefghij";
constexpr std::string_view redirect_uri = "http://127.0.0.1:1/cb";
constexpr std::int64_t a_second_in_2026 = 1'790'000'000;

issuer_request wire_issuer(const std::string& dialect, json::value faults) {
    issuer_request r;
    r.name = "wire";
    r.dialect = dialect;
    r.how = sign_in::by_request;
    r.now = a_second_in_2026;
    r.faults = std::move(faults);
    client c;
    c.client_id = "web";
    c.client_secret = "web-secret";
    // The second one is for a fault that redirects to another registered URI.
    c.redirect_uris = {std::string(redirect_uri), "http://127.0.0.1:1/other"};
    c.scope = "openid email user:read";
    c.grant_types = {"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"};
    r.clients.push_back(std::move(c));
    return r;
}

// Stores what later steps need of the answer.
using keep = void (*)(std::map<std::string, std::string>&, const raw_answer&);

void keep_code(std::map<std::string, std::string>& known, const raw_answer& a) {
    const auto url = http::parse_url(header_of(a, "location"));
    if (url) known["code"] = std::string(oauth::parse_form(url->query).value_or(oauth::form{}).value("code"));
}

void keep_tokens(std::map<std::string, std::string>& known, const raw_answer& a) {
    const auto body = json_of(a);
    known["access_token"] = std::string(body.string_at("access_token"));
    known["refresh_token"] = std::string(body.string_at("refresh_token"));
}

std::string as_client() {
    return "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: " +
           oauth::format_basic("web", "web-secret") + "\r\n";
}

}  // namespace

struct wire_walker::step {
    std::vector<hook> shows;
    std::string method = "GET";
    std::string target;
    std::string body{};
    std::string headers{};
    keep kept = nullptr;
};

std::string header_of(const raw_answer& a, std::string_view name) {
    const auto head = std::string_view(a.bytes).substr(0, a.bytes.find("\r\n\r\n"));
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
        const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        const auto colon = line.find(':');
        if (colon != std::string_view::npos && http::iequals(line.substr(0, colon), name))
            return std::string(line.substr(colon + 2));
    }
    return {};
}

json::value json_of(const raw_answer& a) {
    const auto from = a.bytes.find("\r\n\r\n");
    const auto next = a.bytes.find("HTTP/1.1 404 ", from == std::string::npos ? 0 : from);
    if (from == std::string::npos) return {};
    return json::parse(a.bytes.substr(from + 4, next - from - 4)).value_or(json::value());
}

wire_walker::wire_walker(std::string dialect) : dialect_(std::move(dialect)) {
    embedded_options o;
    o.seed = "wire";
    o.control = false;
    const std::int64_t now = std::time(nullptr);
    o.ca = http::authority::make({now - 3600, now + 86'400}).value();
    auto made = embedded::start(std::move(o));
    EXPECT_TRUE(made) << made.error().text();
    mock_ = std::move(*made);
    port_ = static_cast<std::uint16_t>(std::stoi(http::parse_url(mock_->listener_origin())->port));
}

std::string wire_walker::authorize(const oauth::form& changes) const {
    oauth::form p{{"response_type", "code"},
                  {"client_id", "web"},
                  {"redirect_uri", std::string(redirect_uri)},
                  {"scope", "openid email user:read"},
                  {"state", fmt::format("state-{}", known_.at("round"))},
                  {"nonce", fmt::format("nonce-{}", known_.at("round"))},
                  {"code_challenge", oauth::s256_challenge(verifier)},
                  {"code_challenge_method", "S256"}};
    for (const auto& [name, value] : changes.fields) p.set(name, value);
    return oauth::format_form(p);
}

// Sends the request and, on the same connection, another one that is answered with 404: so an unannounced close of
// the connection shows without waiting.
raw_answer wire_walker::send(const std::string& method, const std::string& target, const std::string& body,
                             const std::string& headers, std::chrono::milliseconds patience) const {
    const std::string host = fmt::format("Host: 127.0.0.1:{}\r\n", port_);
    const std::string length = body.empty() ? "" : fmt::format("Content-Length: {}\r\n", body.size());
    return raw_exchange(port_,
                        fmt::format("{} /i/wire{} HTTP/1.1\r\n{}{}{}\r\n{}GET /i/wire/none HTTP/1.1\r\n{}Connection: "
                                    "close\r\n\r\n",
                                    method, target, host, headers, length, body, host),
                        patience);
}

void wire_walker::take(const step& s, const walk_plan& p, walked& out) {
    const bool shown = std::any_of(s.shows.begin(), s.shows.end(), [&](hook h) {
        return std::find(p.places.begin(), p.places.end(), h) != p.places.end();
    });
    if (!shown && s.kept == nullptr) return;
    const auto got = send(s.method, s.target, s.body, s.headers, shown ? p.patience : walk_plan{}.patience);
    if (s.kept != nullptr) s.kept(known_, got);
    for (const hook h : s.shows) out.at[h].push_back(got);
}

// The public documents.
void wire_walker::take_public(const dialect& d, const walk_plan& p, walked& out) {
    take({{hook::metadata}, "GET", "/.well-known/openid-configuration"}, p, out);
    take({{hook::jwks}, "GET", testing::path_in(d, "jwks")}, p, out);
    take({{hook::registration},
          "POST",
          testing::path_in(d, "register"),
          R"({"redirect_uris":["http://localhost:1/cb"]})",
          "Content-Type: application/json\r\n"},
         p, out);
    take({{hook::par}, "POST", testing::path_in(d, "par"), authorize({}), as_client()}, p, out);
    take({{hook::device}, "POST", testing::path_in(d, "device_authorization"), "scope=openid", as_client()}, p, out);
    take({{hook::page},
          "GET",
          testing::path_in(d, "authorize") + "?client_id=%3Cb%3E&redirect_uri=https://a.example/"},
         p, out);
    take({{hook::authorize}, "GET", testing::path_in(d, "authorize") + "?" + authorize({})}, p, out);
    take({{hook::revoke}, "POST", testing::path_in(d, "revoke"), "token=unknown", as_client()}, p, out);
    take({{hook::refusal},
          "POST",
          testing::path_in(d, "token"),
          "grant_type=authorization_code&code=unknown",
          as_client()},
         p, out);
}

void wire_walker::take_callbacks(const dialect& d, const walk_plan& p, walked& out) {
    const oauth::form allowed{{"assay_user", "ada"}};
    const oauth::form denied{{"assay_user", "ada"}, {"assay_consent", "deny"}};
    take({{hook::callback}, "GET", testing::path_in(d, "authorize") + "?" + authorize(denied)}, p, out);
    take({{hook::callback}, "GET", testing::path_in(d, "authorize") + "?" + authorize(allowed), {}, {}, keep_code}, p,
         out);
}

void wire_walker::take_tokens(const dialect& d, const walk_plan& p, walked& out) {
    const oauth::form code{{"grant_type", "authorization_code"},
                           {"code", known_["code"]},
                           {"redirect_uri", std::string(redirect_uri)},
                           {"code_verifier", std::string(verifier)}};
    take({{hook::token, hook::id_token},
          "POST",
          testing::path_in(d, "token"),
          oauth::format_form(code),
          as_client(),
          keep_tokens},
         p, out);
    const std::string bearer = "Authorization: Bearer " + known_["access_token"] + "\r\n";
    take({{hook::userinfo}, "GET", testing::path_in(d, "userinfo"), {}, bearer}, p, out);
    take({{hook::resource}, "GET", d.resources.front().path, {}, bearer}, p, out);
    const oauth::form token{{"token", known_["access_token"]}};
    take({{hook::introspect}, "POST", testing::path_in(d, "introspect"), oauth::format_form(token), as_client()}, p,
         out);
    const auto refresh =
        oauth::format_form({{"grant_type", "refresh_token"}, {"refresh_token", known_["refresh_token"]}});
    take({{hook::refresh, hook::id_token}, "POST", testing::path_in(d, "token"), refresh, as_client()}, p, out);
    take({{hook::refresh}, "POST", testing::path_in(d, "token"), refresh, as_client()}, p, out);
}

walked wire_walker::walk(const walk_plan& p, json::value faults) {
    walked out;
    auto made = mock_->core().create(wire_issuer(dialect_, std::move(faults)));
    if (!made) {
        out.refused = made.error().message;
        return out;
    }
    const auto& d = (*made)->speaks();
    const auto wants = [&](std::initializer_list<hook> any) {
        return std::find_first_of(p.places.begin(), p.places.end(), any.begin(), any.end()) != p.places.end();
    };
    const bool tokens =
        wants({hook::token, hook::id_token, hook::refresh, hook::userinfo, hook::resource, hook::introspect});
    known_.clear();
    for (int round = 1; round <= p.rounds; ++round) {
        known_["round"] = std::to_string(round);
        take_public(d, p, out);
        if (tokens || wants({hook::callback})) take_callbacks(d, p, out);
        if (tokens) take_tokens(d, p, out);
    }
    for (const auto& n : (*made)->faults()->fired()) out.fired.push_back(n.as_integer().value_or(-1));
    for (const auto& e : (*made)->log.after(0)) {
        out.journalled.insert(out.journalled.end(), e.faults.begin(), e.faults.end());
    }
    mock_->core().remove("wire");
    return out;
}

}  // namespace assay::mock::testing
