// The connections to a Redis or Valkey server. The address's timeout bounds what run() takes, connecting included.
// After a failure all requests are refused at
// once, without waiting, until an attempt to reach the server again succeeds. A command is never sent twice: if its
// reply is lost, whether it was executed is unknown, and that is an outage (outage.hpp). Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "mock_server/redis/address.hpp"
#include "mock_server/redis/resp.hpp"
#include "mock_server/redis/scripts.hpp"

namespace assay::mock::redis {

class remote {
public:
    // Errors: tls (the CA file does not load), connect, timeout, environment (refused by the server).
    [[nodiscard]] static result<std::shared_ptr<remote>> open(address to, const std::string& ca_file);

    ~remote();
    remote(const remote&) = delete;
    remote& operator=(const remote&) = delete;

    // The replies, in the order of the commands, which are sent together. nullopt: an outage was noted.
    [[nodiscard]] std::optional<std::vector<reply>> run(const std::vector<words>& commands);
    [[nodiscard]] std::optional<reply> run(words command);
    // The same for commands that change something: they count when as many replicas have them as the address demands.
    [[nodiscard]] std::optional<std::vector<reply>> change(std::vector<words> commands);
    // Runs a script, as change() if it changes something.
    [[nodiscard]] std::optional<reply> call(script s, const words& keys, const words& arguments = {});
    [[nodiscard]] std::optional<std::vector<reply>> call_each(script s, const std::vector<words>& keys,
                                                              const words& arguments);

    [[nodiscard]] const address& to() const { return to_; }
    // Whether the last command was executed.
    [[nodiscard]] bool is_up() const { return is_up_.load(); }

private:
    struct connection;
    using moment = std::chrono::steady_clock::time_point;
    using ticks = std::chrono::steady_clock::rep;

    remote(address to, std::shared_ptr<http::byte_stream_trust> trust);
    [[nodiscard]] result<std::unique_ptr<connection>> connect(moment end);
    [[nodiscard]] result<std::unique_ptr<connection>> connect_to(const http::byte_stream_address& where, moment end);
    [[nodiscard]] result<http::byte_stream_address> ask_sentinels(moment end);
    [[nodiscard]] result<http::byte_stream_address> ask_sentinel(const http::byte_stream_address& one, moment end);
    [[nodiscard]] result<std::vector<reply>> attempt(const std::vector<words>& commands);
    [[nodiscard]] words command_of(script s, const words& keys, const words& arguments) const;
    [[nodiscard]] bool may_try();
    void note_failure(const error& e);
    void note_success();

    const address to_;
    std::shared_ptr<http::byte_stream_trust> trust_;  // nullptr without TLS
    mutable std::mutex lock_;
    std::vector<std::unique_ptr<connection>> idle_;
    std::array<std::string, script_count> digests_;  // of the scripts, as the server names them
    std::string last_failure_;
    std::chrono::milliseconds backoff_{0};
    std::atomic<std::size_t> sentinel_{0};  // the one that answered last
    std::atomic<bool> is_up_{true};
    std::atomic<ticks> retry_at_{0};  // 0: now
};

}  // namespace assay::mock::redis
