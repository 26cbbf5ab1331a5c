// Both ends of our own TLS connections. A CA file adds to the system's trust. What a careless client leaves out of
// the verification is named in server_proof; nothing else sets it.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "data/result.hpp"
#include "http/authority.hpp"
#include "http/client.hpp"

namespace assay::http {

// Errors: tls (the CA file does not load).
[[nodiscard]] result<std::unique_ptr<boost::asio::ssl::context>> trust(const std::string& ca_file,
                                                                       const server_proof& wanted = {});
// What a server of ours presents. Errors: tls (the texts do not fit).
[[nodiscard]] result<std::unique_ptr<boost::asio::ssl::context>> present(const identity& who);
// Sets SNI (RFC 6066 §3) and the name that the certificate must carry (RFC 9110 §4.3.4). `host` without brackets.
[[nodiscard]] bool expect_name(SSL* handle, const std::string& host);
// Why the handshake failed, in words, or empty when the certificate was not the reason.
[[nodiscard]] std::string certificate_problem(SSL* handle);

}  // namespace assay::http
