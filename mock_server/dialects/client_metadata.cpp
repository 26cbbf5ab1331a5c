#include "mock_server/dialects/client_metadata.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/url.hpp"

namespace assay::mock {
namespace {

enum class member_kind { text, web_uri, texts, uris, flag, seconds };

struct member_row {
    std::string_view name;
    member_kind what;
};

// A URL that is shown to people or fetched must be http or https (RFC 7591 §2.2, OIDC Registration §2).
constexpr std::array<member_row, 23> rows{{
    {"client_uri", member_kind::web_uri},
    {"logo_uri", member_kind::web_uri},
    {"contacts", member_kind::texts},
    {"tos_uri", member_kind::web_uri},
    {"policy_uri", member_kind::web_uri},
    {"software_id", member_kind::text},
    {"software_version", member_kind::text},
    {"application_type", member_kind::text},
    {"subject_type", member_kind::text},
    {"default_max_age", member_kind::seconds},
    {"require_auth_time", member_kind::flag},
    {"id_token_signed_response_alg", member_kind::text},
    {"userinfo_signed_response_alg", member_kind::text},
    {"request_object_signing_alg", member_kind::text},
    {"default_acr_values", member_kind::texts},
    {"initiate_login_uri", member_kind::web_uri},
    {"post_logout_redirect_uris", member_kind::uris},
    {"frontchannel_logout_uri", member_kind::web_uri},
    {"frontchannel_logout_session_required", member_kind::flag},
    {"backchannel_logout_uri", member_kind::web_uri},
    {"backchannel_logout_session_required", member_kind::flag},
    {"jwks_uri", member_kind::web_uri},
    {"sector_identifier_uri", member_kind::web_uri},
}};

bool is_web_uri(const json::value& v) {
    if (!v.is_string()) return false;
    if (v.as_string()->empty()) return true;
    const auto uri = http::parse_url(*v.as_string());
    return uri && !uri->has_fragment && (uri->scheme == "https" || uri->scheme == "http");
}

bool is_list(const json::value& v, bool (*fits)(const json::value&)) {
    return v.is_array() && std::all_of(v.as_array()->begin(), v.as_array()->end(), fits);
}

bool is_absolute_uri(const json::value& v) {
    return v.is_string() && v.as_string()->find(':') != std::string::npos &&
           v.as_string()->find('#') == std::string::npos && http::is_written_as_uri(*v.as_string());
}

bool fits(const json::value& v, member_kind what) {
    switch (what) {
        case member_kind::text:
            return v.is_string();
        case member_kind::web_uri:
            return is_web_uri(v);
        case member_kind::texts:
            return is_list(v, [](const json::value& one) { return one.is_string(); });
        case member_kind::uris:
            return is_list(v, is_absolute_uri);
        case member_kind::flag:
            return v.as_boolean().has_value();
        case member_kind::seconds:
            return v.as_integer().value_or(-1) >= 0;
    }
    return false;
}

std::string_view wanted(member_kind what) {
    switch (what) {
        case member_kind::text:
            return "a string";
        case member_kind::web_uri:
            return "an http or https URL without fragment";
        case member_kind::texts:
            return "an array of strings";
        case member_kind::uris:
            return "an array of absolute URIs without fragment";
        case member_kind::flag:
            return "true or false";
        case member_kind::seconds:
            return "a number of seconds";
    }
    return "";
}

}  // namespace

result<json::object> read_metadata(const json::value& document, const std::vector<std::string>& known) {
    json::object out;
    for (const auto& row : rows) {
        const auto* v = document.find(row.name);
        const bool kept = std::find(known.begin(), known.end(), row.name) != known.end();
        if (!kept || v == nullptr || v->is_null()) continue;
        if (!fits(*v, row.what)) {
            return fail(errc::usage, std::string(row.name), fmt::format("{}", wanted(row.what)));
        }
        out.append(std::string(row.name), *v);
    }
    return out;
}

bool is_metadata_member(std::string_view name) {
    return std::any_of(rows.begin(), rows.end(), [&](const member_row& r) { return r.name == name; });
}

std::vector<std::string> metadata_members() {
    std::vector<std::string> out;
    for (const auto& row : rows) out.emplace_back(row.name);
    return out;
}

std::vector<std::string> metadata_texts(const json::object& metadata, std::string_view name) {
    std::vector<std::string> out;
    const auto* list = metadata.find(name);
    if (list == nullptr || !list->is_array()) return out;
    for (const auto& one : *list->as_array()) {
        if (one.is_string()) out.push_back(*one.as_string());
    }
    return out;
}

}  // namespace assay::mock
