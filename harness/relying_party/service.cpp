#include "harness/relying_party/service.hpp"

#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "http/server.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

http::response document(int status, const json::object& body) {
    http::response r;
    r.status = status;
    r.head.set("Content-Type", "application/json");
    r.head.set("Cache-Control", "no-store");
    r.body = json::format(json::value(body));
    return r;
}

http::response problem(int status, std::string_view error, std::string message) {
    return document(status, {{"error", error}, {"message", std::move(message)}});
}

http::response rejected(std::string_view leg, const refusal& why) {
    json::object body{{"outcome", "rejected"}, {"leg", leg}, {"code", why.code}};
    if (!why.error.empty()) body.set("error", why.error);
    body.set("message", why.message);
    return document(400, body);
}

http::response accepted(std::string_view leg, const token_set& t, const json::value& userinfo) {
    const json::value refresh = t.refresh_token.empty() ? json::value() : json::value(t.refresh_token);
    return document(200, {{"outcome", "accepted"},
                          {"leg", leg},
                          {"token_type", t.token_type},
                          {"scope", t.scope},
                          {"expires_in", t.expires_in},
                          {"access_token", t.access_token},
                          {"refresh_token", refresh},
                          {"claims", t.claims ? json::value(*t.claims) : json::value()},
                          {"userinfo", userinfo}});
}

std::string cookie_of(const http::request& r) {
    const std::string_view all = r.head.value("Cookie");
    const std::size_t at = all.find("session=");
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + 8;
    return std::string(all.substr(begin, all.find(';', begin) - begin));
}

std::vector<std::string> names_of(const json::value* list) {
    std::vector<std::string> names;
    if (list == nullptr || list->as_array() == nullptr) return names;
    for (const json::value& v : *list->as_array()) {
        if (v.is_string()) names.push_back(*v.as_string());
    }
    return names;
}

// The parameters of the response, from query or body according to the response mode (Form Post Response Mode §2).
decision<std::string> answer_text(const rp_settings& s, const http::request& r) {
    if (r.method != "POST" || s.without.without(validation::form_post)) return std::string(r.query());
    const json::value* mode = s.extra.find("response_mode");
    if (mode != nullptr && mode->is_string() && *mode->as_string() == "form_post") return r.body;
    return refuse("unasked_form", "the answer came as a form that was not asked for");
}

}  // namespace

std::shared_ptr<rp_service::party> rp_service::find(const std::string& id) {
    const std::lock_guard guard(lock_);
    const auto at = parties_.find(id);
    return at == parties_.end() ? nullptr : at->second;
}

http::plan rp_service::handle(const http::request& r) {
    const std::string path(r.path());
    if (r.method == "POST" && path == "/assay/rp") return http::reply(create(r));
    if (r.method == "DELETE" && path.starts_with("/assay/rp/")) {
        const std::lock_guard guard(lock_);
        http::response gone;
        gone.status = parties_.erase(path.substr(10)) > 0 ? 204 : 404;
        return http::reply(std::move(gone));
    }
    const std::size_t slash = path.rfind('/');
    if (!path.starts_with("/rp/") || slash < 4)
        return http::reply(problem(404, "not_found", "there is no such page"));
    const std::shared_ptr<party> p = find(path.substr(4, slash - 4));
    if (p == nullptr) return http::reply(problem(404, "not_found", "there is no such relying party"));
    const std::lock_guard guard(p->busy);
    return http::reply(page(*p, std::string_view(path).substr(slash + 1), r));
}

