// The claims of a JWT (RFC 7519 §4), read from the payload in one pass without building a tree: members in document
// order, as views into a buffer that the next token reuses. Accepts and refuses exactly the objects that
// json::parse() (data/json.hpp) accepts and refuses. Not thread-safe: one object per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::oauth {

// One member. `text`: the content of a string, unescaped and without quotes; for every other kind the JSON text.
struct claim {
    std::string_view name;
    json::kind kind = json::kind::null;
    std::string_view text;
    std::int64_t integer = 0;  // of kind integer
    double number = 0;         // of kinds integer and decimal

    // The same value as json::parse() gives.
    [[nodiscard]] json::value value() const;
};

class claims {
public:
    // A buffer of `size` bytes, to be filled before read().
    [[nodiscard]] char* room_for(std::size_t size);
    // Reads the JSON text in the buffer. Errors: bad_json (not JSON, or not an object), limit (nested too deep).
    // After an error there are no claims.
    [[nodiscard]] result<void> read();
    // Copies the text into the buffer, then reads it. Errors: as read().
    [[nodiscard]] result<void> read(std::string_view json_text);

    [[nodiscard]] const std::vector<claim>& all() const { return members_; }
    // The first member of that name, or nullptr.
    [[nodiscard]] const claim* find(std::string_view name) const;
    // The claim's value where it is a string.
    [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const;
    // A NumericDate (RFC 7519 §2), which may have a fraction.
    [[nodiscard]] std::optional<double> number(std::string_view name) const;
    // The claim is the string `wanted`, or an array that contains it: "aud" (RFC 7519 §4.1.3).
    [[nodiscard]] bool holds(std::string_view name, std::string_view wanted) const;
    // A name that occurs twice (RFC 7519 §4).
    [[nodiscard]] std::optional<std::string_view> duplicate() const { return duplicate_; }

    // Views point into the buffer, so a copy would need its own buffer: not copyable.
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
    std::vector<std::uint64_t> keys_;  // of the members' names, to find them by
    std::optional<std::string_view> duplicate_;
};

}  // namespace assay::oauth
