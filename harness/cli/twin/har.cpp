#include "harness/cli/twin/har.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>

#include <fmt/format.h>

#include "data/text.hpp"
#include "http/media_type.hpp"
#include "oauth/base64url.hpp"
#include "oauth/form_reading.hpp"

namespace assay::harness::twin {
namespace {

constexpr std::string_view how_to_export =
    "; export one with \"Save all as HAR with content\" of a browser's network tab, with mitmdump --set "
    "hardump=FILE, "
    "or from /issuers/NAME/journal.har?secrets=show of Assay's control API";

http::headers headers_in(const json::value& message) {
    http::headers out;
    const auto* list = message.find("headers");
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const auto& one : *list->as_array())
        out.append(std::string(one.string_at("name")), std::string(one.string_at("value")));
    return out;
}

// Firefox and Chrome have `params` of a form besides its `text`; some writers have them alone.
std::string sent_body(const json::value& request) {
    const auto* data = request.find("postData");
    if (data == nullptr) return {};
    if (!data->string_at("text").empty()) return std::string(data->string_at("text"));
    oauth::form fields;
    const auto* params = data->find("params");
    if (params == nullptr || params->as_array() == nullptr) return {};
    for (const auto& one : *params->as_array())
        fields.append(std::string(one.string_at("name")), std::string(one.string_at("value")));
    return oauth::format_form(fields);
}

std::string answered_body(const json::value& response) {
    const auto* content = response.find("content");
    if (content == nullptr) return {};
    const std::string text(content->string_at("text"));
    if (content->string_at("encoding") != "base64") return text;
    return oauth::base64_decode(text).value_or("");
}

std::string day_of(std::string_view started) {
    const auto day = started.substr(0, 10);
    const bool is_day = day.size() == 10 && std::all_of(day.begin(), day.end(), [](char c) {
                            return c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0;
                        });
    return is_day ? std::string(day) : std::string{};
}

void set_media_type(http::headers& h, const json::value* body) {
    const auto type = body == nullptr ? std::string_view{} : body->string_at("mimeType");
    if (h.find("Content-Type") == nullptr && !type.empty()) h.append("Content-Type", std::string(type));
}

result<exchange> read_entry(const json::value& entry, const json::value& request) {
    exchange out;
    auto url = http::parse_url(request.string_at("url"));
    if (!url) return fail(url.error());
    out.url = std::move(*url);
    out.day = day_of(entry.string_at("startedDateTime"));
    out.request.method = std::string(request.string_at("method"));
    out.request.target = out.url.target();
    out.request.head = headers_in(request);
    out.request.body = sent_body(request);
    set_media_type(out.request.head, request.find("postData"));
    const auto* response = entry.find("response");
    out.response.status = 0;
    if (response == nullptr) return out;
    if (const auto* status = response->find("status"))
        out.response.status = static_cast<int>(std::clamp<std::int64_t>(status->as_integer().value_or(0), 0, 999));
    out.response.head = headers_in(*response);
    out.response.body = answered_body(*response);
    set_media_type(out.response.head, response->find("content"));
    const auto to = response->string_at("redirectURL");
    if (out.response.head.find("Location") == nullptr && !to.empty())
        out.response.head.append("Location", std::string(to));
    return out;
}

}  // namespace

result<std::vector<exchange>> read_har(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // Fiddler writes a byte order mark
    const auto document = json::parse(text, {.bytes = har_bytes_max, .depth = 64});
    if (!document)
        return fail(errc::usage, fmt::format("this is no HAR: {}{}", document.error().message, how_to_export));
    const auto* entries = document->at_pointer("/log/entries");
    if (entries == nullptr || entries->as_array() == nullptr)
        return fail(errc::usage, fmt::format("this is no HAR: it has no list log.entries{}", how_to_export));
    std::vector<exchange> out;
    std::size_t n = 0;
    for (const auto& entry : *entries->as_array()) {
        ++n;
        const auto* request = entry.find("request");
        if (request == nullptr) continue;
        auto one = read_entry(entry, *request);
        if (!one || (one->url.scheme != "https" && one->url.scheme != "http")) continue;
        one->entry = n;
        out.push_back(std::move(*one));
    }
    return out;
}

result<std::string> read_har_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(errc::not_found, fmt::format("cannot read {}; check the path", path));
    std::string text;
    std::array<char, 65536> part{};
    while (in && text.size() <= har_bytes_max) {
        in.read(part.data(), part.size());
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) return fail(errc::not_found, fmt::format("cannot read {}; is it a file?", path));
    if (text.size() > har_bytes_max)
        return fail(errc::usage,
                    fmt::format("{} has more than {} MiB; export the requests of the sign-in alone, without images "
                                "and scripts",
                                path, har_bytes_max >> 20U));
    return text;
}

oauth::form parameters_of(const http::request& r) {
    auto out = oauth::read_form(r.query(), oauth::undecodable::kept).fields;
    if (media_type(r.head).ends_with("json")) {
        const auto body = json::parse(r.body).value_or(json::value());
        if (body.is_object()) {
            for (const auto& m : body.as_object()->members)
                out.append(m.name, m.v.is_string() ? *m.v.as_string() : json::format(m.v));
        }
        return out;
    }
    if (media_type(r.head) != "application/x-www-form-urlencoded") return out;
    for (auto& field : oauth::read_form(r.body, oauth::undecodable::kept).fields.fields)
        out.append(std::move(field.first), std::move(field.second));
    return out;
}

json::value body_of(const http::response& r) {
    if (media_type(r.head) == "application/x-www-form-urlencoded") {
        json::object out;
        for (const auto& [name, value] : oauth::read_form(r.body, oauth::undecodable::kept).fields.fields)
            out.append(name, value);
        return out;
    }
    auto parsed = json::parse(r.body);
    return parsed && (parsed->is_object() || parsed->is_array()) ? std::move(*parsed) : json::value();
}

bool is_masked(std::string_view value) {
    if (value.find("***") != std::string_view::npos) return true;
    const std::string text = lowered(value);
    return value.empty() || text.find("redacted") != std::string::npos || text.find("filtered") != std::string::npos;
}

}  // namespace assay::harness::twin
