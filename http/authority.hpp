// A private certificate authority for this machine (RFC 5280): ECDSA P-256, limited to loopback names by its name
// constraints (§4.2.1.10), so that trusting it is harmless for other hosts. Thread-safe once created.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/result.hpp"

namespace assay::http {

// PEM texts: the certificate chain, the own certificate first, and its private key.
struct identity {
    std::string certificates;
    std::string key;
};

// rsa: 2048 bits, also usable for key transport (TLS 1.2, RFC 5246 §7.4.7.1).
enum class key_kind { p256, rsa };

// Epoch seconds. For an expired certificate `to` is in the past.
struct validity {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

class authority {
public:
    // A new authority. Errors: crypto.
    [[nodiscard]] static result<authority> make(validity v);
    // Errors: crypto (not a certificate with its key).
    [[nodiscard]] static result<authority> read(const identity& own);
    // Reads DIR/ca.pem and DIR/ca-key.pem (readable by their owner only); if they are absent or expired, creates
    // them, one process at a time. `now`: epoch seconds. Errors: environment (the folder; a key that others may
    // read), crypto.
    [[nodiscard]] static result<authority> keep_in(const std::string& dir, std::int64_t now);

    // A server certificate for these names: DNS names or IP addresses. Names beyond loopback are possible, but
    // clients refuse them. Errors: usage (no name, or an invalid one), crypto.
    [[nodiscard]] result<identity> issue(const std::vector<std::string>& names, validity v,
                                         key_kind kind = key_kind::p256) const;
    // The authority's own certificate, which clients must trust, and its key.
    [[nodiscard]] const identity& own() const;

private:
    struct parts;
    std::shared_ptr<const parts> parts_;
};

// Whether a client that asks for `host` accepts this certificate's names (RFC 6125 §6.4): a DNS name, or an IP
// address without brackets.
[[nodiscard]] bool is_for(const identity& who, const std::string& host);
// A self-signed server certificate. Errors: as issue().
[[nodiscard]] result<identity> self_signed(const std::vector<std::string>& names, validity v);
// Reads a chain and its key from two files. Errors: not_found, crypto (they do not match, with the file's name).
[[nodiscard]] result<identity> read_identity(const std::string& certificate_file, const std::string& key_file);

}  // namespace assay::http
