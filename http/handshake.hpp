// One TLS handshake with what is offered chosen by the caller, TLS 1.0 and weak cipher suites among it: what a server
// takes (RFC 9325 §3.1.1, §4.2) and whose certificate it shows. Nothing is sent after it. Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "data/result.hpp"

namespace assay::http {

struct tls_offer {
    // "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", all from the oldest to the newest of them; empty: TLSv1.2 and newer.
    std::vector<std::string> versions{};
    // Of TLS 1.2 and older, in OpenSSL's words ("eNULL:aNULL"); empty: OpenSSL's default.
    std::string ciphers{};
    std::string ca_file{};  // PEM added to the system's trust
    std::chrono::milliseconds deadline{10'000};
};

struct tls_agreement {
    bool completed = false;
    std::string version;              // "TLSv1.3"; completed alone
    std::string cipher;               // "ECDHE-ECDSA-AES128-GCM-SHA256"; completed alone
    std::string certificate_problem;  // "certificate has expired"; empty: chain, name and dates are good
    std::string refusal;              // why it did not complete
};

// Errors: usage (no https address, an unknown version), unsupported (OpenSSL here can offer none of it), connect,
// timeout. A handshake that the server ends is no error: completed is false.
[[nodiscard]] result<tls_agreement> handshake(const std::string& origin, const tls_offer& offer);

}  // namespace assay::http
