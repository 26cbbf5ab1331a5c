#include "mock_server/observe/diagnosis/signs.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "data/hex.hpp"
#include "data/text.hpp"
#include "oauth/base64url.hpp"
#include "oauth/form_reading.hpp"

namespace assay::mock {

signs::signs(const journal_entry& e, refusal_note n)
    : entry(e),
      note(std::move(n)),
      query(oauth::read_form(e.request.query()).fields),
      authorization(e.request.head.value("authorization")),
      content_type(e.request.head.value("content-type")) {
    if (posts_form()) body = oauth::read_form(e.request.body).fields;
    has_basic = http::iequals(authorization.substr(0, 6), "basic ");
    if (has_basic) basic = oauth::base64_decode(authorization.substr(6)).value_or("");
}

bool signs::of(std::initializer_list<rule> any) const {
    return std::any_of(any.begin(), any.end(), [&](rule r) { return row(r).name == note.rule; });
}

bool signs::posts_form() const {
    return http::iequals(content_type.substr(0, 33), "application/x-www-form-urlencoded");
}

std::string letters_of(std::string_view text) {
    std::string out;
    for (const char ch : lowered(text)) {
        if (ch >= 'a' && ch <= 'z') out += ch;
    }
    return out;
}

bool is_hex(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_hex_digit);
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

bool is_placeholder(std::string_view text) {
    static constexpr std::array<std::string_view, 6> unset{"undefined",       "null", "none", "nil",
                                                           "[object object]", "nan"};
    const std::string small = lowered(text);
    return std::find(unset.begin(), unset.end(), small) != unset.end() || contains(small, "your") ||
           contains(text, "${") || contains(text, "{{") || small.starts_with('<') || small.starts_with('$');
}

bool still_encoded(std::string_view text) {
    for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
        if (percent_encoded_byte(text, at) >= 0) return true;
    }
    return false;
}

}  // namespace assay::mock
