#include "http/peers.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace assay::http {
namespace {

constexpr unsigned mapped_bits = 96;

}  // namespace

bool peers::read(std::string_view text, bytes& out, bool& v4) {
    const std::string address(text);
    out = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    v4 = ::inet_pton(AF_INET, address.c_str(), &out[12]) == 1;
    return v4 || ::inet_pton(AF_INET6, address.c_str(), out.data()) == 1;
}

result<void> peers::add(std::string_view text) {
    if (text == "unix") {
        unix_ = true;
        return {};
    }
    const auto slash = text.find('/');
    network one;
    bool v4 = false;
    bool good = read(text.substr(0, slash), one.first, v4);
    const unsigned most = v4 ? 32 : 128;
    one.bits = most;
    if (good && slash != std::string_view::npos) {
        const auto* last = text.data() + text.size();
        const auto [end, bad] = std::from_chars(text.data() + slash + 1, last, one.bits);
        good = bad == std::errc{} && end == last && one.bits <= most;
    }
    if (!good) {
        return fail(errc::usage,
                    fmt::format("'{}' is neither an address such as 10.0.0.7 or fd00::7, nor a network such "
                                "as 10.0.0.0/8, nor the word unix",
                                text));
    }
    if (v4) one.bits += mapped_bits;
    networks_.push_back(one);
    return {};
}

bool peers::contains(std::string_view address) const {
    bytes peer{};
    bool v4 = false;
    if (!read(address, peer, v4)) return false;
    return std::any_of(networks_.begin(), networks_.end(), [&](const network& n) {
        const auto whole = n.bits / 8;
        if (!std::equal(peer.begin(), peer.begin() + whole, n.first.begin())) return false;
        const auto rest = n.bits % 8;
        return rest == 0 || (peer.at(whole) >> (8 - rest)) == (n.first.at(whole) >> (8 - rest));
    });
}

}  // namespace assay::http
