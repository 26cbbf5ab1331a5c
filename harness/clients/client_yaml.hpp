// clients/NAME/client.yaml as a typed description of a client under test. Thread-safe: plain values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
// "public_client", "client_secret_basic", "client_secret_post": a need that asks for a configuration, not a
// capability.
[[nodiscard]] bool is_about_method(std::string_view need);

struct client_spec {
    std::string name;
    std::string given;  // how the command line names it: `name`, or the folder as it was typed
    std::string library;
    std::string language;
    std::string folder;                                // the command runs here
    std::vector<std::string> command;                  // argv; "${assay}" is the path of this program
    std::chrono::milliseconds ready_deadline{20'000};  // `ready_s`: from start to the ready line
    std::chrono::milliseconds cool_down{};             // `cool_down_s`: between two fetches of keys
    unsigned processes = 1;                            // that share its checks at the same time
    std::vector<std::string> resources;                // that it asks tokens for of its own accord (RFC 8707)
    std::vector<std::pair<std::string, std::string>> toolchain;  // `requires`: tool and oldest version
    std::vector<client_configuration> configurations;
    std::vector<std::string> capabilities;
    std::vector<known_row> known;                 // with the verdict that each expects
    std::optional<application_spec> application;  // a program nobody adapted; its command is started for each check

    [[nodiscard]] bool can(const std::string& capability) const;
    // How rows name it in that configuration: "openid-client (public)".
    [[nodiscard]] std::string subject_in(const std::string& configuration) const;
    // Whether it takes a scope: an adapter always, an application where command or environment name ${scope}.
    [[nodiscard]] bool takes_scope() const;
    // Rules of a strict issuer that a client without these capabilities cannot keep, so that every sign-in would be
    // refused before the check began.
    [[nodiscard]] std::vector<std::string> cannot_keep() const;
};

// Errors: bad_yaml, also for a known row about a check, a variant, a configuration or a dialect that is not there.
[[nodiscard]] result<client_spec> load_client(const yaml::document& d, std::string folder,
                                              const known_row_names& names);
// Every folder below `clients_dir` with a client.yaml, by name. Errors: not_found, bad_yaml.
[[nodiscard]] result<std::vector<client_spec>> load_clients(const std::string& clients_dir,
                                                            const known_row_names& names);
// The named ones; "all" names every one but assay-rp, our own client. Errors: usage, with the nearest valid name.
[[nodiscard]] result<std::vector<client_spec>> select_clients(const std::vector<client_spec>& all,
                                                              const std::vector<std::string>& names);

// "Node 20 or newer is missing", when the toolchain is not there; `path` is the PATH to look in.
[[nodiscard]] std::optional<std::string> missing_toolchain(const client_spec& c, const std::string& path);
// PATH of this process, with the repository's own .toolchain/bin before it where there is one.
[[nodiscard]] std::string toolchain_path(const std::string& clients_dir);

}  // namespace assay::harness
