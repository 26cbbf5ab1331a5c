// Requests that a trusted proxy passed on: the URL that its client used is in Forwarded (RFC 7239), or in
// X-Forwarded-Proto and X-Forwarded-Host, and X-Forwarded-Prefix. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "data/result.hpp"
#include "http/message.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::mock {

struct client_url {
    std::string scheme, host;  // with its port, if it has one
    std::string prefix;        // "/auth": what the proxy took from the path, or left there; may be empty

    [[nodiscard]] std::string text() const { return scheme + "://" + host + prefix; }
};

// `scheme`: of the listener. What no field says is as the request has it. Of several values the last counts: it is
// the one that this proxy wrote. Errors: malformed, naming the field.
[[nodiscard]] result<client_url> url_of_client(const http::request& r, std::string_view scheme);
// Whether a proxy said anything.
[[nodiscard]] bool is_forwarded(const http::request& r);

// Answers as the issuer at the client's URL; 400 where a field makes no sense.
[[nodiscard]] http::plan answer_through_proxy(mock& m, http::request r, std::string_view scheme);

}  // namespace assay::mock
