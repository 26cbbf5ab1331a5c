// One TLS handshake with chosen versions and ciphers, including TLS 1.0 and weak cipher suites: shows what a server
// accepts (RFC 9325 §3.1.1, §4.2) and its certificate. No request is sent. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "data/result.hpp"

namespace assay::http {

struct tls_offer {
    // "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3": all from the oldest to the newest given; empty: TLSv1.2 and newer.
    std::vector<std::string> versions{};
    // For TLS 1.2 and older, an OpenSSL cipher string ("eNULL:aNULL"); empty: OpenSSL's default.
    std::string ciphers{};
    std::string ca_file{};  // PEM trusted besides the system's authorities
    std::chrono::milliseconds deadline{10'000};
};

struct tls_agreement {
    bool completed = false;
    std::string version;              // "TLSv1.3"; set if completed
    std::string cipher;               // "ECDHE-ECDSA-AES128-GCM-SHA256"; set if completed
    std::string certificate_problem;  // "certificate has expired"; empty: chain, name and dates are valid
    std::string refusal;              // why it was not completed
};

// Errors: usage (not an https address, unknown version), unsupported (this OpenSSL can offer none of it), connect,
// timeout. If the server ends the handshake, that is not an error: completed is false.
[[nodiscard]] result<tls_agreement> handshake(const std::string& origin, const tls_offer& offer);

}  // namespace assay::http
