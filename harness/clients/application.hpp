// A program that knows nothing of Assay: how it is told its configuration, and how a person sees that a sign-in went
// well. Read out of client.yaml; thread-safe: plain values and pure functions.
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

// Every part that is there must hold.
struct success_rule {
    std::string at;  // a path that is asked once the callback is done; empty: the page the callback led to
    int status = 200;
    std::string text;                                          // stands somewhere in the page
    std::vector<std::pair<std::string, json::value>> members;  // JSON pointer -> value
    std::string cookie;                                        // the name of one that the browser holds
    std::string user;  // where the page says who it is: a JSON pointer, or a pattern (RE2) with one group
};

struct application_spec {
    std::vector<std::pair<std::string, std::string>> environment;
    std::string ready = "/";  // a path that answers when the program is up
    sign_in_start sign_in;
    std::string refresh;               // a path that needs a token which still lives; empty: it never refreshes
    std::string call;                  // a path for which it asks a resource with its access token; empty: none
    sign_in_start logout;              // how a person signs out; its path is empty where nobody can
    std::string redirect_uri;          // the path of its callback
    std::vector<std::string> version;  // a command whose first line is the version; empty: none is told
    success_rule success;
};

// The names that command and environment may hold as ${…}.
struct application_values {
    std::string issuer, client_id, client_secret, redirect_uri, scope, auth_method, url, port, secret;
};
// Errors: usage, with the nearest valid name.
[[nodiscard]] result<std::string> expand_for(const application_values& v, const std::string& text);

// The node of `application:`. Errors: bad_yaml.
[[nodiscard]] result<application_spec> load_application(const yaml::document& d, const yaml::node& n);

// Nothing, when the page says that the person is signed in; else what was missing, for people: "status 302 for 200".
[[nodiscard]] std::optional<std::string> why_not_signed_in(const success_rule& rule, const http::response& page,
                                                           const std::vector<std::string>& cookies);

// Who is signed in, as the page says; empty: it does not, or there is no rule.
[[nodiscard]] std::string user_shown(const success_rule& rule, const http::response& page);

// A port of this machine that nobody listens on just now. Errors: environment.
[[nodiscard]] result<std::uint16_t> free_port();

}  // namespace assay::harness
