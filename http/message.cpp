#include "http/message.hpp"

#include <algorithm>
#include <utility>

#include "data/text.hpp"

namespace assay::http {

bool iequals(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

const std::string* headers::find(std::string_view name) const {
    const auto at = std::find_if(list.begin(), list.end(), [&](const header& h) { return iequals(h.name, name); });
    return at == list.end() ? nullptr : &at->value;
}

std::vector<std::string> headers::all(std::string_view name) const {
    std::vector<std::string> found;
    for (const header& h : list) {
        if (iequals(h.name, name)) found.push_back(h.value);
    }
    return found;
}

std::size_t headers::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(list.begin(), list.end(), [&](const header& h) { return iequals(h.name, name); }));
}

std::string_view headers::value(std::string_view name) const {
    const std::string* found = find(name);
    return found == nullptr ? std::string_view{} : std::string_view(*found);
}

void headers::set(std::string name, std::string value) {
    const auto first = std::find_if(list.begin(), list.end(), [&](const header& h) { return iequals(h.name, name); });
    if (first == list.end()) {
        append(std::move(name), std::move(value));
        return;
    }
    list.erase(std::remove_if(first + 1, list.end(), [&](const header& h) { return iequals(h.name, name); }),
               list.end());
    *first = header{std::move(name), std::move(value)};
}

void headers::append(std::string name, std::string value) {
    header& added = list.emplace_back();
    added.name = std::move(name);
    added.value = std::move(value);
}

bool headers::erase(std::string_view name) {
    return std::erase_if(list, [&](const header& h) { return iequals(h.name, name); }) > 0;
}

std::string_view request::path() const {
    const std::string_view whole = target;
    return whole.substr(0, whole.find('?'));
}

std::string_view request::query() const {
    const std::string_view whole = target;
    const std::size_t mark = whole.find('?');
    return mark == std::string_view::npos ? std::string_view{} : whole.substr(mark + 1);
}

plan reply(response r) {
    plan steps(1);  // a write_response
    std::get<write_response>(steps.front().what).r = std::move(r);
    return steps;
}

std::string_view reason_phrase(int status) {
    static constexpr std::pair<int, std::string_view> phrases[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {103, "Early Hints"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {203, "Non-Authoritative Information"},
        {204, "No Content"},
        {205, "Reset Content"},
        {206, "Partial Content"},
        {300, "Multiple Choices"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {407, "Proxy Authentication Required"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {425, "Too Early"},
        {426, "Upgrade Required"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (const auto& [code, phrase] : phrases) {
        if (code == status) return phrase;
    }
    return {};
}

}  // namespace assay::http
