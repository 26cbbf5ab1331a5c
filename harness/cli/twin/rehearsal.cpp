#include "harness/cli/twin/rehearsal.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "harness/cli/twin/recognise.hpp"
#include "http/media_type.hpp"
#include "mock_server/routing/mock.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/pkce.hpp"

namespace assay::harness::twin {
namespace {

constexpr std::string_view own_origin = "http://127.0.0.1:9";
constexpr std::string_view own_verifier = "a-verifier-in-place-of-one-that-is-masked-0123456789";
constexpr std::string_view own_secret = "a-secret-in-place-of-one-that-is-masked";

struct client_seen {
    std::string secret, method = "none";
    std::vector<std::string> redirect_uris;
};

std::map<std::string, client_seen> clients_of(const capture& c) {
    std::map<std::string, client_seen> out;
    for (const auto& s : c.steps) {
        const auto id = client_id_of(s);
        if (id.empty()) continue;
        auto& one = out[id];
        const auto& back = s.sent.value("redirect_uri");
        if (!back.empty() &&
            std::find(one.redirect_uris.begin(), one.redirect_uris.end(), back) == one.redirect_uris.end())
            one.redirect_uris.emplace_back(back);
        const auto basic = oauth::parse_basic(s.of.request.head.value("authorization"));
        const auto& posted = s.sent.value("client_secret");
        const bool masked_basic = http::iequals(authorization_of(s.of.request).scheme, "basic") && !basic;
        if (basic || masked_basic || s.sent.find("client_assertion") != nullptr) {
            one.method = "client_secret_basic";
            one.secret = basic && !is_masked(basic->client_secret) ? basic->client_secret : std::string(own_secret);
        } else if (s.sent.find("client_secret") != nullptr) {
            one.method = "client_secret_post";
            one.secret = is_masked(posted) ? own_secret : posted;
        }
    }
    return out;
}

class stage {
public:
    explicit stage(const capture& c) : capture_(c) {}

    result<void> set_up(const std::string& dialect_text) {
        auto d = mock::add_dialect(dialect_text, "draft.yaml");
        if (!d) return fail(d.error());
        core_.set_origin(std::string(own_origin));
        json::array clients;
        for (const auto& [id, one] : clients_of(capture_)) {
            json::object client{{"client_id", id}, {"token_endpoint_auth_method", one.method}};
            if (!one.secret.empty()) client.append("client_secret", one.secret);
            const auto& uris = one.redirect_uris.empty() ? fallback_uris() : one.redirect_uris;
            client.append("redirect_uris", json::array(uris.begin(), uris.end()));
            clients.emplace_back(std::move(client));
        }
        auto request = mock::issuer_request_from_json(
            json::object{{"dialect", (*d)->name}, {"sign_in", "auto"}, {"clients", std::move(clients)}});
        if (!request) return fail(request.error());
        auto made = core_.create_default(std::move(*request));
        if (!made) return fail(made.error());
        issuer_ = *made;
        return {};
    }

    rehearsed play(const step& s) {
        rehearsed out;
        out.of = &s;
        out.skipped = why_not(s);
        if (!out.skipped.empty()) return out;
        const auto before = issuer_->log.last();
        auto plan = core_.handle(request_of(s));
        const auto* written = plan.empty() ? nullptr : std::get_if<http::write_response>(&plan.front().what);
        if (written != nullptr) out.got = written->r;
        out.answer = body_of(out.got);
        for (const auto& e : issuer_->log.after(before)) {
            if (e.refusal) out.refused = *e.refusal;
        }
        for (const auto& cookie : out.got.head.all("Set-Cookie")) cookie_ = cookie.substr(0, cookie.find(';'));
        if (s.kind == step_kind::authorize) take_code(s, out);
        pair_up(s.answer, out.answer, 0);
        return out;
    }

private:
    // A client without any redirect_uri in its requests returns to where it did.
    [[nodiscard]] std::vector<std::string> fallback_uris() const {
        for (const auto& s : capture_.steps) {
            const auto to = http::parse_url(s.came_by.response.head.value("location"));
            if (to) return {to->origin() + to->path};
        }
        return {"http://127.0.0.1:1/callback"};
    }

    static std::string why_not(const step& s) {
        if (s.kind == step_kind::registration || s.kind == step_kind::end_session) return "it is not repeated";
        if (s.of.request.head.find("DPoP") != nullptr) return "its key is not in the capture";
        if (s.sent.find("request") != nullptr && s.kind != step_kind::resource)
            return "its key is not in the capture";
        constexpr std::array<std::string_view, 4> known{"", "authorization_code", "refresh_token",
                                                        "client_credentials"};
        const auto& type = s.sent.value("grant_type");
        if (s.kind == step_kind::token && std::find(known.begin(), known.end(), type) == known.end())
            return "that grant is not repeated";
        if (s.kind == step_kind::authorize && s.callback.fields.empty() && s.of.response.status < 400)
            return "no answer to the client was seen";
        if (s.of.response.status == 0 && s.callback.fields.empty()) return "no answer was recorded";
        return {};
    }

    // What the mock issued in place of that value; a masked one is the latest of its kind.
    [[nodiscard]] std::string now(std::string_view name, const std::string& value) const {
        if (const auto found = now_.find(value); found != now_.end()) return found->second;
        if (value.empty() || !is_masked(value)) return value;
        if (name == "code_verifier") return std::string(own_verifier);
        if (name == "client_secret") return std::string(own_secret);
        const auto latest = latest_.find(name);
        return latest == latest_.end() ? value : latest->second;
    }

