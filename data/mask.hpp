// Secrets out of text that will be kept or shown: reports, logs, exports. A mask is thread-safe once it was told all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

// Replaces by "***": every secret it was told of (as it is, percent-encoded, JSON-escaped), the values of parameters
// that carry secrets (access_token, code, client_secret … in form bodies, queries and JSON), credentials in
// Authorization, Cookie and Set-Cookie headers, and every JWT. Applying it twice changes nothing more.
class mask {
public:
    void add(const std::string& secret);  // shorter than 6 characters: ignored
    [[nodiscard]] std::string apply(std::string text) const;
    // A value that was found at "json /access_token" or "query code": masked when that name is one that carries
    // secrets.
    [[nodiscard]] std::string apply_at(std::string_view at, std::string text) const;

private:
    std::vector<std::string> secrets_;
};

}  // namespace assay
