#include "harness/load/flows/flow_parts.hpp"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "oauth/base64url.hpp"
#include "oauth/form.hpp"

namespace assay::load {
namespace {

// There are few names, so they are kept forever: one text per status.
std::string_view status_name(int status) {
    static const std::array<std::string, 1000> names = [] {
        std::array<std::string, 1000> out;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = fmt::format("status {}", i);
        return out;
    }();
    return names[static_cast<std::size_t>(status) % names.size()];
}

}  // namespace

request_writer::request_writer(const target& to) {
    std::string common =
        fmt::format(" HTTP/1.1\r\nHost: {}\r\nUser-Agent: assay-load\r\nAccept: application/json\r\n", to.authority);
    // RFC 9112 §9.3: a client that keeps no connection says so in each request.
    if (to.connection_per_request) common += "Connection: close\r\n";
    get_end_ = common;
    post_head_ = common + "Content-Type: application/x-www-form-urlencoded\r\n";
    const std::string id = oauth::form_encode(to.client_id);
    const std::string secret = oauth::form_encode(to.client_secret);
    if (to.auth_method == "client_secret_basic") {
        // RFC 6749 §2.3.1: both parts are form-encoded first.
        post_head_ += fmt::format("Authorization: Basic {}\r\n", oauth::base64_encode(id + ":" + secret));
    } else {
        client_ = "&client_id=" + id;
        if (!to.client_secret.empty()) client_ += "&client_secret=" + secret;
    }
    post_head_ += "Content-Length: ";
}

void request_writer::get(std::string& out, std::string_view target, std::string_view bearer) const {
    out.assign("GET ").append(target).append(get_end_);
    if (!bearer.empty()) out.append("Authorization: Bearer ").append(bearer).append("\r\n");
    out.append("\r\n");
}

void request_writer::post(std::string& out, std::string_view target, std::string_view fields) {
    body_.assign(fields).append(client_);
    out.assign("POST ").append(target).append(post_head_);
    out.append(std::to_string(body_.size())).append("\r\n\r\n").append(body_);
}

void add_field(std::string& fields, std::string_view name, std::string_view value) {
    if (!fields.empty()) fields += '&';
    fields.append(name).append("=").append(oauth::form_encode(value));
}

judgement wrong_status(const response& a) {
    return {status_name(a.status), std::string(a.body.substr(0, 200)), false};
}

judgement read_tokens(const response& a, token_response& out) {
    if (a.status != 200) return wrong_status(a);
    const auto document = json::parse(a.body);
    if (!document || !document->is_object()) return {"no JSON", std::string(a.body.substr(0, 200)), false};
    out.access_token = document->string_at("access_token");
    out.refresh_token = document->string_at("refresh_token");
    out.id_token = document->string_at("id_token");
    const json::value* expires_in = document->find("expires_in");
    out.expires_in = expires_in == nullptr ? 0 : expires_in->as_number().value_or(0);
    if (out.access_token.empty()) return {"no access_token", std::string(a.body.substr(0, 200)), false};
    return {};
}

}  // namespace assay::load
