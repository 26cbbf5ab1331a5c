#include "mock_server/faults/operations/callback.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/operations/members.hpp"
#include "oauth/form.hpp"

namespace assay::mock {
namespace operations {
namespace {

using enum operation_argument;

// RFC 3986 §2.1: any byte may be percent-encoded, and hex digits are case-insensitive.
std::string recoded(std::string_view value) {
    std::string out;
    for (const char ch : value) out += fmt::format("%{:02x}", static_cast<unsigned char>(ch));
    return out;
}

void recode(redirect& how, const json::value& names_of_parameters) {
    for (const auto& name : names_of(names_of_parameters)) how.recoded.push_back(text_of(name));
}

void deliver(redirect& how, const json::value& by) {
    how.code_in_fragment = how.code_in_fragment || text_of(by) == "fragment";
    how.to_other_uri = how.to_other_uri || text_of(by) == "other_uri";
    how.by_form = how.by_form || text_of(by) == "form_post";
}

// The token endpoint accepts the longer code.
void grow_code(std::string& code, const json::value& length) {
    code.resize(std::max(code.size(), std::min(size_of(length), odd_code_bytes_max)), 'x');
}

void append_to_code(std::string& code, const json::value& more) {
    code += text_of(more);
}

constexpr operation_row rows[] = {
    {"query.set", hook::callback, members, "Sets these parameters of the redirect.", of_query{set}},
    {"query.drop", hook::callback, names, "Removes these parameters.", of_query{drop}},
    {"query.add", hook::callback, members, "Adds these parameters; others of the same name stay.", of_query{add}},
    {"query.previous", hook::callback, names, "Uses the values of the previous redirect.",
     of_query_before{take_previous}},
    {"query.recode", hook::callback, names, "Percent-encodes every byte of these values.", of_redirect{recode}},
    {"query.deliver", hook::callback, text, "Delivers the response by fragment, other_uri or form_post.",
     of_redirect{deliver}},
    {"code.grow", hook::callback, number, "Pads the code to this many characters.", of_code{grow_code}},
    {"code.append", hook::callback, text, "Appends this text to the code.", of_code{append_to_code}},
};

}  // namespace

family callback_operations() {
    return rows;
}

}  // namespace operations

redirect redirect_of(const std::vector<operation>& operations) {
    redirect how;
    apply<of_redirect>(operations, how);
    return how;
}

std::string callback_url(std::string target, const std::vector<std::string>& registered, const json::object& query,
                         const redirect& how, bool in_query) {
    std::string text;
    std::string fragment;
    for (const auto& m : query.members) {
        const bool odd = std::find(how.recoded.begin(), how.recoded.end(), m.name) != how.recoded.end();
        std::string& into = how.code_in_fragment && m.name == "code" ? fragment : text;
        if (!into.empty()) into += '&';
        into.append(oauth::form_encode(m.name)).append("=");
        const std::string value = operations::text_of(m.v);
        into += odd ? operations::recoded(value) : oauth::form_encode(value);
    }
    if (how.to_other_uri) {
        const auto other =
            std::find_if(registered.begin(), registered.end(), [&](const std::string& uri) { return uri != target; });
        if (other != registered.end()) target = *other;
    }
    if (!in_query) return target + "#" + text;
    return http::add_query(target, text) + (fragment.empty() ? "" : "#" + fragment);
}

}  // namespace assay::mock
