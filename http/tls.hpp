// TLS contexts for our clients and servers. A CA file is trusted in addition to the system's authorities. Only
// server_proof can switch off parts of the verification. Thread-safe: plain functions.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "data/result.hpp"
#include "http/authority.hpp"
#include "http/client.hpp"
#include "http/server.hpp"

namespace assay::http {

// For clients. Errors: tls (the CA file does not load).
[[nodiscard]] result<std::unique_ptr<boost::asio::ssl::context>> trust(const std::string& ca_file,
                                                                       const server_proof& wanted = {});
// For servers: TLS 1.2 and newer, with ephemeral keys and AEAD only (RFC 9325 §4.2). Errors: tls (certificate and key
// do not match, or this OpenSSL does not have a cipher).
[[nodiscard]] result<std::unique_ptr<boost::asio::ssl::context>> present(const identity& who,
                                                                         const tls_laxity& lax = {});
// Sets SNI (RFC 6066 §3) and the name that the certificate must carry (RFC 9110 §4.3.4). `host` without brackets.
[[nodiscard]] bool expect_name(SSL* handle, const std::string& host);
// The version of OpenSSL that is loaded, such as "3.0.19".
[[nodiscard]] std::string tls_library_version();
// Why the verification of the certificate failed, in words; empty if that was not the reason.
[[nodiscard]] std::string certificate_problem(SSL* handle);

}  // namespace assay::http
