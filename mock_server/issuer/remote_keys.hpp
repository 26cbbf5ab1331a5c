// JWK Sets at other servers (jwks_uri), fetched through the postman when they are first needed, and again when a key
// is missing or after five minutes. Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "data/result.hpp"
#include "oauth/jwk.hpp"

namespace assay::mock {

class postman;

class remote_keys {
public:
    // What is known of the keys there; nullopt: nothing yet, or a fetch is in progress.
    [[nodiscard]] std::optional<result<oauth::jwks>> find(const std::string& uri) const;
    // Starts to fetch them, unless that is in progress. `again`: also if they are known, but at most every ten
    // seconds.
    void fetch(postman& by, const std::string& uri, bool again = false);

private:
    using clock = std::chrono::steady_clock;
    struct entry {
        std::optional<result<oauth::jwks>> keys{};
        clock::time_point asked{};
        bool in_progress = false;
    };
    // Shared with the postman's thread, which may answer after the issuer is gone.
    struct table {
        std::mutex lock;
        std::map<std::string, entry> entries;
    };
    static constexpr std::chrono::seconds fresh_for{300};
    static constexpr std::chrono::seconds again_after{10};
    std::shared_ptr<table> known_ = std::make_shared<table>();
};

}  // namespace assay::mock
