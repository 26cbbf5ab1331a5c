// A private certificate authority for this machine (RFC 5280): ECDSA P-256, held to loopback names by its name
// constraints (§4.2.1.10), so that whoever trusts it trusts nothing else. Thread-safe after it is made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/result.hpp"

namespace assay::http {

// PEM texts: the certificates, the party's own first, and its private key.
struct identity {
    std::string certificates;
    std::string key;
};

// rsa: 2048 bits, for key transport as well (TLS 1.2, RFC 5246 §7.4.7.1).
enum class key_kind { p256, rsa };

// Epoch seconds. A certificate that has expired is one whose end lies behind.
struct validity {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

class authority {
public:
    // Errors: crypto.
    [[nodiscard]] static result<authority> make(validity v);
    // Errors: crypto (the texts are no certificate and its key).
    [[nodiscard]] static result<authority> read(const identity& own);
    // From DIR/ca.pem and DIR/ca-key.pem (readable by their owner only); on the first run, or when it has expired, it
    // is made there, by one process at a time. `now`: epoch seconds. Errors: environment (the folder; a key that
    // others may read), crypto.
    [[nodiscard]] static result<authority> keep_in(const std::string& dir, std::int64_t now);

    // A server's certificate for these names: DNS names or IP addresses. What lies beyond loopback is issued all the
    // same, and no client takes it. Errors: usage (no name, or one that cannot be in a certificate), crypto.
    [[nodiscard]] result<identity> issue(const std::vector<std::string>& names, validity v,
                                         key_kind kind = key_kind::p256) const;
    // The authority itself: its certificate is what clients must trust.
    [[nodiscard]] const identity& own() const;

private:
    struct parts;
    std::shared_ptr<const parts> parts_;
};

// A server's certificate that nobody vouches for. Errors: as issue().
[[nodiscard]] result<identity> self_signed(const std::vector<std::string>& names, validity v);
// Two files: a chain and its key. Errors: not_found, crypto (they do not fit, with the file's name).
[[nodiscard]] result<identity> read_identity(const std::string& certificate_file, const std::string& key_file);

}  // namespace assay::http
