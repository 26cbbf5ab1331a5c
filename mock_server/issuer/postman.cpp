#include "mock_server/issuer/postman.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"

namespace assay::mock {

namespace {

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view one) { return text.starts_with(one); });
}

// 172.16.0.0/12.
bool is_in_172(std::string_view a) {
    if (!a.starts_with("172.") || a.size() < 7 || a[6] != '.') return false;
    const auto second = a.substr(4, 2);
    return second >= "16" && second <= "31";
}

// 100.64.0.0/10.
bool is_shared(std::string_view a) {
    if (!a.starts_with("100.")) return false;
    const auto second = a.substr(4, a.find('.', 4) - 4);
    return (second.size() == 2 && second >= "64") || (second.size() == 3 && second <= "127");
}

// 224.0.0.0/3: multicast and reserved.
bool is_above_unicast(std::string_view a) {
    return a.find('.') == 3 && a.find(':') == std::string_view::npos && a.substr(0, 3) >= "224";
}

// RFC 1918, RFC 4193, RFC 6598, loopback.
bool is_private(std::string_view a) {
    return is_in_172(a) || is_shared(a) || starts_with_any(a, {"10.", "127.", "192.168.", "fc", "fd"}) || a == "::1";
}

// RFC 3927, RFC 4291 §2.5.6, the metadata service of a cloud, addresses that are none of a host, and those of IPv6
// that lead to an address of IPv4 (RFC 3056, RFC 6052).
bool is_nowhere(std::string_view a) {
    return starts_with_any(a, {"169.254.", "fe8", "fe9", "fea", "feb", "fec", "fed", "fee", "fef", "fd00:ec2:", "0.",
                               "64:ff9b:", "2002:", "ff"}) ||
           is_above_unicast(a) || a == "::" || (a.starts_with("::") && a.find('.') != std::string_view::npos);
}

// An address, a name of one label (a container) or one under a domain for private use.
bool is_local_name(std::string_view host) {
    constexpr std::string_view digits = "0123456789.";
    if (host.find('.') == std::string_view::npos || host.find_first_not_of(digits) == std::string_view::npos)
        return true;
    constexpr std::array<std::string_view, 7> domains{".local", ".localhost", ".internal", ".test",
                                                      ".lan",   ".home.arpa", ".svc"};
    return std::any_of(domains.begin(), domains.end(), [&](std::string_view one) { return host.ends_with(one); });
}

}  // namespace

bool postman::fits(std::string_view host, std::string_view address) {
    // An IPv4 address in IPv6 (RFC 4291 §2.5.5.2) counts as that IPv4 address.
    constexpr std::string_view mapped = "::ffff:";
    if (address.starts_with(mapped)) address.remove_prefix(mapped.size());
    if (is_nowhere(address)) return false;
    return !is_private(address) || is_local_name(host);
}

postman::~postman() {
    {
        const std::lock_guard guard(lock_);
        ending_ = true;
        waiting_.clear();
    }
    more_.notify_all();
    if (worker_.joinable()) worker_.join();
}

result<void> postman::send(std::string_view url, http::request r, came_back done) {
    const auto to = http::parse_url(std::string(url));
    if (!to) return fail(to.error());
    if (to->scheme != "http" && to->scheme != "https")
        return fail(errc::usage, fmt::format("{} is neither http nor https", url));
    const bool allowed = std::any_of(allowed_.begin(), allowed_.end(),
                                     [&](const std::string& host) { return http::iequals(host, to->host); });
    if (!to->is_loopback() && !allowed) {
        return fail(errc::usage, fmt::format("{} is not on loopback, and this mock sends to other hosts only where "
                                             "they are allowed by name: --allow-host {}, or allow_hosts: [{}]",
                                             url, to->host, to->host));
    }
    letter l{{to->origin(), std::move(r)}, std::move(done)};
    l.call.r.target = to->target();
    const std::lock_guard guard(lock_);
    if (ending_ || waiting_.size() >= waiting_max)
        return fail(errc::limit, fmt::format("{} requests are already waiting to be sent", waiting_.size()));
    waiting_.push_back(std::move(l));
    if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
    more_.notify_one();
    return {};
}

void postman::work() {
    http::client_options options;
    options.deadline = bounds_.deadline;
    options.body_bytes_max = bounds_.body_bytes_max;
    options.may_connect = fits;
    options.ca_file = ca_file_;
    http::client client(options);
    while (true) {
        std::unique_lock guard(lock_);
        more_.wait(guard, [this] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        letter next = std::move(waiting_.front());
        waiting_.pop_front();
        guard.unlock();
        next.done(client.send(std::move(next.call)));
    }
}

}  // namespace assay::mock
