#include "oauth/metadata_url.hpp"

#include <gtest/gtest.h>

namespace assay::oauth {
namespace {

TEST(metadata_url, is_below_the_issuer_in_openid_connect) {
    EXPECT_EQ(openid_configuration_url("https://a.example"), "https://a.example/.well-known/openid-configuration");
    EXPECT_EQ(openid_configuration_url("https://a.example/"), "https://a.example/.well-known/openid-configuration");
    EXPECT_EQ(openid_configuration_url("https://a.example/t/1/"),
              "https://a.example/t/1/.well-known/openid-configuration");
}

TEST(metadata_url, is_before_the_path_in_rfc_8414) {
    EXPECT_EQ(authorization_server_metadata_url("https://a.example"),
              "https://a.example/.well-known/oauth-authorization-server");
    EXPECT_EQ(authorization_server_metadata_url("https://a.example/"),
              "https://a.example/.well-known/oauth-authorization-server");
    // The example of RFC 8414 §3.1.
    EXPECT_EQ(authorization_server_metadata_url("https://example.com/issuer1"),
              "https://example.com/.well-known/oauth-authorization-server/issuer1");
    EXPECT_EQ(authorization_server_metadata_url("https://example.com:8443/issuer1/"),
              "https://example.com:8443/.well-known/oauth-authorization-server/issuer1");
}

}  // namespace
}  // namespace assay::oauth