http::response rp_service::create(const http::request& r) {
    const result<json::value> body = json::parse(r.body);
    if (!body || !body->is_object()) return problem(400, "invalid_request", "the body is no JSON object");
    const result<mutant> without = mutant::from_names(names_of(body->find("without")));
    if (!without) return problem(400, "invalid_request", without.error().message);
    auto p = std::make_shared<party>();
    rp_settings& s = p->settings;
    s.issuer = body->string_at("issuer");
    s.client_id = body->string_at("client_id");
    s.client_secret = body->string_at("client_secret");
    s.scope = body->string_at("scope");
    s.without = *without;
    s.use = names_of(body->find("use"));
    if (const json::value* nonce = body->find("nonce")) s.nonce = nonce->as_boolean().value_or(true);
    if (const std::string_view method = body->string_at("token_endpoint_auth_method"); !method.empty()) {
        s.auth_method = method;
    }
    if (const json::value* key = body->find("private_key"); key != nullptr && key->is_object()) {
        auto own = oauth::jwk::from_json(*key);
        if (!own) return problem(400, "invalid_request", "private_key: " + own.error().message);
        s.private_key = std::move(*own);
    }
    if (const json::value* extra = body->find("extra"); extra != nullptr && extra->is_object()) {
        s.extra = *extra->as_object();
    }
    if (s.issuer.empty() || s.client_id.empty()) {
        return problem(400, "invalid_request", "issuer and client_id are needed");
    }
    const std::lock_guard guard(lock_);
    p->id = fmt::format("{}", next_id_++);
    s.redirect_uri = fmt::format("{}/rp/{}/callback", origin_, p->id);
    s.post_logout_redirect_uri = fmt::format("{}/rp/{}/logged_out", origin_, p->id);
    parties_.emplace(p->id, p);
    return document(
        201,
        {{"id", p->id}, {"redirect_uri", s.redirect_uri}, {"post_logout_redirect_uri", s.post_logout_redirect_uri}});
}

rp_service::session& rp_service::session_of(party& p, const http::request& r, bool& made) {
    const auto at = p.sessions.find(cookie_of(r));
    made = at == p.sessions.end();
    if (!made) return at->second;
    session fresh;
    fresh.id = oauth::base64url_encode(oauth::random_bytes(32));
    return p.sessions.emplace(fresh.id, fresh).first->second;
}

http::response rp_service::page(party& p, std::string_view step, const http::request& r) {
    bool made = false;
    session* here = &session_of(p, r, made);
    session& s = *here;
    http::response answer = problem(404, "not_found", "there is no such page");
    if (step == "login" && r.method == "GET") {
        answer = login(p, s);
    } else if (step == "callback" && (r.method == "GET" || r.method == "POST")) {
        const decision<token_set> tokens = callback(p, s, r);
        if (tokens && p.settings.without.does(validation::session_renewed)) {
            here = &renewed(p, s);
            made = true;
        }
        answer = tokens ? accepted("callback", *tokens, {}) : rejected("callback", tokens.error());
    } else if (step == "logged_out" && r.method == "GET") {
        answer = accepted("logout", {}, {});
    } else if (r.method == "POST" &&
               (step == "refresh" || step == "userinfo" || step == "call" || step == "logout")) {
        answer = use_tokens(p, s, step, r);
    }
    if (made)
        answer.head.append("Set-Cookie",
                           fmt::format("session={}; Path=/rp/{}; HttpOnly; SameSite=Lax", here->id, p.id));
    return answer;
}

http::response rp_service::use_tokens(party& p, session& s, std::string_view step, const http::request& r) {
    if (!s.tokens || !p.discovered) return rejected(step, {"not_signed_in", "no user is signed in here"});
    if (step == "logout") return log_out(p, s);
    rp_party client(p.settings, p.memory);
    if (step == "refresh") {
        const decision<token_set> tokens = client.refresh(*p.discovered, *s.tokens);
        if (tokens) s.tokens = *tokens;
        if (!tokens && p.settings.without.without(validation::refresh_retry)) s.tokens->refresh_token.clear();
        return tokens ? accepted(step, *tokens, {}) : rejected(step, tokens.error());
    }
    const oauth::form form = oauth::parse_form(r.body).value_or(oauth::form{});
    const decision<json::value> about = step == "call" ? client.call(std::string(form.value("url")), *s.tokens)
                                                       : client.userinfo(*p.discovered, *s.tokens);
    if (!about) return rejected(step, about.error());
    return accepted(step, *s.tokens, step == "call" ? json::value() : *about);
}

