// RESP2, the protocol of Redis and Valkey: commands as bytes, replies as values.
// https://redis.io/docs/latest/develop/reference/protocol-spec/
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"

namespace assay::mock::redis {

using words = std::vector<std::string>;  // a command and its arguments, any bytes

struct reply {
    enum class kind { nothing, text, integer, list, failure };
    kind what = kind::nothing;
    std::string text;  // of a failure: "READONLY You can't write against a read only replica."
    std::int64_t number = 0;
    std::vector<reply> items;

    [[nodiscard]] bool is_nothing() const { return what == kind::nothing; }
    [[nodiscard]] bool is_failure() const { return what == kind::failure; }
    // 1 of a script that tells whether it did something.
    [[nodiscard]] bool is_yes() const { return what == kind::integer && number != 0; }
};

[[nodiscard]] std::string encode(const words& command);

// Reads replies that arrive in pieces of any size, and looks at no element of a list twice. Not thread-safe.
class reply_reader {
public:
    // Takes what is complete off the front of `in`. nullopt: more bytes are needed, after those that are left.
    // Errors: malformed; then this reader is of no more use.
    [[nodiscard]] result<std::optional<reply>> take(std::string_view& in);

private:
    std::vector<reply>
        open_;  // lists that are not complete, the innermost last; `number`: the items that are missing
};

}  // namespace assay::mock::redis
