// `assay rp`: our own strict client, as an adapter (clients/README.md). Its handlers block on requests to the server
// under test, so it has more threads than cores.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "harness/relying_party/relying_party.hpp"
#include "http/message.hpp"

namespace assay::harness {

// The adapter's endpoints and its relying parties. Thread-safe.
class rp_service {
public:
    // `origin`: the URL for browsers, "http://localhost:PORT".
    void set_origin(std::string origin) { origin_ = std::move(origin); }
    [[nodiscard]] http::plan handle(const http::request& r);

private:
    struct session {
        std::string id;
        std::optional<sign_in_flow> flow;
        std::optional<token_set> tokens;
    };
    struct party {
        rp_settings settings;
        std::string id;
        std::optional<provider> discovered;
        rp_memory memory;
        std::map<std::string, session> sessions;
        std::mutex busy;  // one request at a time
    };

    [[nodiscard]] http::response create(const http::request& r);
    [[nodiscard]] http::response page(party& p, std::string_view step, const http::request& r);
    [[nodiscard]] http::response login(party& p, session& s);
    [[nodiscard]] static http::response use_tokens(party& p, session& s, std::string_view step,
                                                   const http::request& r);
    [[nodiscard]] static http::response log_out(party& p, session& s);
    [[nodiscard]] static session& renewed(party& p, session& s);
    [[nodiscard]] decision<token_set> callback(party& p, session& s, const http::request& r);
    [[nodiscard]] std::optional<sign_in_flow> flow_of(party& p, session& s, const oauth::form& query) const;
    [[nodiscard]] static session& session_of(party& p, const http::request& r, bool& made);
    [[nodiscard]] std::shared_ptr<party> find(const std::string& id);

    std::string origin_;
    std::mutex lock_;  // guards parties_ and next_id_
    std::map<std::string, std::shared_ptr<party>> parties_;
    int next_id_ = 1;
};

// Serves on a free port of localhost, prints the ready line, and ends on SIGTERM or when stdin closes. Returns the
// exit code. `version`: for the ready line.
[[nodiscard]] int run_rp(const std::string& version);

}  // namespace assay::harness
