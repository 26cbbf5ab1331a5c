// Issuers with a host of their own, chosen by the Host of a request (RFC 9110 §7.2). Thread-safe; a mock without such
// issuers takes no lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

class issuer_hosts {
public:
    // `host`: in lower case, without a port.
    void add(const std::string& host, std::shared_ptr<issuer> at);
    void remove_if(const std::function<bool(const issuer&)>& goes);
    // The issuer at the host of a Host field, which may have a port; nullptr: none.
    [[nodiscard]] std::shared_ptr<issuer> find(std::string_view field) const;

private:
    std::atomic<std::size_t> count_{0};
    mutable std::mutex lock_;
    std::map<std::string, std::shared_ptr<issuer>, std::less<>> by_host_;
};

}  // namespace assay::mock
