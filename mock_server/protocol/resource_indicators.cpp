#include "mock_server/protocol/resource_indicators.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "http/url.hpp"

namespace assay::mock {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

std::optional<resource_finding> bad_resource(const context& c, const std::vector<std::string>& asked) {
    for (const auto& one : asked) {
        const auto uri = http::parse_url(one);
        if (!uri || uri->scheme.empty() || uri->has_fragment)
            return resource_finding{rule::resource_indicator_well_formed, one};
    }
    for (const auto& one : asked) {
        if (!contains(c.at->resources(), one)) return resource_finding{rule::resource_indicator_known, one};
    }
    return std::nullopt;
}

outcome<token_binding> resources_of_token_request(context& c, const std::vector<std::string>* authorized) {
    token_binding out;
    if (authorized != nullptr) out.resources = *authorized;
    if (c.at->resources().empty()) return out;
    const auto asked = c.in.body.all(c.speaks().resource_parameter);
    if (const auto bad = bad_resource(c, asked)) {
        if (auto no =
                c.demand(bad->broken, false, bad->got, fmt::format("{}", fmt::join(c.at->resources(), " or ")))) {
            no->where = channel::json;
            return refuse(*no);
        }
    }
    for (const auto& one : asked) {
        const bool granted = authorized == nullptr || authorized->empty() || contains(*authorized, one);
        if (auto no = c.demand(rule::resource_indicator_granted, granted, one,
                               authorized == nullptr ? "" : fmt::format("{}", fmt::join(*authorized, " or ")))) {
            return refuse(*no);
        }
    }
    if (out.resources.empty()) out.resources = asked;
    if (c.enforces(rule::resource_indicator_narrows_audience)) out.audience = asked.empty() ? out.resources : asked;
    return out;
}

}  // namespace assay::mock
