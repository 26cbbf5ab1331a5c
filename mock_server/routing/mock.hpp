// The mock authorization server: issuers by URL (`/`, `/i/NAME`, `/f/FAULTS`), isolated from each other; requests to
// no issuer go to the orphans journal. handle() and the issuer calls are thread-safe; there are no sockets here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "http/message.hpp"
#include "mock_server/faults/tls_origins.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/issuer/issuer_request.hpp"
#include "mock_server/issuer/postman.hpp"
#include "mock_server/observe/traffic.hpp"
#include "mock_server/routing/fault_issuers.hpp"
#include "mock_server/routing/issuer_hosts.hpp"

namespace assay::mock {

class mock {
public:
    // `seed`: empty for real randomness.
    explicit mock(std::string seed = {}, std::size_t memory_bytes = memory_budget::bytes_default)
        : memory(std::make_shared<memory_budget>(memory_bytes)), seed_(std::move(seed)) {}

    // The URL of the issuers ("http://127.0.0.1:8080"), or the URL of the default issuer as clients see it
    // ("https://proxy.example/tenant/"). The other issuers are below it. Requests may come with that path, or without
    // it if a proxy strips it. Call before the first request or issuer.
    void set_origin(std::string url);
    [[nodiscard]] const std::string& origin() const { return origin_; }
    // Hosts beyond loopback to which issuers may send logout tokens; call before the first issuer.
    // `ca_file`: PEM of authorities trusted besides the system's; empty: none.
    void allow_hosts(std::vector<std::string> hosts, std::string ca_file = {}) {
        post_ = std::make_shared<postman>(std::move(hosts), std::move(ca_file));
    }
    // `open` opens a port for an issuer with its own origin; `first`: the first port's certificate (nullopt: plain
    // HTTP); `ca`: the authority that clients trust, for TLS (nullopt: none). Call before the first issuer.
    void set_opener(port_opener open, std::optional<http::identity> first, const std::optional<http::authority>& ca);
    // Closes every port except the first.
    void close_ports();

    // Errors: usage (unknown dialect, client or fault; own origins are not available), limit (more than 10 000
    // issuers), environment (the name exists).
    [[nodiscard]] result<std::shared_ptr<issuer>> create(issuer_request r);
    // The issuer at `/`.
    [[nodiscard]] result<std::shared_ptr<issuer>> create_default(issuer_request r);
    // The issuer begins once more, as it was created; its tokens, sessions, registered clients and faults are gone,
    // and so is what was set since. Errors: not_found, environment (other mocks share its state), and those of
    // create().
    [[nodiscard]] result<std::shared_ptr<issuer>> reset(const std::string& name);
    bool remove(const std::string& name);
    [[nodiscard]] std::shared_ptr<issuer> find(
        const std::string& name) const;  // "" and "default": the default issuer
    [[nodiscard]] std::vector<std::shared_ptr<issuer>> all() const;

    [[nodiscard]] http::plan handle(http::request r);

    const std::shared_ptr<memory_budget> memory;  // for the stores of all issuers
    std::shared_ptr<backing> kept_in;  // the state of all issuers; nullptr: memory. Set before the first issuer.
    // For requests and answers in progress at all listeners, besides what is stored.
    const std::shared_ptr<http::byte_pool> in_progress = std::make_shared<http::byte_pool>(memory->bytes() / 4);
    journal orphans{journal::entries_default, memory};
    bool inspector = false;            // enables `{issuer}/inspector/`; set before the first request
    bool serves_fault_issuers = true;  // enables `/f/…`; set before the first request
    // `/i/{any name}` is an issuer like the default one, created on its first request. Set before the first request.
    bool issuers_on_demand = false;
    // Other machines reach this mock, so logout URIs on loopback are refused. Set before the first issuer.
    bool exposed = false;
    const std::shared_ptr<traffic> seen = std::make_shared<traffic>();
    // The number of open client connections; empty: unknown. Set before the first request.
    std::function<std::size_t()> open_connections;
    // Lines of the log that nobody read in time; empty: unknown. Set before the first request.
    std::function<std::uint64_t()> dropped_log_lines;

private:
    static constexpr std::size_t issuers_max = 10'000;
    static constexpr std::size_t on_demand_max = 1'000;

    struct served {
        std::shared_ptr<issuer> at;
        issuer_request begun;          // what it begins with, generated values too
        std::shared_ptr<void> port{};  // its own; nullptr: none
        bool on_demand = false;
    };
    [[nodiscard]] result<served> make(issuer_request r, std::string base_url);
    // With making_ held.
    [[nodiscard]] result<std::shared_ptr<issuer>> add(issuer_request r, bool on_demand);
    [[nodiscard]] result<void> make_on_demand(std::string_view below);
    [[nodiscard]] result<own_port> port_for(const issuer_request& r);
    [[nodiscard]] static bool has_expired(const issuer& i);
    void drop_expired();
    // Its host and its copies with faults.
    void forget_places_of(const issuer& gone);
    [[nodiscard]] http::response show_index(const issuer& at) const;
    // `like`: the issuer at the root of the request's host; nullptr: there is none.
    [[nodiscard]] http::plan handle_faulty(http::request r, std::string_view below,
                                           const std::shared_ptr<issuer>& like);
    [[nodiscard]] http::plan serve(http::request&& r, std::shared_ptr<issuer> at, std::string path);
    // The issuer for a path after "/i/" (its name may have several segments), and the rest of the path.
    [[nodiscard]] std::pair<std::shared_ptr<issuer>, std::string> named(std::string_view below) const;
    [[nodiscard]] result<void> demand_room(const std::string& name);
    [[nodiscard]] result<void> demand_host(const issuer_request& r) const;
    // origin(), as the client of this request sees it.
    [[nodiscard]] const std::string& outer_origin() const;
    // Without a path.
    [[nodiscard]] std::string origin_at(const std::string& host) const;
    [[nodiscard]] http::plan no_such_issuer(http::request r, const json::object& why);

    std::string seed_;
    std::string origin_;       // without a slash at the end
    std::string default_url_;  // as given to set_origin()
    std::string prefix_;       // path of origin_
    std::mutex
        making_;  // held before lock_, also while the store is asked: by who makes an issuer, not by who finds one
    mutable std::mutex lock_;
    std::unordered_map<std::string, served> issuers_;
    port_opener opener_;
    std::optional<http::identity> first_;
    std::shared_ptr<tls_origins> tls_;  // nullptr: no authority
    std::uint64_t made_ = 0;
    fault_issuers faulty_;
    issuer_hosts hosts_;
    std::shared_ptr<postman> post_ = std::make_shared<postman>();  // destroyed first: it calls back the others
};

}  // namespace assay::mock
