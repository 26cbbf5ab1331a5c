// The claims of a JWT (RFC 7519 §4), read from the payload in one pass without a tree: members in document order, as
// views into a buffer of their own that the next token reuses. Takes and refuses exactly what the strict JSON door
// (data/json.hpp) takes and refuses, for documents that are objects. One object per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::oauth {

// One member. `text`: a string without its quotes and escapes; of every other kind what stands in the document.
struct claim {
    std::string_view name;
    json::kind kind = json::kind::null;
    std::string_view text;
    std::int64_t integer = 0;  // of kind integer
    double number = 0;         // of kinds integer and decimal

    // As the JSON door would have it.
    [[nodiscard]] json::value value() const;
};

class claims {
public:
    // Room for `size` bytes, to be filled before read().
    [[nodiscard]] char* room_for(std::size_t size);
    // Reads what was put there. Errors: bad_json (not JSON, no object), limit (nested too deep). After an error there
    // are no claims.
    [[nodiscard]] result<void> read();
    // Both together, from a text.
    [[nodiscard]] result<void> read(std::string_view json_text);

    [[nodiscard]] const std::vector<claim>& all() const { return members_; }
    // The first member of that name, or nullptr.
    [[nodiscard]] const claim* find(std::string_view name) const;
    // The claim's text where it is a string.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
    // A NumericDate (RFC 7519 §2), which may have a fraction.
    [[nodiscard]] std::optional<double> number(std::string_view name) const;
    // The claim is that string, or an array with that string in it: "aud" (RFC 7519 §4.1.3).
    [[nodiscard]] bool holds(std::string_view name, std::string_view wanted) const;
    // A name that stands there twice (RFC 7519 §4).
    [[nodiscard]] std::optional<std::string_view> duplicate() const { return duplicate_; }

    // Views into the buffer, so a copy is another object with a buffer of its own.
    claims() = default;
    claims(claims&&) = default;
    claims& operator=(claims&&) = default;
    claims(const claims&) = delete;
    claims& operator=(const claims&) = delete;
    ~claims() = default;

private:
    void find_duplicate();

    std::vector<char> buffer_;  // a vector keeps its bytes in place when it moves
    std::size_t size_ = 0;
    std::vector<claim> members_;
    std::optional<std::string_view> duplicate_;
};

}  // namespace assay::oauth
