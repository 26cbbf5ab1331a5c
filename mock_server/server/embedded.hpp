// A running mock: the listeners around mock::handle. `assay serve` runs one with a default issuer, `assay run` an
// embedded one with the control API only. Thread-safe after start.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "http/server.hpp"
#include "mock_server/observe/log_line.hpp"
#include "mock_server/pages/describe.hpp"
#include "mock_server/redis/address.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::mock {

struct embedded_options {
    std::string address = "127.0.0.1";  // http::listen_address
    std::uint16_t port = 0;             // 0: any free port
    http::peers proxies{};              // whose word on the client's URL counts; without public_url
    unsigned threads = 1;
    bool control = true;
    std::uint16_t control_port = 0;
    std::string control_address = "127.0.0.1";
    std::string control_token{};             // required from its callers; empty: not required, for loopback only
    std::vector<std::string> allow_hosts{};  // hosts beyond loopback that logout tokens may go to
    std::string trusted_ca_file{};           // PEM, for logout tokens over https; empty: only the system's trust
    std::optional<http::identity> tls{};     // of the issuers' listener; the control API stays plain
    std::optional<http::authority> ca{};  // what clients trust, for issuers and faults over TLS beside that listener
    std::string public_url{};             // the default issuer as clients see it; empty: the listener's own origin
    std::size_t memory = memory_budget::bytes_default;   // for the stores of all issuers
    std::optional<redis::address> store{};               // of the issuers' state; nullopt: memory
    std::string seed{};                                  // empty: real randomness
    bool inspector = false;                              // `{issuer}/inspector/` answers
    bool issuers_on_demand = false;                      // `/i/{any name}` is an issuer like the default one
    bool fault_issuers = true;                           // `/f/…` answers
    bool exposed = false;                                // other machines are meant to reach the issuers
    log_format log = log_format::off;                    // a line a request, on stderr
    std::function<std::uint64_t()> dropped_log_lines{};  // how many of them were dropped; empty: unknown
    std::optional<issuer_request> default_issuer{};      // none: no issuer at `/`
    std::vector<issuer_request> issuers{};               // further ones
};

class embedded {
public:
    // Errors: environment (port in use), usage (unknown dialect, client or fault).
    [[nodiscard]] static result<std::unique_ptr<embedded>> start(embedded_options options = {});
    ~embedded();
    embedded(const embedded&) = delete;
    embedded& operator=(const embedded&) = delete;

    [[nodiscard]] std::string origin() const { return core_.origin(); }
    // The origin that it listens on, regardless of --public-url.
    [[nodiscard]] std::string listener_origin() const { return server_->origin(); }
    [[nodiscard]] std::string control_origin() const { return control_ ? control_->origin() : std::string{}; }
    [[nodiscard]] bool has_inspector() const { return core_.inspector; }
    // Where the state is that other mocks share, without secrets; empty: in memory.
    [[nodiscard]] std::string store() const { return core_.kept_in ? core_.kept_in->shown() : std::string{}; }
    [[nodiscard]] mock& core() { return core_; }
    void stop();

private:
    embedded(std::string seed, std::size_t memory) : core_(std::move(seed), memory) {}
    [[nodiscard]] result<void> open_control(const embedded_options& options);

    std::atomic<bool> complete_{false};  // the port is open before the issuers and the control API are
    mock core_;
    std::unique_ptr<http::server> server_;
    std::unique_ptr<http::server> control_;
};

// The clients of `assay serve`: demo-web, demo-post, demo-spa and demo-second, with any loopback redirect_uri.
[[nodiscard]] std::vector<client> demo_clients(const dialect& speaks);

}  // namespace assay::mock
