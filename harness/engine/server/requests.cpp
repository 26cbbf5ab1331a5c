// Verbs of one exchange: what a correct party would send, changed by what the step says.
#include <fmt/format.h>

#include "harness/engine/server/flow.hpp"
#include "http/url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/metadata_url.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

const parameter* find_parameter(const step& s, std::string_view name) {
    for (const parameter& p : s.parameters) {
        if (p.name == name) return &p;
    }
    return nullptr;
}

// RFC 9112 §7.1, in two chunks where there is enough to split.
std::string chunked(const std::string& body) {
    std::string out;
    const std::size_t half = body.size() / 2;
    for (const std::string& part : {body.substr(0, half), body.substr(half)}) {
        if (!part.empty()) out += fmt::format("{:x}\r\n{}\r\n", part.size(), part);
    }
    return out + "0\r\n\r\n";
}

}  // namespace

result<const registered_client*> flow::client_for(const step& s) {
    std::string role = last_role_.empty() ? "confidential" : last_role_;
    if (!s.client.empty()) {
        auto named = text(s.client);
        if (!named) return fail(named.error());
        role = std::move(*named);
    }
    if (const registered_client* who = at_.find_client(role)) return who;
    return fail(errc::unsupported, fmt::format("no client '{}' is configured for this server", role));
}

