#include "harness/engine/client/check_faults.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace assay::harness {
namespace {

// "tcp_stall_after" of "tcp_stall_after=5" (a fault as text: name, then parameters and qualifiers).
std::string_view name_of(const json::value& spec) {
    const std::string_view text = spec.is_string() ? std::string_view(*spec.as_string()) : spec.string_at("fault");
    return text.substr(0, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"));
}

bool any_in(const json::value& faults, const std::set<std::string, std::less<>>& names) {
    if (faults.as_array() == nullptr) return false;
    return std::any_of(faults.as_array()->begin(), faults.as_array()->end(),
                       [&](const json::value& spec) { return names.contains(name_of(spec)); });
}

}  // namespace

json::value faults_of(const check& c, const variant& v) {
    return with_matrix(c.fault, v);
}

fault_reaches::fault_reaches(const json::value& listing) {
    if (listing.as_array() == nullptr) return;
    for (const json::value& f : *listing.as_array()) {
        if (f.string_at("reach") == "slow") slow_.emplace(f.string_at("name"));
        if (f.string_at("reach") != "values") wire_.emplace(f.string_at("name"));
    }
}

bool fault_reaches::needs_own_origin(const json::value& faults) const {
    return any_in(faults, wire_);
}

bool names_other_issuer(const json::value& faults) {
    return json::format(faults).find("${other.") != std::string::npos;
}

bool fault_reaches::waits(const check& c) const {
    const auto all = variants(c);
    return std::any_of(all.begin(), all.end(), [&](const variant& v) { return any_in(faults_of(c, v), slow_); });
}

}  // namespace assay::harness
