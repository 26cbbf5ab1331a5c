// `assay rp`: our own strict client behind the adapter contract (clients/README.md). Its handlers wait for the server
// they talk to, so it brings more threads than cores; it serves one harness, not the world.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "harness/relying_party/relying_party.hpp"
#include "http/message.hpp"

namespace assay::harness {

// The adapter's pages and its relying parties. Thread-safe.
class rp_service {
public:
    // `origin`: where browsers reach it, "http://localhost:PORT".
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
        std::mutex busy;  // one browser at a time
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
    std::mutex lock_;  // parties_ and next_id_
    std::map<std::string, std::shared_ptr<party>> parties_;
    int next_id_ = 1;
};

// Serves on a free port of localhost, prints the ready line and ends on SIGTERM or when stdin closes: the exit code.
// `version` is what the ready line says.
[[nodiscard]] int run_rp(const std::string& version);

}  // namespace assay::harness
