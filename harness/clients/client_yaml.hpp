// clients/NAME/client.yaml as a typed description of a client under test. Thread-safe: plain values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/file_tree.hpp"
#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/clients/application.hpp"
#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct client_configuration {
    std::string name;         // "confidential"
    std::string auth_method;  // token_endpoint_auth_method

    [[nodiscard]] bool fits(std::string_view need) const;
};
// A need for a configuration, not a capability: "public_client", "client_secret_basic",
// "client_secret_post".
[[nodiscard]] bool is_about_method(std::string_view need);

struct client_spec {
    std::string name;
    std::string given;  // its name on the command line: `name`, or the folder as typed
    std::string library;
    std::string language;
    std::string folder;                                          // working directory of the command; "": not on disk
    std::vector<std::vector<std::string>> install;               // commands that a user runs before, for messages
    std::vector<std::string> command;                            // argv; "${assay}" is the path of this program
    std::chrono::milliseconds ready_deadline{20'000};            // `ready_s`: from start to the ready line
    std::chrono::milliseconds cool_down{};                       // `cool_down_s`: minimum between two fetches of keys
    unsigned processes = 1;                                      // number of processes that share its checks
    std::vector<std::string> resources;                          // it requests tokens for these by itself (RFC 8707)
    std::vector<std::pair<std::string, std::string>> toolchain;  // `requires`: tool and minimum version
    std::vector<client_configuration> configurations;
    std::vector<std::string> capabilities;
    std::vector<known_row> known;                 // with the verdict that each expects
    std::optional<application_spec> application;  // without an adapter; its command is started for each check

    [[nodiscard]] bool can(const std::string& capability) const;
    // The subject of its rows for that configuration: "openid-client (public)".
    [[nodiscard]] std::string subject_in(const std::string& configuration) const;
    // Whether the scope can be set: always, or by ${scope} in an application's command or environment.
    [[nodiscard]] bool takes_scope() const;
    // Rules of a strict issuer that a client without these capabilities always violates, so that every sign-in would
    // be refused before the check begins.
    [[nodiscard]] std::vector<std::string> cannot_keep() const;
};

// Errors: bad_yaml, also for a known row with an unknown check, variant, configuration or dialect.
[[nodiscard]] result<client_spec> load_client(const yaml::document& d, std::string folder,
                                              const known_row_names& names);
// Every folder directly below `clients` with a client.yaml, by name. Errors: not_found (there is none), bad_yaml.
[[nodiscard]] result<std::vector<client_spec>> load_clients(const file_tree& clients, const known_row_names& names);
// The named clients; "all": every one but our own, assay-rp. Errors: usage, with the nearest valid name.
[[nodiscard]] result<std::vector<client_spec>> select_clients(const std::vector<client_spec>& all,
                                                              const std::vector<std::string>& names);

// "Node 20 or newer is missing", if so. `path`: the PATH to search.
[[nodiscard]] std::optional<std::string> missing_toolchain(const client_spec& c, const std::string& path);
// PATH of this process, preceded by the repository's .toolchain/bin if that exists.
[[nodiscard]] std::string toolchain_path(const file_tree& clients);

}  // namespace assay::harness
