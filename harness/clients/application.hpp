// An application without the adapter contract: how it gets its configuration, and how a user sees that a sign-in
// succeeded. Read from client.yaml. Thread-safe: plain values and pure functions.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/clients/sign_in_form.hpp"
#include "http/message.hpp"

namespace assay::harness {

// Every condition that is set must hold.
struct success_rule {
    std::string at;  // a path to request after the callback; empty: the page after the callback
    int status = 200;
    std::string text;                                          // text on the page
    std::vector<std::pair<std::string, json::value>> members;  // JSON pointer -> value
    std::string cookie;                                        // the name of a cookie in the browser
    std::string user;  // finds the signed-in user on the page: a JSON pointer, or an RE2 pattern with one group
};

struct application_spec {
    std::vector<std::pair<std::string, std::string>> environment;
    std::string ready = "/";  // a path that answers once the program is ready
    sign_in_start sign_in;
    std::string refresh;               // a path that needs a valid token; empty: it never refreshes
    std::string call;                  // a path that makes it request a resource with its access token; empty: none
    sign_in_start logout;              // how a user signs out; empty path: not possible
    std::string redirect_uri;          // the path of its callback
    std::vector<std::string> version;  // a command whose first line of output is the version; empty: unknown
    success_rule success;
};

// The values for ${…} in command and environment.
struct application_values {
    std::string issuer, client_id, client_secret, redirect_uri, scope, auth_method, url, port, secret;
};
// Errors: usage, with the nearest valid name.
[[nodiscard]] result<std::string> expand_for(const application_values& v, const std::string& text);

// The node of `application:`. Errors: bad_yaml.
[[nodiscard]] result<application_spec> load_application(const yaml::document& d, const yaml::node& n);

// nullopt if the page shows a signed-in user; otherwise what is missing, for messages: "status 302 for 200".
[[nodiscard]] std::optional<std::string> why_not_signed_in(const success_rule& rule, const http::response& page,
                                                           const std::vector<std::string>& cookies);

// The user that the page shows; empty: none, or there is no rule.
[[nodiscard]] std::string user_shown(const success_rule& rule, const http::response& page);

// A port of this machine without a listener at present. Errors: environment.
[[nodiscard]] result<std::uint16_t> free_port();

}  // namespace assay::harness
