#include "harness/engine/client/mock_control.hpp"

#include <fmt/format.h>

#include "harness/engine/core/control.hpp"
#include "http/url.hpp"
#include "oauth/metadata_url.hpp"

namespace assay::harness {

int journal_entry::status() const {
    const json::value* v = document.at_pointer("/response/status");
    return v == nullptr ? 0 : static_cast<int>(v->as_integer().value_or(0));
}

std::string journal_entry::target() const {
    return std::string(document.string_at("target"));
}

std::string journal_entry::request_body() const {
    const json::value* v = document.find("request");
    return v == nullptr ? std::string{} : std::string(v->string_at("body"));
}

http::headers journal_entry::request_headers() const {
    http::headers head;
    const json::value* list = document.at_pointer("/request/headers");
    if (list == nullptr || list->as_array() == nullptr) return head;
    for (const json::value& pair : *list->as_array()) {
        const json::value* name = pair.at_pointer("/0");
        const json::value* text = pair.at_pointer("/1");
        if (name == nullptr || text == nullptr || !name->is_string() || !text->is_string()) continue;
        head.append(*name->as_string(), *text->as_string());
    }
    return head;
}

bool journal_entry::has_fault() const {
    const json::value* list = document.find("faults");
    return list != nullptr && list->as_array() != nullptr && !list->as_array()->empty();
}

result<json::value> mock_control::call(const std::string& method, const std::string& target,
                                       const json::value& body) {
    return call_control(client_, method, origin_ + target, body);
}

result<json::value> mock_control::make_issuer(const std::string& dialect, const json::object& with) {
    // One algorithm: faults of keys and algorithms assume RS256, the default that every client supports.
    json::object wanted{{"dialect", dialect}, {"sign_in", "by_request"}, {"signing_algs", json::array{"RS256"}}};
    for (const json::member& m : with.members) wanted.set(m.name, m.v);
    return call("POST", "/issuers", json::value(std::move(wanted)));
}

result<void> mock_control::set_faults(const std::string& issuer_name, const json::value& faults) {
    if (faults.as_array() != nullptr && faults.as_array()->empty()) return {};
    const result<json::value> answer = call("PUT", fmt::format("/issuers/{}/faults", issuer_name), faults);
    if (!answer) return tl::unexpected(answer.error());
    return {};
}

result<void> mock_control::register_client(const std::string& issuer_name, const json::value& client) {
    const result<json::value> answer = call("POST", fmt::format("/issuers/{}/clients", issuer_name), client);
    if (!answer) return tl::unexpected(answer.error());
    return {};
}

result<std::vector<journal_entry>> mock_control::journal(const std::string& issuer_name, std::int64_t after) {
    const result<json::value> answer =
        call("GET", fmt::format("/issuers/{}/journal?after={}", issuer_name, after), {});
    if (!answer) return tl::unexpected(answer.error());
    std::vector<journal_entry> entries;
    const json::value* list = answer->find("entries");
    if (list == nullptr || list->as_array() == nullptr) return entries;
    for (const json::value& v : *list->as_array()) {
        journal_entry e;
        if (const json::value* seq = v.find("seq")) e.seq = seq->as_integer().value_or(0);
        e.endpoint = v.string_at("endpoint");
        e.document = v;
        entries.push_back(std::move(e));
    }
    return entries;
}

result<json::value> mock_control::metadata(const std::string& issuer) {
    const result<http::url> u = http::parse_url(oauth::openid_configuration_url(issuer));
    if (!u) return tl::unexpected(u.error());
    http::call c;
    c.origin = u->origin();
    c.r.target = u->target();
    http::client_options o;
    o.ca_file = ca_file_;
    http::client once(o);  // a new connection: calls are minutes apart, and the server would have closed a kept one
    const result<http::exchange> x = once.send(std::move(c));
    if (!x) return tl::unexpected(x.error());
    return json::parse(x->received.body);
}

void mock_control::remove_issuer(const std::string& issuer_name) {
    static_cast<void>(call("DELETE", "/issuers/" + issuer_name, {}));  // on failure it expires by itself
}

}  // namespace assay::harness
