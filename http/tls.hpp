// Both ends of our own TLS connections. A CA file adds to the system's trust. What a careless client leaves out of
// the verification is named in server_proof; nothing else sets it.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "data/result.hpp"
#include "http/authority.hpp"
#include "http/client.hpp"
#include "http/server.hpp"

namespace assay::http {

// Errors: tls (the CA file does not load).
[[nodiscard]] result<std::unique_ptr<boost::asio::ssl::context>> trust(const std::string& ca_file,
                                                                       const server_proof& wanted = {});
// What a server of ours presents: TLS 1.2 and newer, with ephemeral keys and AEAD alone (RFC 9325 §4.2). Errors: tls
// (the texts do not fit, or OpenSSL here knows no such cipher).
[[nodiscard]] result<std::unique_ptr<boost::asio::ssl::context>> present(const identity& who,
                                                                         const tls_laxity& lax = {});
// Sets SNI (RFC 6066 §3) and the name that the certificate must carry (RFC 9110 §4.3.4). `host` without brackets.
[[nodiscard]] bool expect_name(SSL* handle, const std::string& host);
// Why the handshake failed, in words, or empty when the certificate was not the reason.
[[nodiscard]] std::string certificate_problem(SSL* handle);

}  // namespace assay::http