    [[nodiscard]] bool verifiers_are_masked() const {
        return std::any_of(capture_.steps.begin(), capture_.steps.end(), [](const step& s) {
            const auto* v = s.sent.find("code_verifier");
            return v != nullptr && is_masked(*v);
        });
    }

    [[nodiscard]] oauth::form fields_now(oauth::form fields) const {
        for (auto& [name, value] : fields.fields) value = now(name, value);
        if (fields.find("code_challenge") != nullptr && verifiers_are_masked())
            fields.set("code_challenge", oauth::s256_challenge(own_verifier));
        if (fields.erase("client_assertion")) fields.erase("client_assertion_type");
        return fields;
    }

    [[nodiscard]] std::string authorization_now(const step& s) const {
        const auto shown = authorization_of(s.of.request);
        const bool basic = http::iequals(shown.scheme, "basic");
        if (basic || s.sent.find("client_assertion") != nullptr) {
            const auto parsed = oauth::parse_basic(s.of.request.head.value("authorization"));
            if (parsed && !is_masked(parsed->client_secret))
                return std::string(s.of.request.head.value("authorization"));
            const auto id = client_id_of(s);
            return oauth::format_basic(id, own_secret);
        }
        const bool reads = s.kind == step_kind::userinfo || s.kind == step_kind::resource;
        // Chrome leaves the field out of what it exports.
        if (shown.scheme.empty() && !(reads && !s.is_refused() && latest_.contains("access_token"))) return {};
        return fmt::format("{} {}", shown.scheme.empty() ? "Bearer" : shown.scheme,
                           now("access_token", shown.token.empty() ? "***" : shown.token));
    }

    [[nodiscard]] http::request request_of(const step& s) const {
        http::request r;
        r.method = s.of.request.method;
        r.target = s.of.url.path;
        const auto query = oauth::parse_form(s.of.request.query()).value_or(oauth::form{});
        if (!query.fields.empty()) r.target += "?" + oauth::format_form(fields_now(query));
        for (const auto* name : {"Accept", "Content-Type"}) {
            if (const auto* v = s.of.request.head.find(name)) r.head.append(name, *v);
        }
        if (auto shown = authorization_now(s); !shown.empty()) r.head.append("Authorization", std::move(shown));
        if (s.kind == step_kind::authorize && !cookie_.empty()) r.head.append("Cookie", cookie_);
        r.body = body_now(s);
        if (r.method == "POST") r.head.append("Content-Length", std::to_string(r.body.size()));
        return r;
    }

    [[nodiscard]] std::string body_now(const step& s) const {
        const auto type = media_type(s.of.request.head);
        if (type == "application/x-www-form-urlencoded") {
            const auto form = oauth::parse_form(s.of.request.body);
            if (form) return oauth::format_form(fields_now(*form));
        }
        auto document =
            type.ends_with("json") ? json::parse(s.of.request.body).value_or(json::value()) : json::value();
        if (!document.is_object()) return s.of.request.body;
        for (auto& m : document.as_object()->members) {
            if (m.v.is_string()) m.v = now(m.name, *m.v.as_string());
        }
        return json::format(document);
    }

    void take_code(const step& s, rehearsed& out) {
        step back;
        back.kind = step_kind::authorize;
        back.sent = s.sent;
        exchange e;
        e.url = *http::parse_url(std::string(own_origin) + s.of.url.path);
        e.response = out.got;
        if (take_callback(back, e)) out.callback = back.callback;
        for (const auto& [name, value] : out.callback.fields)
            remember(name, std::string(s.callback.value(name)), value);
    }

    void remember(const std::string& name, const std::string& before, const std::string& now) {
        if (!before.empty() && !is_masked(before) && before != now) now_[before] = now;
        latest_[name] = now;
    }

    void pair_up(const json::value& before, const json::value& now, int depth) {
        if (depth > 8 || !before.is_object() || !now.is_object()) return;
        for (const auto& m : now.as_object()->members) {
            const auto* was = before.find(m.name);
            if (was == nullptr) continue;
            constexpr std::array<std::string_view, 6> issued{"access_token", "refresh_token", "id_token",
                                                             "device_code",  "user_code",     "request_uri"};
            const bool is_issued = std::find(issued.begin(), issued.end(), m.name) != issued.end();
            if (is_issued && m.v.is_string() && was->is_string())
                remember(m.name, *was->as_string(), *m.v.as_string());
            pair_up(*was, m.v, depth + 1);
        }
    }

    const capture& capture_;
    mock::mock core_;
    std::shared_ptr<mock::issuer> issuer_;
    std::string cookie_;
    std::map<std::string, std::string, std::less<>> now_;     // by the value of the capture
    std::map<std::string, std::string, std::less<>> latest_;  // by name
};

}  // namespace

bool rehearsed::is_refused() const {
    if (!refused.rule.empty() || got.status >= 400) return true;
    return of->kind == step_kind::authorize && callback.find("code") == nullptr;
}

result<std::vector<rehearsed>> rehearse(const capture& c, const std::string& dialect_text) {
    stage on(c);
    if (auto ok = on.set_up(dialect_text); !ok) return fail(ok.error());
    std::vector<rehearsed> out;
    for (const auto& s : c.steps) out.push_back(on.play(s));
    return out;
}

}  // namespace assay::harness::twin
