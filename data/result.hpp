// result<T>: an expected failure as a value. Every room returns it; nothing throws across a room's interface. A
// mistake of the server or client under test is a verdict (reports/), never an error; an error means that *we* could
// not go on. Thread-safe: plain values.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace assay {

enum class errc {
    usage,        // a mistake in the user's command or configuration; exit code 2
    bad_yaml,     // an invalid YAML file; `where` is file:line:column; exit code 2
    bad_json,     // bytes that are not valid JSON or not the expected document
    malformed,    // bytes of another format (form, JWT, URL, base64url) that do not parse
    not_found,    // a file, a name or a key that does not exist
    unsupported,  // an algorithm or feature this build does not have
    limit,        // a bound on size, time, count or depth was reached
    timeout,      // a deadline passed
    connect,      // no connection: refused, unresolved, reset
    tls,          // handshake or certificate
    environment,  // port in use, disk full, process did not start; exit code 3
    crypto,       // a signature that does not verify, a key that does not fit
};

// message: one plain sentence that says what to do next. where: "token response /expires_in", "login.yaml:12:5", or
// empty.
struct error {
    errc code{};
    std::string message;
    std::string where{};

    // "where: message", or the message alone.
    [[nodiscard]] std::string text() const { return where.empty() ? message : where + ": " + message; }
};

template <class T>
using result = tl::expected<T, error>;

[[nodiscard]] inline tl::unexpected<error> fail(errc code, std::string message, std::string where = {}) {
    return tl::unexpected<error>(error{code, std::move(message), std::move(where)});
}
[[nodiscard]] inline tl::unexpected<error> fail(error e) {
    return tl::unexpected<error>(std::move(e));
}

}  // namespace assay
