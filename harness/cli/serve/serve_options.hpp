// The options of `assay serve`, from the command line, ASSAY_… in the environment and a file: the same names, with
// precedence in that order.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/cli/shared/tls_setup.hpp"
#include "mock_server/server/embedded.hpp"

namespace assay::harness {

inline constexpr std::uint16_t port_default = 8080;
inline constexpr unsigned threads_max = 64;

struct serve_options {
    std::string config;
    std::string dialect = "polar";
    std::string address = "127.0.0.1";  // http::listen_address
    std::optional<std::uint16_t> port;  // nullopt: that of the address, or port_default
    std::string sign_in = "page";
    bool any_user = false;  // a leniency: strangers can sign in, under any name
    bool isolated = false;  // each browser is asked for consent itself
    std::string public_url;
    std::vector<std::string> trust_proxies;  // http::peers
    std::vector<std::string> clients;        // ID[:SECRET]=REDIRECT_URI
    std::vector<std::string> faults;
    std::vector<std::string> resources;     // RFC 8707: URIs, or paths below the issuer
    std::vector<std::string> signing_algs;  // the default first; empty: the dialect's
    int rsa_bits = mock::rsa_bits_default;  // one of rsa_sizes
    std::string ca_file;                    // PEM trusted for logout tokens over https
    std::string seed;
    std::string ready_file;
    std::string log = "auto";
    std::string inspector = "auto";
    std::string fault_issuers = "auto";
    bool issuers_on_demand = false;
    std::string memory = "256MB";
    std::string store = "memory";  // or redis://…, for several mocks that serve one issuer
    std::string store_password_file;
    std::string journal = "4096";  // size of the default issuer's journal, or "off"
    int control_port = -1;         // -1: none
    std::string control_address = "127.0.0.1";
    std::string control_token;             // required from callers of the control API; empty: none
    std::string control_token_file;        // a file that contains it
    std::vector<std::string> allow_hosts;  // beyond loopback, for logout tokens
    bool expose_control = false;
    unsigned threads = 1;  // 0: one for each core
    bool expose = false;
    bool exit_with_stdin = false;  // end when standard input does
    bool no_sandbox = false;
    tls_options tls;

    // Only from a file.
    std::vector<mock::client> configured_clients;
    json::array configured_faults;
    std::vector<mock::user> users;  // replace the demo users, if there are any
    std::vector<mock::organization> organizations;
    std::vector<mock::claim_row> claims;
    std::vector<mock::trusted_issuer> trusted_issuers;
    std::vector<mock::issuer_request> issuers;
};

// Reads serve.yaml (docs/schema/serve.json) into `o`, except options for which `is_given` is true. Errors: not_found,
// bad_yaml with file, line, column and the nearest valid name.
[[nodiscard]] result<void> read_serve_file(const std::string& path, serve_options& o,
                                           const std::function<bool(std::string_view key)>& is_given);

// The same of the text of this variable, which may be as long as the system allows (128 KiB on Linux). Errors also:
// usage, if there is a file, too.
inline constexpr const char* serve_variable = "ASSAY_CONFIG_YAML";
[[nodiscard]] result<void> read_serve_variable(const char* text, serve_options& o,
                                               const std::function<bool(std::string_view key)>& is_given);

// The same of a document.
[[nodiscard]] result<void> read_serve_document(const yaml::document& d, serve_options& o,
                                               const std::function<bool(std::string_view key)>& is_given);

// Errors: usage, naming the option.
[[nodiscard]] result<mock::embedded_options> to_embedded(const serve_options& o);

}  // namespace assay::harness
