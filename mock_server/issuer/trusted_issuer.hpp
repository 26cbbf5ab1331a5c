// An issuer whose JWTs this server accepts as authorization grants (RFC 7523 §2.1) and in token exchange (RFC 8693):
// the workload identity of a cluster, a CI system, another authorization server. A plain value.
#pragma once

#include <map>
#include <string>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::mock {

struct trusted_issuer {
    std::string issuer;    // the iss of its JWTs
    json::value jwks;      // its public keys; null: at jwks_uri
    std::string jwks_uri;  // fetched when they are needed; empty: jwks
    // By sub, the user whom its JWT stands for. Empty: each sub that is a username or the sub of a user stands for
    // that user, and every other for itself.
    std::map<std::string, std::string> subjects;
};

// {issuer, jwks or jwks_uri, subjects?}. Errors: usage, naming the member.
[[nodiscard]] result<trusted_issuer> trusted_issuer_from_json(const json::value& v);
[[nodiscard]] json::object to_json(const trusted_issuer& t);

}  // namespace assay::mock
