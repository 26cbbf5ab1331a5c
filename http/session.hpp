// One connection of the server from its first byte to its close, and the state shared by sessions. A shard and its
// connections are used by that shard's thread only; `site` is shared by all threads and thread-safe.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/asio/ssl/stream.hpp>

#include "http/asio.hpp"
#include "http/server.hpp"

namespace assay::http {

struct connection;

// The named points of `hold`, shared by all threads of a server.
class barrier {
public:
    // `ticket` identifies the wait of the connection: a late wake-up must not end a later wait.
    struct waiter {
        std::shared_ptr<connection> who;
        std::size_t ticket = 0;
    };
    // Joins the group at `point`. True: the group is complete and its other members have been woken. False:
    // wait.
    bool arrive(const std::string& point, std::size_t until, waiter w);
    void leave(const std::string& point, const connection& who);

private:
    std::mutex lock_;
    std::unordered_map<std::string, std::vector<waiter>> points_;
};

struct site {
    server_options options;
    handler handle;
    barrier points;
    std::unique_ptr<asio::ssl::context> tls;  // nullptr: plain HTTP
    bool at_unix_socket = false;              // in place of TCP
    std::atomic<std::size_t> admitted{0};     // open connections within connections_max
    std::atomic<std::size_t> turned_away{0};  // those beyond: they get a 503 and keep nobody out
};

struct shard {
    explicit shard(site& s);
    ~shard();
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    // Accepts a connection. At the limit, one that waits for a request is closed to make room; if there is none, the
    // new connection gets a 503.
    void admit(tcp_socket socket);
    // Closes the connection that has waited for a request longest; false: there is none, or it is so new that its
    // request may be on the way.
    bool make_room();
    // Without free descriptors: the spare one is used to accept a connection and answer 503. False: none was pending.
    bool turn_away_with_the_spare();
    void forget(connection& c);
    // Closes idle connections now and the others after their answer, or after `time`.
    void drain(std::chrono::milliseconds time);

    site& shared;
    // Run by one thread, which also uses its sockets; other threads only post.
    asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    tcp_acceptor acceptor{loop};
    timer retry{loop};
    timer deadline{loop};
    std::unordered_set<connection*> live;
    std::list<connection*> unasked;  // waiting for a request, the longest wait first
    int spare = -1;                  // spare descriptor, see above
    bool draining = false;
};

struct connection : std::enable_shared_from_this<connection> {
    connection(shard& s, tcp_socket from)
        : home(s), socket(std::move(from)), watchdog(s.loop), pause(s.loop), message(s.shared.options.in_progress) {}

    // Cancels the socket's operations after `time`, unless called again before.
    void watch(std::chrono::milliseconds time);
    // Cancels every wait of this connection.
    void abort();
    // Adds it to, and removes it from, the list of those waiting for a request: moves a list node without allocation.
    void wait_for_request();
    void has_request();
    // Closes it to make room; if a request has begun, the peer gets a 503.
    void give_way();
    // While nothing is read: notices that the peer has closed, and then ends `pause`.
    void mind_the_peer();
    [[nodiscard]] bool peer_has_left();
    [[nodiscard]] bool may_give_way() const;

    shard& home;
    tcp_socket socket;
    std::optional<asio::ssl::stream<tcp_socket&>> secure;  // over `socket`, once the handshake is done
    timer watchdog;
    std::chrono::steady_clock::time_point out_of_time;
    bool watched = false;    // the watchdog timer is running
    timer pause;             // for `delay` and `hold`
    std::size_t ticket = 0;  // the hold that `pause` belongs to, 0: none
    std::size_t tickets = 0;
    std::string buffer;              // received and not parsed yet
    byte_share message;              // the body of the request, then the answer
    bool from_proxy = false;         // the peer is one of server_options::proxies
    bool busy = false;               // a request has begun and is not yet answered
    bool timed_out = false;          // by the watchdog
    bool aborted = false;            // by drain, to make room, or because the peer has closed
    bool turned_away = false;        // beyond connections_max: gets a 503 only
    bool minded = false;             // mind_the_peer() is waiting for the socket
    bool look_now_and_then = false;  // a next request lies unread: poll, as the socket does not report its end

private:
    void guard();
    std::list<connection*> place_{this};  // holds node_ while it is in no list; empty while it is in shard::unasked
    std::list<connection*>::iterator node_ = place_.begin();
    std::chrono::steady_clock::time_point waits_since_;
};

task<void> accept_connections(shard& s);
// A pause in an answer. It ends early if the peer closes (then `aborted`) or `pause` is cancelled.
task<void> wait(connection& c, std::chrono::milliseconds time);
task<void> serve(std::shared_ptr<connection> c);

}  // namespace assay::http
