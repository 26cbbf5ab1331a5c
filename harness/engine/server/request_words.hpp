// The keys of a step that change its request compared with that of a correct client. Shared by the verbs that send
// requests; each verb accepts those that apply to it. Thread-safe: plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// A JWT that the client signs (a client assertion, a DPoP proof, a request object), and its faults.
struct jwt_spec {
    std::vector<parameter> header, claims;
    std::string sign;          // "none", "other_key", "flipped"; empty: correct
    std::string key;           // dpop: name of its key; assertion: "next"
    bool again = false;        // reuse of the previous one, byte for byte
    bool private_jwk = false;  // dpop: the key in the header includes its private member
    bool twice = false;        // dpop: two headers
};

// Texts may contain ${…}. Empty: the verb's default.
struct request_words : step_body {
    std::string client, auth, pkce, session, method, content_type, transfer, path, url, order, over;
    std::string repeat_parameter;          // the parameter to send twice
    std::optional<json::value> body;       // raw text
    std::optional<json::value> json_body;  // request: {json: …}
    std::optional<parameter> access_token;
    std::optional<sign_in_spec> sign_in;
    std::optional<jwt_spec> client_assertion, dpop, request_object;
    std::vector<parameter> headers;
    std::vector<parameter> parameters;

    // nullptr: the step does not have it.
    [[nodiscard]] const parameter* find_parameter(std::string_view name) const {
        for (const parameter& p : parameters) {
            if (p.name == name) return &p;
        }
        return nullptr;
    }
};

// The request_words of a step whose verb sends a request.
[[nodiscard]] inline const request_words& words_of(const step& s) {
    static const request_words none;
    return s.body ? dynamic_cast<const request_words&>(*s.body) : none;
}

}  // namespace assay::harness
