// The endpoint URLs in metadata (RFC 8414 §2), and operations that an endpoint itself checks for.
#include <utility>

#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;

// Changes every URL of the metadata except the issuer, with which the others are compared.
template <class Change>
void for_each_url(json::object& metadata, Change&& change) {
    const auto* issuer = metadata.find("issuer");
    if (issuer == nullptr || !issuer->is_string()) return;
    const std::string base = *issuer->as_string();
    for (auto& m : metadata.members) {
        if (!m.v.is_string() || m.name == "issuer") continue;
        std::string url = *m.v.as_string();
        change(base, m.name, url);
        m.v = std::move(url);
    }
}

void add_query(json::object& metadata, const json::value& queries) {
    for_each_url(metadata, [&](const std::string&, const std::string& name, std::string& url) {
        const auto* query = queries.find(name);
        if (query != nullptr) url += (url.find('?') == std::string::npos ? "?" : "&") + text_of(*query);
    });
}

// dispatch.cpp knows this prefix, so the moved endpoints answer.
void move_below(json::object& metadata, const json::value& prefix) {
    for_each_url(metadata, [&](const std::string& base, const std::string&, std::string& url) {
        if (url.starts_with(base + "/")) url = base + text_of(prefix) + url.substr(base.size());
    });
}

// The `origin` member was added when the fault was switched on (tls_origins.hpp).
void name_origin(json::object& metadata, const json::value& how) {
    for_each_url(metadata, [&](const std::string&, const std::string& name, std::string& url) {
        const auto scheme_end = url.find("://");
        if (name != how.string_at("of") || scheme_end == std::string::npos) return;
        url = std::string(how.string_at("origin")) + url.substr(url.find('/', scheme_end + 3));
    });
}

constexpr operation_row rows[] = {
    {"endpoint.query", hook::metadata, members, "Adds a query to the URLs of these endpoints.",
     of_members{add_query}},
    {"endpoint.move", hook::metadata, text, "Moves every endpoint below this prefix.", of_members{move_below}},
    {"endpoint.origin", hook::metadata, members, "Moves an endpoint to an origin with a TLS fault.",
     of_members{name_origin}, operation_reach::wire},
    {"metadata.only", hook::metadata, anything, "Serves the metadata only at the location of RFC 8414.",
     of_endpoint{}},
    {"refresh.grace", hook::refresh, number, "Accepts a retired refresh token for this many more seconds.",
     of_endpoint{}},
};

}  // namespace

family endpoint_operations() {
    return rows;
}

}  // namespace assay::mock::operations
