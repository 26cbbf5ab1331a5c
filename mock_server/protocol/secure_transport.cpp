#include "mock_server/protocol/secure_transport.hpp"

#include <algorithm>
#include <array>

#include "http/message.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view plain = "http://";

bool is_this_machine(std::string_view authority) {
    constexpr std::array<std::string_view, 3> names{"localhost:", "127.0.0.1:", "[::1]:"};
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return http::iequals(authority.substr(0, name.size()), name); });
}

}  // namespace

bool is_secure_transport(std::string_view url) {
    if (!url.starts_with(plain)) return url.starts_with("https://");
    return is_this_machine(url.substr(plain.size()));
}

std::optional<refusal> demand_secure_transport(context& c) {
    const auto* host = c.in.request.head.find("host");
    const bool by_host = host != nullptr && c.at->url().starts_with(plain);
    return c.demand(rule::transport_secure, by_host ? is_this_machine(*host) : is_secure_transport(c.at->url()), [&] {
        return std::pair(by_host ? std::string(plain) + *host : c.at->url(),
                         std::string("https, or http to localhost, 127.0.0.1 or [::1] with its port"));
    });
}

}  // namespace assay::mock
