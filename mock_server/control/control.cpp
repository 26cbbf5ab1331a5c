#include "mock_server/control/control.hpp"

#include <charconv>

#include <fmt/format.h>

#include "mock_server/context.hpp"
#include "mock_server/control/mint.hpp"
#include "mock_server/describe.hpp"
#include "oauth/form.hpp"

namespace assay::mock {
namespace {

struct control_error {
    int status;
    std::string error;
    std::string message;
};
using reply = tl::expected<http::response, control_error>;

tl::unexpected<control_error> no(int status, std::string error, std::string message) {
    return tl::unexpected(control_error{status, std::move(error), std::move(message)});
}
tl::unexpected<control_error> no(const error& e) {
    const bool taken = e.code == errc::environment || e.code == errc::limit;
    return no(taken ? 409 : 400, taken ? "conflict" : "bad_request", e.message);
}

tl::expected<json::value, control_error> body_of(const http::request& r) {
    auto v = json::parse(r.body.empty() ? "{}" : r.body);
    if (!v) return no(400, "bad_request", "the body is no JSON: " + v.error().message);
    return std::move(*v);
}

result<issuer_request> read_issuer(const json::value& v) {
    if (!v.is_object()) return fail(errc::usage, "the body must be a JSON object");
    issuer_request r;
    for (const auto& m : v.as_object()->members) {
        if (m.name == "name" && m.v.is_string()) {
            r.name = *m.v.as_string();
        } else if (m.name == "dialect" && m.v.is_string()) {
            r.dialect = *m.v.as_string();
        } else if (m.name == "sign_in" && m.v.is_string() && parse_sign_in(*m.v.as_string())) {
            r.how = *parse_sign_in(*m.v.as_string());
        } else if (m.name == "faults" && m.v.is_array()) {
            r.faults = m.v;
        } else if (m.name == "now" && m.v.as_integer()) {
            r.now = m.v.as_integer();
        } else if (m.name == "ttl_s" && m.v.as_integer()) {
            r.ttl_s = *m.v.as_integer();
        } else if (m.name == "own_origin" && m.v.as_boolean()) {
            r.own_origin = *m.v.as_boolean();
        } else if (m.name != "clients" && m.name != "any_loopback_redirect_uri") {
            return fail(errc::usage, fmt::format("member '{}' is unknown or of the wrong type", m.name));
        }
    }
    auto speaks = find_dialect(r.dialect);
    if (!speaks) return fail(errc::usage, speaks.error().message);
    const auto* clients = v.find("clients");
    const auto* any_loopback = v.find("any_loopback_redirect_uri");
    if (clients == nullptr) return r;
    if (!clients->is_array()) return fail(errc::usage, "member 'clients' must be an array");
    for (const auto& one : *clients->as_array()) {
        auto c = client_from_json(one, **speaks);
        if (!c) return fail(c.error());
        c->any_loopback_redirect_uri = any_loopback != nullptr && any_loopback->as_boolean().value_or(false);
        r.clients.push_back(std::move(*c));
    }
    return r;
}

reply issuers(mock& m, const http::request& r) {
    if (r.method == "GET") {
        json::array out;
        for (const auto& i : m.all()) out.emplace_back(describe(*i));
        return json_response(200, json::object{{"issuers", std::move(out)}});
    }
    if (r.method != "POST") return no(405, "method_not_allowed", "use GET or POST");
    auto body = body_of(r);
    if (!body) return tl::unexpected(body.error());
    auto asked = read_issuer(*body);
    if (!asked) return no(asked.error());
    auto made = m.create(std::move(*asked));
    if (!made) return no(made.error());
    return json_response(201, describe(**made));
}

reply set_faults(issuer& i, const http::request& r) {
    if (r.method == "GET") return json_response(200, json::object{{"faults", i.faults()->specs()}});
    if (r.method != "PUT") return no(405, "method_not_allowed", "use GET or PUT");
    auto body = body_of(r);
    if (!body) return tl::unexpected(body.error());
    auto f = fault_set::from_json(*body);
    if (!f) return no(f.error());
    i.set_faults(std::move(*f));
    return json_response(200, json::object{{"faults", i.faults()->specs()}});
}

reply move_clock(issuer& i, const http::request& r) {
    if (r.method != "POST") return no(405, "method_not_allowed", "use POST");
    auto body = body_of(r);
    if (!body) return tl::unexpected(body.error());
    const auto* advance = body->find("advance_s");
    const auto* now = body->find("now");
    if (advance != nullptr && advance->as_integer()) {
        i.advance(*advance->as_integer());
    } else if (now != nullptr && now->as_integer()) {
        i.freeze(*now->as_integer());
    } else if (body->find("real") != nullptr) {
        i.follow_real_time();
    } else {
        return no(400, "bad_request", "send {\"advance_s\": seconds}, {\"now\": epoch seconds} or {\"real\": true}");
    }
    return json_response(200, json::object{{"now", i.now()}});
}

json::object entries(const journal& log, const http::request& r) {
    const auto query = oauth::parse_form(r.query()).value_or(oauth::form{});
    const auto text = query.value("after");
    std::int64_t after = 0;
    std::from_chars(text.data(), text.data() + text.size(), after);
    json::array out;
    for (const auto& e : log.after(after)) out.emplace_back(to_json(e));
    return json::object{{"entries", std::move(out)}};
}

reply add_client(issuer& i, const http::request& r) {
    auto body = body_of(r);
    if (!body) return tl::unexpected(body.error());
    auto c = client_from_json(*body, i.speaks());
    if (!c) return no(c.error());
    if (c->client_id.empty()) c->client_id = i.make_token("client_id");
    if (c->client_secret.empty() && !c->is_public()) c->client_secret = i.make_token("client_secret");
    c->issued_at = i.now();
    auto out = json_response(201, to_json(*c));
    i.put_client(std::move(*c));
    return out;
}

reply mint(issuer& i, const http::request& r) {
    if (r.method != "POST") return no(405, "method_not_allowed", "use POST");
    auto body = body_of(r);
    if (!body) return tl::unexpected(body.error());
    auto minted = mint_codes(i, *body);
    if (!minted) return no(minted.error());
    return json_response(201, std::move(*minted));
}

reply clients(issuer& i, const http::request& r) {
    if (r.method == "POST") return add_client(i, r);
    if (r.method != "GET") return no(405, "method_not_allowed", "use GET or POST");
    json::array out;
    for (const auto& c : i.clients()) out.emplace_back(to_json(c));
    return json_response(200, json::object{{"clients", std::move(out)}});
}

reply replace_client(issuer& i, const http::request& r, const client& before) {
    auto body = body_of(r);
    if (!body) return tl::unexpected(body.error());
    auto c = client_from_json(*body, i.speaks());
    if (!c) return no(c.error());
    if (!c->client_id.empty() && c->client_id != before.client_id) {
        return no(400, "bad_request", "client_id in the body is not the one in the path; leave it out");
    }
    c->client_id = before.client_id;
    if (c->client_secret.empty() && !c->is_public()) {
        c->client_secret = before.client_secret.empty() ? i.make_token("client_secret") : before.client_secret;
    }
    c->issued_at = before.issued_at;
    c->any_loopback_redirect_uri = before.any_loopback_redirect_uri;
    auto out = json_response(200, to_json(*c));
    i.put_client(std::move(*c));
    return out;
}

reply one_client(issuer& i, const http::request& r, const std::string& id) {
    const auto there = i.find_client(id);
    if (!there) return no(404, "not_found", fmt::format("there is no client '{}'", id));
    if (r.method == "GET") return json_response(200, to_json(*there));
    if (r.method == "PUT") return replace_client(i, r, *there);
    if (r.method != "DELETE") return no(405, "method_not_allowed", "use GET, PUT or DELETE");
    if (!i.remove_client(id)) {
        return no(409, "conflict", fmt::format("'{}' is a client of the default issuer; delete it there", id));
    }
    http::response out;
    out.status = 204;
    return out;
}

reply one_issuer(mock& m, const http::request& r, const std::string& name, std::string_view rest) {
    auto at = m.find(name);
    if (!at) return no(404, "not_found", fmt::format("there is no issuer '{}'", name));
    if (rest.empty()) {
        if (r.method == "GET") return json_response(200, describe(*at));
        if (r.method != "DELETE") return no(405, "method_not_allowed", "use GET or DELETE");
        m.remove(name);
        http::response out;
        out.status = 204;
        return out;
    }
    if (rest == "/faults") return set_faults(*at, r);
    if (rest == "/clock") return move_clock(*at, r);
    if (rest == "/journal") return json_response(200, entries(at->log, r));
    if (rest == "/clients") return clients(*at, r);
    if (rest == "/mint") return mint(*at, r);
    constexpr std::string_view one = "/clients/";
    if (rest.starts_with(one)) return one_client(*at, r, std::string(rest.substr(one.size())));
    return no(404, "not_found", fmt::format("'{}' is not part of the control API", rest));
}

reply route(mock& m, const http::request& r) {
    const auto path = r.path();
    if (path == "/health") return json_response(200, json::object{{"ok", true}});
    if (path == "/rules") return json_response(200, describe_rules());
    if (path == "/faults") return json_response(200, describe_faults());
    if (path == "/dialects") return json_response(200, describe_dialects());
    if (path == "/orphans") return json_response(200, entries(m.orphans, r));
    if (path == "/issuers") return issuers(m, r);
    constexpr std::string_view one = "/issuers/";
    if (path.starts_with(one)) {
        const auto rest = path.substr(one.size());
        const auto slash = std::min(rest.find('/'), rest.size());
        return one_issuer(m, r, std::string(rest.substr(0, slash)), rest.substr(slash));
    }
    return no(404, "not_found", fmt::format("'{}' is not part of the control API", path));
}

}  // namespace

http::plan handle_control(mock& m, const http::request& r) {
    auto out = route(m, r);
    if (out) return http::reply(std::move(*out));
    const auto& e = out.error();
    return http::reply(json_response(e.status, json::object{{"error", e.error}, {"message", e.message}}));
}

}  // namespace assay::mock
