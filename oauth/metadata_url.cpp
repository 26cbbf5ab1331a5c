#include "oauth/metadata_url.hpp"

namespace assay::oauth {

std::string without_terminating_slash(std::string_view issuer) {
    return std::string(issuer.substr(0, issuer.find_last_not_of('/') + 1));
}

std::string openid_configuration_url(std::string_view issuer) {
    return without_terminating_slash(issuer) + "/.well-known/openid-configuration";
}

std::string authorization_server_metadata_url(std::string_view issuer) {
    std::string out = without_terminating_slash(issuer);
    const std::size_t authority = out.find("://");
    const std::size_t path = out.find('/', authority == std::string::npos ? 0 : authority + 3);
    return out.insert(path == std::string::npos ? out.size() : path, "/.well-known/oauth-authorization-server");
}

}  // namespace assay::oauth
