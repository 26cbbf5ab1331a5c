#include "mock_server/issuer/outer_url.hpp"

#include <string_view>

namespace assay::mock {
namespace {

std::string_view path_of_url(std::string_view url) {
    const auto slash = url.find('/', url.find("://") + 3);
    return slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
}

}  // namespace

outer_url::outer_url(std::string root) : root_(std::move(root)), prefix_(path_of_url(root_)) {}

const issuer_urls& outer_url::of(const issuer_urls& own) {
    const auto [at, is_new] = seen_.try_emplace(&own);
    if (!is_new) return at->second;
    auto& out = at->second;
    out.url = root_;
    out.url += path_of_url(own.url);
    out.base = root_;
    out.base += path_of_url(own.base);
    for (const auto& one : own.resources)
        out.resources.push_back(one.starts_with(own.base + "/") ? out.base + one.substr(own.base.size()) : one);
    return out;
}

}  // namespace assay::mock
