// Removes secrets from text that is stored or shown. Thread-safe once all secrets have been added.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

// Replaces by "***": every secret that was added (as it is, percent-encoded, JSON-escaped), the values of parameters
// that carry secrets (access_token, code, client_secret … in form bodies, queries and JSON), credentials in
// Authorization, Cookie and Set-Cookie headers, and every JWT. Idempotent.
class mask {
public:
    void add(const std::string& secret);  // shorter than 6 characters: ignored
    [[nodiscard]] std::string apply(std::string text) const;
    // `text` was found at `at`, such as "json /access_token" or "query code": masked when that name carries
    // secrets.
    [[nodiscard]] std::string apply_at(std::string_view at, std::string text) const;

private:
    std::vector<std::string> secrets_;
};

}  // namespace assay
