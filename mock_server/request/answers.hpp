// Builds answers in the shape of the issuer's dialect, with the headers that its rules require. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "data/json.hpp"
#include "http/message.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/request/context.hpp"

namespace assay::mock {

// An answer that waits at a named point before it is computed: this makes check and use two steps, as in a race.
struct held {
    std::string point;
    std::size_t until_waiting = 2;
    std::function<http::response()> next;
    std::function<bool()> ready{};  // if set: waits for this instead, three seconds at most
};
using answer = std::variant<http::response, held>;

// "2026-07-01T09:00:00Z" (RFC 3339 §5.6).
[[nodiscard]] std::string iso_8601(std::int64_t epoch_s);

// An answer in the dialect's shape.
[[nodiscard]] http::response json_response(int status, const json::value& body);
// With the two cache headers of RFC 6749 §5.1; a form where the dialect answers this request with one.
[[nodiscard]] http::response token_json(const context& c, int status, const json::value& body);
[[nodiscard]] http::response token_json(const context& c, int status, std::string body);  // JSON text
[[nodiscard]] http::response redirect_response(const context& c, const std::string& location);
[[nodiscard]] http::response html_response(const context& c, int status, pages::page shown);
[[nodiscard]] http::response html_response(const context& c, int status, std::string html);
// The methods of the endpoint for `Allow` (RFC 9110 §10.2.1).
[[nodiscard]] std::string allowed_methods(const context& c);
// 404 or 405 for a path or method that does not exist.
[[nodiscard]] http::response no_such_route(const context& c, int status);

}  // namespace assay::mock
