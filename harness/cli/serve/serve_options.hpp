// What `assay serve` can be told, by its command line, by ASSAY_… in the environment and by a file: one set of names,
// and the nearer to the person wins in that order.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/shared/tls_setup.hpp"
#include "mock_server/server/embedded.hpp"

namespace assay::harness {

struct serve_options {
    std::string config;
    std::string dialect = "polar";
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string sign_in = "page";
    std::string public_url;
    std::vector<std::string> clients;  // ID[:SECRET]=REDIRECT_URI
    std::vector<std::string> faults;
    std::vector<std::string> resources;  // RFC 8707: URIs, or paths below the issuer
    std::string ca_file;                 // PEM, trusted where logout tokens are sent by https
    std::string seed;
    std::string ready_file;
    std::string log = "auto";
    std::string inspector = "auto";
    std::string journal = "4096";  // entries of the default issuer's, or "off"
    int control_port = -1;         // -1: none
    std::string control_address = "127.0.0.1";
    std::string control_token;             // what the callers of the control API must show; empty: nothing
    std::string control_token_file;        // where it stands instead
    std::vector<std::string> allow_hosts;  // beyond loopback, for logout tokens
    bool expose_control = false;
    unsigned threads = 1;
    bool expose = false;
    tls_options tls;

    // By a file alone.
    std::vector<mock::client> configured_clients;
    json::array configured_faults;
    std::vector<mock::user> users;  // in place of the demo's, where there are any
    std::vector<mock::organization> organizations;
    std::vector<mock::claim_row> claims;
    std::vector<mock::issuer_request> issuers;
};

// Reads serve.yaml (docs/schema/serve.json) into `o`; what `is_given` says was chosen nearer stays. Errors:
// not_found, bad_yaml with file, line, column and the nearest valid name.
[[nodiscard]] result<void> read_serve_file(const std::string& path, serve_options& o,
                                           const std::function<bool(std::string_view key)>& is_given);

// Errors: usage, naming the option.
[[nodiscard]] result<mock::embedded_options> to_embedded(const serve_options& o);

}  // namespace assay::harness