result<void> flow::apply(oauth::form& f, const std::vector<parameter>& list, std::string_view leave_out) {
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

result<void> flow::apply_headers(http::headers& head, const step& s) {
    for (const parameter& p : s.headers) {
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

// RFC 6749 §2.3.1. An overridden client_secret goes where the method puts the secret; an overridden client_id goes
// into the body, whoever the header names.
result<void> flow::authenticate(const step& s, const registered_client& who, oauth::form& body, http::headers& head) {
    std::string method = who.auth_method;
    if (!s.auth.empty()) {
        auto named = text(s.auth);
        if (!named) return fail(named.error());
        method = std::move(*named);
    }
    std::string secret = who.client_secret;
    const parameter* own = find_parameter(s, "client_secret");
    if (own != nullptr && own->absent) method = "none";
    if (own != nullptr && !own->absent) {
        auto v = vars.expand(own->value);
        if (!v) return fail(v.error());
        secret = text_of(*v);
        log.secret(secret);
    }
    if (method == "private_key_jwt" || method == "client_secret_jwt")
        return add_assertion(s, who, method, secret, body);
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

result<void> flow::add_bearer(const step& s, http::headers& head) {
    std::string token;
    if (s.access_token) {
        if (s.access_token->absent) return {};
        auto v = vars.expand(s.access_token->value);
        if (!v) return fail(v.error());
        token = text_of(*v);
    } else if (s.what == verb::userinfo || s.what == verb::resource) {
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

result<oauth::form> flow::grant_form(const step& s) {
    oauth::form f;
    const auto from_last = [&](const std::string& name, std::string_view member) -> result<void> {
        if (find_parameter(s, name) != nullptr) return {};
        auto v = vars.find(fmt::format("last.{}", member));
        if (!v) return fail(v.error());
        f.append(name, text_of(*v));
        return {};
    };
    if (s.what == verb::token) {
        f.append("grant_type", "authorization_code");
        const parameter* other = find_parameter(s, "grant_type");
        const bool our_grant = other == nullptr || other->absent || last.contains("code");
        if (our_grant) {
            if (auto ok = from_last("code", "code"); !ok) return fail(ok.error());
            if (last.contains("redirect_uri")) f.append("redirect_uri", last.at("redirect_uri"));
            if (last.contains("code_verifier")) f.append("code_verifier", last.at("code_verifier"));
        }
    } else if (s.what == verb::refresh) {
        f.append("grant_type", "refresh_token");
        if (auto ok = from_last("refresh_token", "refresh_token"); !ok) return fail(ok.error());
    } else if (auto ok = from_last("token", "access_token"); !ok) {
        return fail(ok.error());
    }
    return f;
}

result<std::string> flow::target_of(const step& s, std::string_view endpoint_member) {
    if (!s.url.empty()) return text(s.url);
    if (!s.path.empty()) {
        auto path = text(s.path);
        if (!path) return path;
        return oauth::without_terminating_slash(at_.issuer) + *path;
    }
    return endpoint(endpoint_member);
}

result<http::call> flow::address(const step& s, http::request r, std::string url) {
    if (r.method == "GET" && !s.method.empty()) {
        auto method = text(s.method);
        if (!method) return fail(method.error());
        r.method = std::move(*method);
    }
    auto at = http::parse_url(url);
    if (!at) return fail(errc::not_found, fmt::format("'{}' is no URL that can be asked", url));
    http::call c;
    c.origin = at->origin();
    r.target = at->target();
    if (r.head.find("accept") == nullptr) r.head.set("Accept", "application/json");
    if (s.dpop) {
        if (auto ok = add_dpop(*s.dpop, url, r); !ok) return fail(ok.error());
    }
    if (auto ok = apply_headers(r.head, s); !ok) return fail(ok.error());
    c.r = std::move(r);
    return c;
}

// A POST with a form, or what the step makes of it.
result<http::call> flow::make_form_call(const step& s, std::string_view endpoint_member) {
    auto url = target_of(s, endpoint_member);
    if (!url) return fail(url.error());
    auto who = client_for(s);
    if (!who) return fail(who.error());
    if (s.what == verb::par) last_role_ = (*who)->role;
    auto form = s.what == verb::par ? authorize_parameters(s, **who) : grant_form(s);
    if (!form) return fail(form.error());
    http::request r;
    if (auto ok = authenticate(s, **who, *form, r.head); !ok) return fail(ok.error());
    const bool secret_in_body = form->find("client_secret") != nullptr;
    if (auto ok = apply(*form, s.parameters, secret_in_body ? "" : "client_secret"); !ok) return fail(ok.error());
    if (!s.repeat_parameter.empty()) {
        auto name = text(s.repeat_parameter);
        if (!name) return fail(name.error());
        form->append(*name, std::string(form->value(*name)));
    }
    auto method = text(s.method.empty() ? "POST" : s.method);
    if (!method) return fail(method.error());
    r.method = *method;
    if (r.method == "GET") return address(s, std::move(r), http::add_query(*url, oauth::format_form(*form)));
    r.head.set("Content-Type", std::string(form_type));
    r.body = oauth::format_form(*form);
    if (!s.content_type.empty()) {
        auto type = text(s.content_type);
        if (!type) return fail(type.error());
        r.head.set("Content-Type", *type);
    }
    if (s.body) {
        auto body = vars.expand(*s.body);
        if (!body) return fail(body.error());
        r.body = text_of(*body);
    }
    if (!s.transfer.empty()) {
        r.head.set("Transfer-Encoding", "chunked");
        r.body = chunked(r.body);
    }
    return address(s, std::move(r), std::move(*url));
}

result<http::call> flow::make_bearer_call(const step& s) {
    auto url = target_of(s, "userinfo_endpoint");
    if (!url) return fail(url.error());
    http::request r;
    if (auto ok = add_bearer(s, r.head); !ok) return fail(ok.error());
    oauth::form f;
    if (auto ok = apply(f, s.parameters); !ok) return fail(ok.error());
    if (!s.method.empty()) {
        auto method = text(s.method);
        if (!method) return fail(method.error());
        r.method = std::move(*method);
    }
    if (r.method == "GET") return address(s, std::move(r), http::add_query(*url, oauth::format_form(f)));
    if (!f.fields.empty()) r.head.set("Content-Type", std::string(form_type));
    r.body = oauth::format_form(f);
    return address(s, std::move(r), std::move(*url));
}

// RFC 7591 §3.1: the parameters are members of a JSON object.
result<http::call> flow::make_registration(const step& s) {
    auto url = target_of(s, "registration_endpoint");
    if (!url) return fail(url.error());
    http::request r;
    r.method = "POST";
    if (auto ok = add_bearer(s, r.head); !ok) return fail(ok.error());
    if (!s.access_token && !at_.initial_access_token.empty())
        r.head.set("Authorization", "Bearer " + at_.initial_access_token);
    json::object body;
    for (const parameter& p : s.parameters) {
        if (p.absent) continue;
        auto v = vars.expand(p.value);
        if (!v) return fail(v.error());
        body.append(p.name, std::move(*v));
    }
    r.head.set("Content-Type", "application/json");
    r.body = json::format(body);
    return address(s, std::move(r), std::move(*url));
}

result<http::call> flow::make_request(const step& s) {
    if (s.url.empty() && s.path.empty()) return fail(errc::usage, "'request' needs path or url");
    auto url = target_of(s, "");
    if (!url) return fail(url.error());
    http::request r;
    oauth::form f;
    if (!s.auth.empty()) {
        auto who = client_for(s);
        if (!who) return fail(who.error());
        if (auto ok = authenticate(s, **who, f, r.head); !ok) return fail(ok.error());
    }
    if (auto ok = apply(f, s.parameters); !ok) return fail(ok.error());
    if (auto ok = add_bearer(s, r.head); !ok) return fail(ok.error());
    if (!f.fields.empty()) {
        r.body = oauth::format_form(f);
        r.head.set("Content-Type", std::string(form_type));
    }
    if (s.body || s.json_body) {
        auto body = vars.expand(s.json_body ? *s.json_body : *s.body);
        if (!body) return fail(body.error());
        r.body = s.json_body ? json::format(*body) : text_of(*body);
        if (s.json_body) r.head.set("Content-Type", "application/json");
    }
    if (!s.content_type.empty()) {
        auto type = text(s.content_type);
        if (!type) return fail(type.error());
        r.head.set("Content-Type", *type);
    }
    auto method = text(!s.method.empty() ? s.method : r.body.empty() ? "GET" : "POST");
    if (!method) return fail(method.error());
    r.method = std::move(*method);
    return address(s, std::move(r), std::move(*url));
}

result<http::call> flow::make_call(const step& s) {
    switch (s.what) {
        case verb::token:
        case verb::refresh:
            return make_form_call(s, "token_endpoint");
        case verb::par:
            return make_form_call(s, "pushed_authorization_request_endpoint");
        case verb::introspect:
            return make_form_call(s, "introspection_endpoint");
        case verb::revoke:
            return make_form_call(s, "revocation_endpoint");
        case verb::userinfo:
        case verb::resource:
            return make_bearer_call(s);
        case verb::registration:
            return make_registration(s);
        case verb::request:
            return make_request(s);
        case verb::jwks: {
            auto url = target_of(s, "jwks_uri");
            if (!url) return fail(url.error());
            return address(s, {}, std::move(*url));
        }
        default:
            break;
    }
    if (!s.url.empty()) {
        auto url = text(s.url);
        if (!url) return fail(url.error());
        return address(s, {}, std::move(*url));
    }
    return address(s, {}, metadata_url());
}

void flow::absorb(const step& s, const http::exchange& e) {
    if (const auto* nonce = e.received.head.find("dpop-nonce")) last["dpop_nonce"] = *nonce;
    if (s.what == verb::userinfo && e.received.head.value("content-type").starts_with("application/jwt"))
        last["signed_userinfo"] = e.received.body;
    const bool registers = s.what == verb::registration && e.received.status < 300;
    if (!registers && s.what != verb::token && s.what != verb::refresh && s.what != verb::par) return;
    const auto document = json::parse(e.received.body);
    if (registers) {
        if (document) registered_.push_back(registration_of(*document));
        return;
    }
    if (s.what == verb::par) {
        if (document && e.received.status == 201) last["request_uri"] = document->string_at("request_uri");
        return;
    }
    const bool granted = e.received.status == 200 && document && document->find("access_token") != nullptr;
    if (!granted) {
        // A step that expects a refusal leaves the tokens before it; one that expected nothing has lost them.
        if (s.what == verb::token && s.expect.empty()) {
            for (const char* name : {"access_token", "refresh_token", "id_token"}) last.erase(name);
        }
        return;
    }
    for (const char* name : {"access_token", "refresh_token", "id_token"}) {
        if (const json::value* v = document->find(name); v != nullptr && v->is_string()) {
            last[name] = *v->as_string();
        } else if (s.what == verb::token) {
            last.erase(name);
        }
    }
}

std::vector<std::string> flow::unregister() {
    std::vector<std::string> left;
    for (const registration& one : registered_) {
        if (!delete_registration(client, one)) left.push_back(one.client_id);
    }
    registered_.clear();
    return left;
}

result<void> flow::exchange(const step& s) {
    auto c = make_call(s);
    if (!c) return fail(c.error());
    if (!s.over.empty()) return exchange_over_http(std::move(*c));
    auto done = send(std::move(*c));
    if (!done) return fail(done.error());
    now = answer_of(done->received);
    absorb(s, *done);
    return {};
}

}  // namespace assay::harness
