// The common mistakes of clients, each made in a real request.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/mock_server/flow.hpp"

namespace assay::mock::testing {

struct sample {
    const char* mistake;
    void (*make)(flow&);
    const char* dialect = "strict";
    const char* defect = nullptr;  // a rule to switch off
};

inline std::ostream& operator<<(std::ostream& out, const sample& s) {
    return out << s.mistake;
}

[[nodiscard]] std::vector<sample> front_channel_samples();
[[nodiscard]] std::vector<sample> back_channel_samples();

// A client with two redirect URIs, for scope openid and codes only.
inline void add_client(flow& f, const std::string& id, const std::string& secret, const std::string& method) {
    client c;
    c.client_id = id;
    c.client_secret = secret;
    c.token_endpoint_auth_method = method;
    c.redirect_uris = {"https://app.example/cb", "http://127.0.0.1:1/cb"};
    c.scope = "openid";
    c.grant_types = {"authorization_code"};
    f.at->put_client(std::move(c));
}

inline std::string code(flow& f, oauth::form changes = {}) {
    return std::string(f.authorize(std::move(changes)).value("code"));
}

}  // namespace assay::mock::testing
