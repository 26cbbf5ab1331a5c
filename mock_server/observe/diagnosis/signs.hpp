// A parsed journal entry for the rows of the mistakes table. Plain values; the entry must outlive it.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "mock_server/rules/rules.hpp"
#include "oauth/form.hpp"

namespace assay::mock {

struct signs {
    signs(const journal_entry& e, refusal_note n);

    // The refused rule is one of these.
    [[nodiscard]] bool of(std::initializer_list<rule> any) const;
    [[nodiscard]] bool at(std::string_view endpoint) const { return entry.endpoint == endpoint; }
    [[nodiscard]] bool posts_form() const;

    const journal_entry& entry;
    refusal_note note;  // rule empty: not refused
    oauth::form query;
    oauth::form body;
    std::string_view authorization;
    std::string_view content_type;
    bool has_basic = false;
    std::string basic;  // the text after "Basic ", base64-decoded but not form-decoded; empty when it is not base64
};

struct mistake_row {
    mistake m;
    bool (*applies)(const signs&);
};
// In the order of trying: the specific before the general.
[[nodiscard]] std::span<const mistake_row> authorization_mistakes();
[[nodiscard]] std::span<const mistake_row> pkce_mistakes();
[[nodiscard]] std::span<const mistake_row> redirect_uri_mistakes();
[[nodiscard]] std::span<const mistake_row> client_mistakes();
[[nodiscard]] std::span<const mistake_row> token_mistakes();
[[nodiscard]] std::span<const mistake_row> resource_mistakes();

// Lower-case letters only, so that "authorizationCode", "Authorization-Code" and "authorization_code" are equal.
[[nodiscard]] std::string letters_of(std::string_view text);
[[nodiscard]] bool is_hex(std::string_view text);
// "undefined", "null", "YOUR_CLIENT_ID", "${CLIENT_ID}", "<client-id>": a placeholder in place of a value.
[[nodiscard]] bool is_placeholder(std::string_view text);
[[nodiscard]] bool contains(std::string_view text, std::string_view part);
// After one decoding it still contains a percent-encoded character.
[[nodiscard]] bool still_encoded(std::string_view text);

}  // namespace assay::mock
