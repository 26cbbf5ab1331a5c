// Single requests: that of a correct client, with the changes of the step.
#include <fmt/format.h>

#include "harness/engine/server/server_run.hpp"
#include "http/url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/metadata_url.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

// Chunked transfer coding (RFC 9112 §7.1), in two chunks if the body is long enough.
std::string chunked(const std::string& body) {
    std::string out;
    const std::size_t half = body.size() / 2;
    for (const std::string& part : {body.substr(0, half), body.substr(half)}) {
        if (!part.empty()) out += fmt::format("{:x}\r\n{}\r\n", part.size(), part);
    }
    return out + "0\r\n\r\n";
}

// "https://as.example" -> "http://as.example"; an explicit port is kept.
std::string without_tls(const std::string& origin) {
    constexpr std::string_view tls = "https://";
    return origin.starts_with(tls) ? "http://" + origin.substr(tls.size()) : origin;
}

}  // namespace

result<const registered_client*> server_run::client_for(const request_words& w) {
    std::string role = last_role.empty() ? "confidential" : last_role;
    if (!w.client.empty()) {
        auto named = text(w.client);
        if (!named) return fail(named.error());
        role = std::move(*named);
    }
    if (const registered_client* who = at.find_client(role)) return who;
    return fail(errc::unsupported, fmt::format("no client '{}' is configured for this server", role));
}

result<void> server_run::apply(oauth::form& f, const std::vector<parameter>& list, std::string_view leave_out) {
    for (const parameter& p : list) {
        if (p.name == leave_out) continue;
        if (p.absent) {
            f.erase(p.name);
            continue;
        }
        auto v = vars.expand(p.value);
        if (!v) return fail(v.error());
        const json::array* many = v->as_array();
        if (many == nullptr) {
            f.set(p.name, text_of(*v));
            continue;
        }
        f.erase(p.name);
        for (const json::value& one : *many) f.append(p.name, text_of(one));
    }
    return {};
}

result<void> server_run::apply_headers(http::headers& head, const request_words& w) {
    for (const parameter& p : w.headers) {
        head.erase(p.name);
        if (p.absent) continue;
        auto v = vars.expand(p.value);
        if (!v) return fail(v.error());
        if (const json::array* many = v->as_array()) {
            for (const json::value& one : *many) head.append(p.name, text_of(one));
        } else {
            head.set(p.name, text_of(*v));
        }
    }
    return {};
}

// RFC 6749 §2.3.1. A changed client_secret is sent where the method sends the secret; a changed client_id is sent in
// the body, whatever the header contains.
result<void> server_run::authenticate(const request_words& w, const registered_client& who, oauth::form& body,
                                      http::headers& head) {
    std::string method = who.auth_method;
    if (!w.auth.empty()) {
        auto named = text(w.auth);
        if (!named) return fail(named.error());
        method = std::move(*named);
    }
    std::string secret = who.client_secret;
    const parameter* own = w.find_parameter("client_secret");
    if (own != nullptr && own->absent) method = "none";
    if (own != nullptr && !own->absent) {
        auto v = vars.expand(own->value);
        if (!v) return fail(v.error());
        secret = text_of(*v);
        log.secret(secret);
    }
    if (method == "private_key_jwt" || method == "client_secret_jwt")
        return add_assertion(w, who, method, secret, body);
    const bool alone = method == "client_secret_basic" || method == "twice";
    if (alone || method == "both") {
        const std::string value = oauth::format_basic(who.client_id, secret);
        log.secret(value.substr(6));
        head.set("Authorization", value);
    }
    if (method == "twice") head.append("Authorization", oauth::format_basic("somebody-else", "another-secret"));
    if (!alone) body.set("client_id", who.client_id);
    if (method == "client_secret_post" || method == "both") body.set("client_secret", secret);
    return {};
}

result<void> server_run::add_bearer(const request_words& w, bool last_token, http::headers& head) {
    std::string token;
    if (w.access_token) {
        if (w.access_token->absent) return {};
        auto v = vars.expand(w.access_token->value);
        if (!v) return fail(v.error());
        token = text_of(*v);
    } else if (last_token) {
        auto v = vars.find("last.access_token");
        if (!v) return fail(v.error());
        token = text_of(*v);
    } else {
        return {};
    }
    log.secret(token);
    head.set("Authorization", "Bearer " + token);
    return {};
}

