// The URL under which a client reaches this mock through a trusted proxy. While such a request is answered, the URLs
// of all issuers begin with it, on the thread that answers. Thread-safe: each thread has its own, none by default.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace assay::mock {

struct issuer_urls {
    std::string url;                     // the issuer identifier
    std::string base;                    // of its endpoints, without a slash at the end
    std::vector<std::string> resources;  // absolute URIs (RFC 8707)
};

class outer_url {
public:
    // "https://proxy.example/prefix", without a slash at the end.
    explicit outer_url(std::string root);
    [[nodiscard]] const std::string& root() const { return root_; }
    // "/prefix", or empty. Requests may come with it, or without it if the proxy strips it.
    [[nodiscard]] const std::string& prefix() const { return prefix_; }
    // The URLs of an issuer as that client sees them; valid as long as this object. `own`: as the mock was started.
    [[nodiscard]] const issuer_urls& of(const issuer_urls& own);
    // Of the request that this thread answers; nullptr: none.
    [[nodiscard]] static outer_url* current() { return answering; }

    // Makes it the current one.
    class in_force {
    public:
        explicit in_force(outer_url& at) : before_(std::exchange(answering, &at)) {}
        ~in_force() { answering = before_; }
        in_force(const in_force&) = delete;
        in_force& operator=(const in_force&) = delete;

    private:
        outer_url* before_;
    };

private:
    inline static thread_local outer_url* answering = nullptr;
    std::string root_, prefix_;
    std::unordered_map<const issuer_urls*, issuer_urls> seen_;
};

}  // namespace assay::mock
