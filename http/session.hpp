// One connection of the server from its first byte to its close, and the parts its sessions share. Everything of a
// shard is touched by that shard's thread only; `site` is shared by all and guards itself.
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

// The named points of `hold`, common to all threads of a server.
class barrier {
public:
    // `ticket` is the wait of that connection which is meant: a late wake-up must not cut a later one short.
    struct waiter {
        std::shared_ptr<connection> who;
        std::size_t ticket = 0;
    };
    // Joins the group at `point`. True: the group is complete, everybody else in it has been woken, go on. False:
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
    std::atomic<std::size_t> connections{0};
};

struct shard {
    explicit shard(site& s);
    ~shard();
    shard(const shard&) = delete;
    shard& operator=(const shard&) = delete;

    // Takes a socket in. Where there are too many, one that waits for its request makes room; where none does, the
    // newcomer is turned away.
    void admit(tcp_socket socket);
    // Ends the connection whose request has been waited for the longest; false: there is none, or it is too new to
    // tell that no request is on its way.
    bool make_room();
    // Out of descriptors: one kept back takes the newcomer in for as long as a 503 takes. False: nobody was there.
    bool turn_away_with_the_spare();
    void forget(connection& c);
    // Ends what is idle now and the rest when it has answered, or after `time`.
    void drain(std::chrono::milliseconds time);

    site& shared;
    // One thread runs it, and touches its sockets; others only post.
    asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    tcp_acceptor acceptor{loop};
    timer retry{loop};
    timer deadline{loop};
    std::unordered_set<connection*> live;
    std::list<connection*> unasked;  // whose request is not there yet, the longest wait first
    int spare = -1;                  // a descriptor kept back, see above
    bool draining = false;
};

struct connection : std::enable_shared_from_this<connection> {
    connection(shard& s, tcp_socket from) : home(s), socket(std::move(from)), watchdog(s.loop), pause(s.loop) {}

    // Cancels what the socket waits for after `time`, unless called again before.
    void watch(std::chrono::milliseconds time);
    // Ends every wait of this connection.
    void abort();
    // Joins those whose request is waited for, and leaves them: a move of a node, nothing is allocated.
    void wait_for_request();
    void has_request();
    // Ends it for the sake of a newcomer; whoever has begun a request is told.
    void give_way();
    // While nobody reads: notices that the peer has left, and ends `pause` then.
    void mind_the_peer();
    [[nodiscard]] bool peer_has_left();
    [[nodiscard]] bool may_give_way() const;

    shard& home;
    tcp_socket socket;
    std::optional<asio::ssl::stream<tcp_socket&>> secure;  // over `socket`, once the handshake is done
    timer watchdog;
    std::chrono::steady_clock::time_point out_of_time;
    bool watched = false;    // the watchdog will go off
    timer pause;             // of `delay` and `hold`
    std::size_t ticket = 0;  // which hold `pause` belongs to, 0: none
    std::size_t tickets = 0;
    std::string buffer;              // received and not parsed yet
    bool busy = false;               // a request has begun and is not answered
    bool timed_out = false;          // by the watchdog
    bool aborted = false;            // by drain, to make room, or because the peer has left
    bool turned_away = false;        // beyond connections_max: gets a 503 and nothing else
    bool minded = false;             // mind_the_peer() waits for the socket
    bool look_now_and_then = false;  // bytes of a next request are there: the socket tells nothing of its end

private:
    void guard();
    std::list<connection*> place{this};  // in nobody's list; in shard::unasked: empty
    std::list<connection*>::iterator node = place.begin();
    std::chrono::steady_clock::time_point waits_since;
};

task<void> accept_connections(shard& s);
// A pause in an answer. It ends before its time where the peer leaves (then `aborted`), or `pause` is cancelled.
task<void> wait(connection& c, std::chrono::milliseconds time);
task<void> serve(std::shared_ptr<connection> c);

}  // namespace assay::http
