#include "mock_server/faults/callback.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "oauth/form.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t code_bytes_max = 1U << 16U;

bool lists(const operation& op, const std::string& name) {
    const auto* names = op.arguments.as_array();
    return names != nullptr && std::find(names->begin(), names->end(), json::value(name)) != names->end();
}

// RFC 3986 §2.1: any byte may be encoded, and hex digits have no case.
std::string recoded(std::string_view text) {
    std::string out;
    for (const char ch : text) out += fmt::format("%{:02x}", static_cast<unsigned char>(ch));
    return out;
}

std::string as_text(const json::value& v) {
    return v.is_string() ? *v.as_string() : json::format(v);
}

}  // namespace

std::string odd_code(std::string code, const std::vector<operation>& operations) {
    for (const auto& op : operations) {
        if (op.name == "code.append") code += as_text(op.arguments);
        if (op.name != "code.grow") continue;
        const auto wanted =
            static_cast<std::size_t>(std::max<std::int64_t>(0, op.arguments.as_integer().value_or(0)));
        code.resize(std::clamp(wanted, code.size(), code_bytes_max), 'x');
    }
    return code;
}

void take_previous(json::object& members, const json::value& before, const std::vector<operation>& operations,
                   std::string_view operation) {
    for (const auto& op : operations) {
        if (op.name != operation || !op.arguments.is_array()) continue;
        for (const auto& name : *op.arguments.as_array()) {
            const auto* v = before.find(as_text(name));
            if (v != nullptr) members.set(as_text(name), *v);
        }
    }
}

bool delivers(const std::vector<operation>& operations, std::string_view how) {
    return std::any_of(operations.begin(), operations.end(), [&](const operation& op) {
        return op.name == "query.deliver" && as_text(op.arguments) == how;
    });
}

std::string callback_url(std::string target, const std::vector<std::string>& registered, const json::object& query,
                         const std::vector<operation>& operations, bool in_query) {
    const bool apart = delivers(operations, "fragment");
    std::string text;
    std::string fragment;
    for (const auto& m : query.members) {
        const std::string value = as_text(m.v);
        const bool odd = std::any_of(operations.begin(), operations.end(), [&](const operation& op) {
            return op.name == "query.recode" && lists(op, m.name);
        });
        std::string& into = apart && m.name == "code" ? fragment : text;
        into += fmt::format("{}{}={}", into.empty() ? "" : "&", oauth::form_encode(m.name),
                            odd ? recoded(value) : oauth::form_encode(value));
    }
    if (delivers(operations, "other_uri")) {
        const auto other =
            std::find_if(registered.begin(), registered.end(), [&](const std::string& uri) { return uri != target; });
        if (other != registered.end()) target = *other;
    }
    if (!in_query) return target + "#" + text;
    return http::add_query(target, text) + (fragment.empty() ? "" : "#" + fragment);
}

}  // namespace assay::mock
