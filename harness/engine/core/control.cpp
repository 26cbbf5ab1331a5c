#include "harness/engine/core/control.hpp"

#include <fmt/format.h>

#include "http/url.hpp"

namespace assay::harness {

result<json::value> call_control(http::client& client, const std::string& method, const std::string& url,
                                 const json::value& body) {
    auto at = http::parse_url(url);
    if (!at) return fail(at.error());
    http::call c;
    c.origin = at->origin();
    c.r.method = method;
    c.r.target = at->target();
    if (!body.is_null()) {
        c.r.head.set("Content-Type", "application/json");
        c.r.body = json::format(body);
    }
    auto done = client.send(std::move(c));
    if (!done) {
        return fail(errc::environment, fmt::format("the mock's control API does not answer {} {}: {}", method,
                                                   at->path, done.error().message));
    }
    const http::response& answer = done->received;
    if (answer.status < 300 && answer.body.empty()) return json::value();
    auto document = json::parse(answer.body);
    if (answer.status < 300 && document) return document;
    const std::string said(document ? document->string_at("message") : std::string_view{});
    return fail(errc::environment, fmt::format("the mock's control API answered {} to {} {}{}{}", answer.status,
                                               method, at->path, said.empty() ? "" : ": ", said));
}

result<json::value> call_control(const std::string& method, const std::string& url, const json::value& body) {
    thread_local http::client client;
    return call_control(client, method, url, body);
}

}  // namespace assay::harness
