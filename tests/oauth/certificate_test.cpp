// Strings of x5c (RFC 7517 §4.7).
#include "oauth/certificate.hpp"

#include <string>

#include <gtest/gtest.h>

#include "oauth/base64url.hpp"

namespace assay::oauth {
namespace {

// Of CN=example, self-signed with a P-256 key, made with `openssl req -x509 -outform DER`.
constexpr std::string_view certificate =
    "MIIBeTCCAR+gAwIBAgIUWkXO8aSHZ7zIYafz0F/WNMMcxN0wCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHZXhhbXBsZTAe"
    "Fw0yNjExMjkwOTIzNDZaFw0zNjExMjYwOTIzNDZaMBIxEDAOBgNVBAMMB2V4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjO"
    "PQMBBwNCAAQlE8NttK/4ybswMo+YW026Mug+HKvBc4gpvLNXBqyc1bik+b5N0yjZNY1/nco/OsxDrZlWERX73U3UmdHs"
    "GT5yo1MwUTAdBgNVHQ4EFgQU2qlldzfKgy/N6RPwv77uQ3N/6uEwHwYDVR0jBBgwFoAU2qlldzfKgy/N6RPwv77uQ3N/"
    "6uEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBWlKkxWW27qfulv9UUZSnvuw9k7HaT/WzvKyJOOnou"
    "BQIhALoq1eiPUpPaK30w59LygvTrk6cIvfq2WTrzlQDENnoC";

TEST(certificate, is_the_base64_of_one_in_der) {
    EXPECT_TRUE(is_certificate(certificate));
}

TEST(certificate, is_nothing_else) {
    const std::string der = base64_decode(certificate).value();
    for (const auto& [text, why] : {std::pair<std::string, const char*>{"", "nothing"},
                                    {base64_encode("not a certificate"), "other bytes"},
                                    {base64url_encode(der), "base64url"},
                                    {base64_encode(der.substr(0, der.size() / 2)), "half of one"},
                                    {base64_encode(der + "x"), "more than one"},
                                    {"-----BEGIN CERTIFICATE-----\n" + std::string(certificate), "PEM"}}) {
        EXPECT_FALSE(is_certificate(text)) << why;
    }
}

}  // namespace
}  // namespace assay::oauth
