// An HTTP Archive 1.2 (HAR), as browsers, mitmproxy and this program write it: what was sent and answered, in order.
// Thread-safe: plain values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "http/message.hpp"
#include "http/url.hpp"
#include "oauth/form.hpp"

namespace assay::harness::twin {

struct exchange {
    std::size_t entry = 0;  // its place in log.entries, from 1
    std::string day;        // of startedDateTime: 2026-11-30
    http::url url;
    http::request request;
    http::response response;  // status 0: no answer was recorded
};

inline constexpr std::size_t har_bytes_max = std::size_t{64} << 20U;

// The exchanges with an http or https URL; other entries (data:, extensions) are left out. Errors: usage.
[[nodiscard]] result<std::vector<exchange>> read_har(std::string_view text);
// The bytes of a file. Errors: not_found, usage (too large).
[[nodiscard]] result<std::string> read_har_file(const std::string& path);

// What a request says: the query, then the fields of a form or the members of a JSON body.
[[nodiscard]] oauth::form parameters_of(const http::request& r);
// An answer that is a JSON value, or a form as an object; null: neither.
[[nodiscard]] json::value body_of(const http::response& r);
// A value that whoever wrote the archive replaced: "***", "[REDACTED]", or nothing.
[[nodiscard]] bool is_masked(std::string_view value);

}  // namespace assay::harness::twin
