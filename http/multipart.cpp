#include "http/multipart.hpp"

#include <algorithm>
#include <optional>

#include "http/message.hpp"

namespace assay::http {
namespace {

constexpr std::size_t parts_max = 1000;

// The parameter `name=value` or `name="value"` of a header's value.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
    auto rest = header.substr(std::min(header.find(';'), header.size()));
    while (!rest.empty()) {
        rest.remove_prefix(1);
        auto one = rest.substr(0, rest.find(';'));
        rest.remove_prefix(one.size());
        one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
        const auto equals = one.find('=');
        if (equals == std::string_view::npos || !iequals(one.substr(0, equals), name)) continue;
        auto value = one.substr(equals + 1);
        if (value.size() > 1 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return std::string(value);
    }
    return std::nullopt;
}

std::optional<std::string> name_of_part(std::string_view head) {
    while (!head.empty()) {
        const auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(line.size() + 2, head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !iequals(line.substr(0, colon), "content-disposition")) continue;
        return parameter(line.substr(colon + 1), "name");
    }
    return std::nullopt;
}

}  // namespace

bool is_multipart_form(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return iequals(type.substr(0, type.find_last_not_of(" \t") + 1), "multipart/form-data");
}

result<std::vector<std::pair<std::string, std::string>>> parse_multipart(std::string_view content_type,
                                                                         std::string_view body) {
    const auto boundary = parameter(content_type, "boundary");
    // RFC 2046 §5.1.1: 1 to 70 characters.
    if (!boundary || boundary->empty() || boundary->size() > 70)
        return fail(errc::malformed, "multipart/form-data without a boundary");
    const std::string delimiter = "\r\n--" + *boundary;
    std::string text = "\r\n";
    text += body;
    std::vector<std::pair<std::string, std::string>> out;
    std::string_view rest = text;
    rest.remove_prefix(std::min(rest.find(delimiter), rest.size()));
    while (!rest.empty()) {
        rest.remove_prefix(delimiter.size());
        if (rest.starts_with("--")) return out;
        const auto end = rest.find(delimiter);
        const auto blank = rest.find("\r\n\r\n");
        if (end == std::string_view::npos || blank == std::string_view::npos || blank > end) break;
        const auto head_start = rest.find("\r\n") + 2;
        auto name =
            name_of_part(head_start < blank ? rest.substr(head_start, blank - head_start) : std::string_view{});
        if (!name) return fail(errc::malformed, "a part of multipart/form-data without a name");
        if (out.size() == parts_max) return fail(errc::limit, "multipart/form-data with more than 1000 parts");
        const auto value_start = std::min(blank + 4, end);
        out.emplace_back(std::move(*name), std::string(rest.substr(value_start, end - value_start)));
        rest.remove_prefix(end);
    }
    return fail(errc::malformed, "multipart/form-data without its closing boundary");
}

}  // namespace assay::http
