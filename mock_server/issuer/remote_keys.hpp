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

struct remote_keys_ages {
    std::chrono::milliseconds fresh_for{300'000};
    std::chrono::milliseconds again_after{10'000};  // at the earliest, also if a key is missing
};

class remote_keys {
public:
    explicit remote_keys(remote_keys_ages ages = {}) : ages_(ages) {}

    // What is known of the keys there, also while they are fetched again; nullopt: nothing yet.
    [[nodiscard]] std::optional<result<oauth::jwks>> find(const std::string& uri) const;
    // Starts to fetch them, unless that is in progress. `again`: also if they are known, but at most every ten
    // seconds.
    void fetch(postman& by, const std::string& uri, bool again = false);
    // Whether a fetch is in progress without which a JWT cannot be judged: nothing is known, it is too old, or
    // (`again`) a key is missing.
    [[nodiscard]] bool is_awaited(const std::string& uri, bool again = false) const;

private:
    using clock = std::chrono::steady_clock;
    struct entry {
        std::optional<result<oauth::jwks>> keys{};
        clock::time_point asked{}, came{};
        bool in_progress = false;
    };
    // Shared with the postman's thread, which may answer after the issuer is gone.
    struct table {
        std::mutex lock;
        std::map<std::string, entry> entries;
    };
    remote_keys_ages ages_;
    std::shared_ptr<table> known_ = std::make_shared<table>();
};

}  // namespace assay::mock
