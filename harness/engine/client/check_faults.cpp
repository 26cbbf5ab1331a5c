#include "harness/engine/client/check_faults.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace assay::harness {
namespace {

bool any_named(const json::value& faults, bool (*is_such)(std::string_view name)) {
    if (faults.as_array() == nullptr) return false;
    return std::any_of(faults.as_array()->begin(), faults.as_array()->end(), [&](const json::value& f) {
        return is_such(f.is_string() ? std::string_view(*f.as_string()) : f.string_at("fault"));
    });
}

bool is_of_connections(std::string_view name) {
    static constexpr std::array<std::string_view, 6> kinds{"tcp_",  "tls_",      "http_",
                                                           "body_", "metadata_", "answer_lost"};
    return std::any_of(kinds.begin(), kinds.end(), [&](std::string_view k) { return name.starts_with(k); });
}

bool is_slow(std::string_view name) {
    static constexpr std::array<std::string_view, 4> slow{"tcp_no_answer", "tcp_stall_after", "tcp_dribble",
                                                          "body_endless"};
    return std::any_of(slow.begin(), slow.end(), [&](std::string_view k) { return name.starts_with(k); });
}

}  // namespace

json::value faults_of(const check& c, const variant& v) {
    return with_matrix(c.fault, v);
}

bool needs_own_origin(const json::value& faults) {
    return any_named(faults, is_of_connections);
}

bool names_other_issuer(const json::value& faults) {
    return json::format(faults).find("${other.") != std::string::npos;
}

bool waits(const check& c) {
    const auto all = variants(c);
    return std::any_of(all.begin(), all.end(), [&](const variant& v) { return any_named(faults_of(c, v), is_slow); });
}

}  // namespace assay::harness