// A new session id at sign-in, against session fixation (RFC 6265 §8.4).
rp_service::session& rp_service::renewed(party& p, session& s) {
    session fresh = s;
    p.sessions.erase(s.id);
    fresh.id = oauth::base64url_encode(oauth::random_bytes(32));
    return p.sessions.emplace(fresh.id, std::move(fresh)).first->second;
}

// Ends the local session first, so that it ends even if the browser does not return from the server.
http::response rp_service::log_out(party& p, session& s) {
    const rp_party client(p.settings, p.memory);
    const decision<std::string> url = client.end_session_url(*p.discovered, *s.tokens);
    s.tokens.reset();
    if (!url) return accepted("logout", {}, {});
    http::response away;
    away.status = 302;
    away.head.set("Location", *url);
    return away;
}

http::response rp_service::login(party& p, session& s) {
    rp_party client(p.settings, p.memory);
    if (!p.discovered || p.settings.without.without(validation::metadata_cached)) {
        decision<provider> found = client.discover();
        if (!found) return rejected("login", found.error());
        p.discovered = std::move(*found);
    }
    s.flow = client.start_flow();
    http::response away;
    away.status = 302;
    const decision<std::string> url = client.authorization_url(*p.discovered, *s.flow);
    if (!url) return rejected("login", url.error());
    away.head.set("Location", *url);
    away.head.set("Cache-Control", "no-store");
    return away;
}

// The sign-in of this browser's session; a mutant takes one from another session, or goes on without one.
std::optional<sign_in_flow> rp_service::flow_of(party& p, session& s, const oauth::form& query) const {
    const mutant& w = p.settings.without;
    if (w.without(validation::session_binding)) {
        for (auto& [id, other] : p.sessions) {
            if (other.flow && other.flow->state == query.value("state")) return other.flow;
        }
    }
    if (s.flow) {
        sign_in_flow flow = *s.flow;
        if (w.does(validation::replay)) s.flow.reset();
        return flow;
    }
    if (w.without(validation::unsolicited)) {
        for (auto& [id, other] : p.sessions) {
            if (other.flow) return other.flow;
        }
        return sign_in_flow{std::string(query.value("state")), "", ""};
    }
    return std::nullopt;
}

decision<token_set> rp_service::callback(party& p, session& s, const http::request& r) {
    const decision<std::string> text = answer_text(p.settings, r);
    if (!text) return tl::unexpected(text.error());
    const result<oauth::form> query = oauth::parse_form(*text);
    if (!query) return refuse("bad_query", query.error().text());
    const std::optional<sign_in_flow> flow = flow_of(p, s, *query);
    if (!flow) return refuse("no_sign_in", "no sign-in was started in this browser");
    rp_party client(p.settings, p.memory);
    if (!p.discovered || p.settings.without.without(validation::metadata_cached)) {
        decision<provider> found = client.discover();
        if (!found) return tl::unexpected(found.error());
        p.discovered = std::move(*found);
    }
    const decision<std::string> code = client.judge_callback(*p.discovered, *query, *text, *flow);
    if (!code) return tl::unexpected(code.error());
    decision<token_set> tokens = client.redeem(*p.discovered, *code, *flow);
    if (tokens) s.tokens = *tokens;
    return tokens;
}

int run_rp(const std::string& version) {
    // Blocked before the server's threads start, so that they inherit the mask; sigtimedwait below receives the
    // signal.
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ending, nullptr);
    rp_service service;
    http::server_options options;
    options.threads = 4;
    const auto server =
        http::server::start(options, [&service](const http::request& r) { return service.handle(r); });
    if (!server) {
        fmt::print(stderr, "assay rp: {}\n", server.error().text());
        return 3;
    }
    const std::string origin = fmt::format("http://localhost:{}", (*server)->port());
    service.set_origin(origin);
    fmt::print("{}\n", json::format(json::object{
                           {"assay_adapter", 1}, {"url", origin}, {"library", "assay rp"}, {"version", version}}));
    std::fflush(stdout);
    for (;;) {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        char byte = 0;
        if (poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0) break;
        const timespec wait{0, 200'000'000};
        if (sigtimedwait(&ending, nullptr, &wait) > 0) break;
    }
    (*server)->stop();
    return 0;
}

}  // namespace assay::harness
