#include "mock_server/routing/request_path.hpp"

namespace assay::mock {
namespace {

// RFC 8414 §3.1 puts the well-known name between host and path. Returns the path with that name at its end.
std::string behind_the_issuer(std::string_view path) {
    for (const std::string_view name :
         {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
          "/.well-known/oauth-protected-resource"}) {
        if (path.starts_with(name) && path.size() > name.size() + 1 && path[name.size()] == '/')
            return std::string(path.substr(name.size())) + std::string(name);
    }
    return std::string(path);
}

}  // namespace

std::string path_below(std::string_view prefix, std::string_view path) {
    auto out = behind_the_issuer(path);
    const bool has_it = out.starts_with(prefix) && (out.size() == prefix.size() || out[prefix.size()] == '/');
    if (has_it) out.erase(0, prefix.size());
    return out;
}

}  // namespace assay::mock
