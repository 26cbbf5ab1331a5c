#include "mock_server/request/incoming.hpp"

#include <string_view>
#include <utility>

#include "http/multipart.hpp"
#include "mock_server/request/client_json.hpp"

namespace assay::mock {
namespace {

bool is_form(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return http::iequals(type.substr(0, type.find_last_not_of(" \t") + 1), "application/x-www-form-urlencoded");
}

void read_multipart(std::string_view type, incoming& in) {
    auto parsed = http::parse_multipart(type, in.request.body);
    in.body_is_form = true;
    if (parsed) {
        in.body.fields = std::move(*parsed);
    } else {
        in.body_undecoded.push_back({"", parsed.error().message});
    }
}

bool is_json(std::string_view content_type) {
    return http::iequals(content_type.substr(0, content_type.find(';')), "application/json");
}

// Members of an object as the fields of a form; what is no text as it is written.
void read_json(incoming& in) {
    const auto sent = parse_client_json(in.request.body);
    in.body_is_form = sent.is_object();
    if (!in.body_is_form) return;
    for (const auto& m : sent.as_object()->members)
        in.body.append(m.name, m.v.is_string() ? *m.v.as_string() : json::format(m.v));
}

}  // namespace

incoming read_request(http::request&& r, const dialect& reads) {
    const auto how =
        reads.enforces(rule::request_parameters_decoded) ? oauth::undecodable::dropped : oauth::undecodable::kept;
    auto query = oauth::read_form(r.query(), how);
    incoming in{std::move(r), std::move(query.fields), {}, std::move(query.bad)};
    const auto type = in.request.head.value("content-type");
    if (reads.multipart_forms && http::is_multipart_form(type)) {
        read_multipart(type, in);
        return in;
    }
    if (reads.json_requests && is_json(type)) {
        read_json(in);
        return in;
    }
    in.body_is_form = is_form(type);
    if (!in.body_is_form) return in;
    auto body = oauth::read_form(in.request.body, how);
    in.body = std::move(body.fields);
    in.body_undecoded = std::move(body.bad);
    in.body_too_long = body.too_many;
    return in;
}

}  // namespace assay::mock
