#include "mock_server/routing/safe_answer.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "mock_server/pages/layout.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view policy = "Content-Security-Policy";

bool ends_line(char ch) {
    return ch == '\r' || ch == '\n' || ch == '\0';
}

// Most texts have no control character at all, which one comparison a byte shows.
bool has_line_end(std::string_view text) {
    bool maybe = false;
    for (const char ch : text) maybe |= static_cast<unsigned char>(ch) <= '\r';
    return maybe && std::any_of(text.begin(), text.end(), ends_line);
}

// Untrusted line breaks (of a redirect URI or a description) reach a header only if one of these rules is off.
bool is_about_lines(const context& c) {
    return !c.enforces(rule::register_redirect_uris_well_formed) || !c.enforces(rule::refusal_description_charset);
}

bool has_same(const http::response& a, const http::response& b, std::string_view field) {
    return a.head.all(field) == b.head.all(field);
}

}  // namespace

void keep_on_one_line(const context& c, http::response& r) {
    const bool any =
        has_line_end(r.reason) || std::any_of(r.head.list.begin(), r.head.list.end(), [](const auto& field) {
            return has_line_end(field.name) || has_line_end(field.value);
        });
    if (!any || (is_about_lines(c) && !pages::comes_from_browser(c.in.request))) return;
    std::erase_if(r.reason, ends_line);
    for (auto& field : r.head.list) {
        std::erase_if(field.name, ends_line);
        std::erase_if(field.value, ends_line);
    }
}

void contain(const context& c, const http::response& before, http::response& r) {
    if (c.at->config().like == nullptr || !pages::comes_from_browser(c.in.request)) return;
    // Browsers apply these to every port of the host (RFC 6265 §8.5, RFC 6797 §6.1).
    for (const std::string_view field : {"Set-Cookie", "Clear-Site-Data", "Strict-Transport-Security"}) {
        if (has_same(before, r, field)) continue;
        r.head.erase(field);
        for (const auto& value : before.head.all(field)) r.head.append(std::string(field), value);
    }
    // The mock's own page has no script. A sandbox would also restrict the frames of clients on the logout page.
    if (r.body == before.body && has_same(before, r, "Content-Type") && has_same(before, r, policy)) return;
    // Without scripts, keeping the origin is safe; the sign-in forms need its cookies.
    r.head.append(std::string(policy), "sandbox allow-forms allow-same-origin");
}

}  // namespace assay::mock
