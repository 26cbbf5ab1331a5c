// Short-lived state of an issuer: pushed authorization requests (RFC 9126), the jti of used JWTs (RFC 7523, RFC
// 9449) and failed client authentications (RFC 6749 §2.3.1). A store that cannot answer says so in outage.hpp.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "oauth/form.hpp"

namespace assay::mock {

struct pushed_request {
    std::string client_id;
    oauth::form parameters;
    std::int64_t expires_at = 0;  // issuer's clock, seconds
    bool used = false;            // a code was issued for it
    std::size_t bytes = 0;        // estimate of the store
};

class transients {
public:
    transients() = default;
    transients(const transients&) = delete;
    transients& operator=(const transients&) = delete;
    virtual ~transients() = default;

    // False if there is no memory for it.
    [[nodiscard]] virtual bool put_request(const std::string& request_uri, pushed_request r) = 0;
    [[nodiscard]] virtual std::optional<pushed_request> find_request(const std::string& request_uri) const = 0;
    virtual void use_request(const std::string& request_uri) = 0;

    // True when the text was not seen before; it is recorded as seen.
    [[nodiscard]] virtual bool is_first(const std::string& jti) = 0;

    // Forgets the text, so that is_first() is true for it again; false when it was not seen.
    virtual bool forget(const std::string& text) = 0;

    // Counts one more failure; the minute starts with the first one.
    virtual void note_failure(const std::string& client_id, std::int64_t now) = 0;
    [[nodiscard]] virtual std::int64_t failures(const std::string& client_id, std::int64_t now) const = 0;

protected:
    static constexpr std::int64_t minute_s = 60;
};

}  // namespace assay::mock