result<std::string> server_run::target_of(const request_words& w, std::string_view endpoint_member) {
    if (!w.url.empty()) return text(w.url);
    if (!w.path.empty()) {
        auto path = text(w.path);
        if (!path) return path;
        return oauth::without_terminating_slash(at.issuer) + *path;
    }
    return endpoint(endpoint_member);
}

result<http::call> server_run::address(const request_words& w, http::request r, const std::string& url) {
    if (r.method == "GET" && !w.method.empty()) {
        auto method = text(w.method);
        if (!method) return fail(method.error());
        r.method = std::move(*method);
    }
    auto target = http::parse_url(url);
    if (!target) return fail(errc::not_found, fmt::format("'{}' is no URL that can be asked", url));
    http::call c;
    c.origin = target->origin();
    r.target = target->target();
    if (r.head.find("accept") == nullptr) r.head.set("Accept", "application/json");
    if (w.dpop) {
        if (auto ok = add_dpop(*w.dpop, url, r); !ok) return fail(ok.error());
    }
    if (auto ok = apply_headers(r.head, w); !ok) return fail(ok.error());
    c.r = std::move(r);
    return c;
}

result<http::call> server_run::form_call(const request_words& w, const registered_client& who, const std::string& url,
                                         oauth::form form) {
    http::request r;
    if (auto ok = authenticate(w, who, form, r.head); !ok) return fail(ok.error());
    const bool secret_in_body = form.find("client_secret") != nullptr;
    if (auto ok = apply(form, w.parameters, secret_in_body ? "" : "client_secret"); !ok) return fail(ok.error());
    if (!w.repeat_parameter.empty()) {
        auto name = text(w.repeat_parameter);
        if (!name) return fail(name.error());
        form.append(*name, std::string(form.value(*name)));
    }
    auto method = text(w.method.empty() ? "POST" : w.method);
    if (!method) return fail(method.error());
    r.method = *method;
    if (r.method == "GET") return address(w, std::move(r), http::add_query(url, oauth::format_form(form)));
    r.head.set("Content-Type", std::string(form_type));
    r.body = oauth::format_form(form);
    if (!w.content_type.empty()) {
        auto type = text(w.content_type);
        if (!type) return fail(type.error());
        r.head.set("Content-Type", *type);
    }
    if (w.body) {
        auto body = vars.expand(*w.body);
        if (!body) return fail(body.error());
        r.body = text_of(*body);
    }
    if (!w.transfer.empty()) {
        r.head.set("Transfer-Encoding", "chunked");
        r.body = chunked(r.body);
    }
    return address(w, std::move(r), url);
}

result<http::call> server_run::bearer_call(const request_words& w) {
    auto url = target_of(w, "userinfo_endpoint");
    if (!url) return fail(url.error());
    http::request r;
    if (auto ok = add_bearer(w, true, r.head); !ok) return fail(ok.error());
    oauth::form f;
    if (auto ok = apply(f, w.parameters); !ok) return fail(ok.error());
    if (!w.method.empty()) {
        auto method = text(w.method);
        if (!method) return fail(method.error());
        r.method = std::move(*method);
    }
    if (r.method == "GET") return address(w, std::move(r), http::add_query(*url, oauth::format_form(f)));
    if (!f.fields.empty()) r.head.set("Content-Type", std::string(form_type));
    r.body = oauth::format_form(f);
    return address(w, std::move(r), *url);
}

void server_run::note_nonce(const http::exchange& e) {
    if (const auto* nonce = e.received.head.find("dpop-nonce")) last["dpop_nonce"] = *nonce;
}

std::vector<std::string> server_run::unregister() {
    std::vector<std::string> left;
    for (const registration& one : registered) {
        if (!delete_registration(client, one)) left.push_back(one.client_id);
    }
    registered.clear();
    return left;
}

// No connection, or an answer that is not HTTP, also counts as a refusal (RFC 9325 §3.2): then there is no response.
result<void> server_run::exchange_over_http(http::call c) {
    c.origin = without_tls(c.origin);
    now = observation{};
    const std::string asked = fmt::format("{} {}{}", c.r.method, c.origin, c.r.target);
    auto done = send(std::move(c));
    if (done) {
        now = observation_of(done->received);
        return {};
    }
    const errc why = done.error().code;
    if (why != errc::connect && why != errc::timeout && why != errc::malformed) return fail(done.error());
    log.note(label, asked, done.error().message);
    return {};
}

}  // namespace assay::harness
