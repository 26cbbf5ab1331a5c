#include "harness/load/generator/stall_server.hpp"

#include <array>
#include <cstring>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace assay::load {
namespace {

constexpr int backlog = 4096;

std::int64_t clock_ns() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

const std::string& whole_answer() {
    static const std::string text = fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: "
        "900\r\n\r\n{}",
        std::string(900, ' '));
    return text;
}

}  // namespace

result<std::unique_ptr<stall_server>> stall_server::start(stall how) {
    std::unique_ptr<stall_server> out(new stall_server);
    out->how_ = how;
    out->listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    out->epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (out->listener_ < 0 || out->epoll_ < 0 ||
        bind(out->listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        listen(out->listener_, backlog) != 0 ||
        getsockname(out->listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0) {
        return fail(errc::environment, "the system gives no loopback port to the stalling server");
    }
    out->port_ = ntohs(at.sin_port);
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.fd = out->listener_;
    epoll_ctl(out->epoll_, EPOLL_CTL_ADD, out->listener_, &e);
    out->thread_ = std::thread([server = out.get()] { server->serve(); });
    return out;
}

stall_server::~stall_server() {
    [[maybe_unused]] const auto& left = stop();
    for (const int file : files_) ::close(file);
    if (listener_ >= 0) ::close(listener_);
    if (epoll_ >= 0) ::close(epoll_);
}

std::string stall_server::origin() const {
    return fmt::format("http://127.0.0.1:{}", port_);
}

void stall_server::begin(std::chrono::steady_clock::time_point at) {
    begin_ns_.store(at.time_since_epoch().count());
}

const std::vector<std::int64_t>& stall_server::stop() {
    ends_ = true;
    if (thread_.joinable()) thread_.join();
    return left_;
}

// The whole server stalls: it neither reads, accepts nor answers during that time.
void stall_server::sleep_on_schedule() {
    const std::int64_t begin = begin_ns_.load(std::memory_order_relaxed);
    if (begin == 0 || how_.sleeps.count() == 0) return;
    const std::int64_t every = std::chrono::nanoseconds(how_.every).count();
    const std::int64_t sleeps = std::chrono::nanoseconds(how_.sleeps).count();
    const std::int64_t since = clock_ns() - begin;
    if (since < 0 || since < next_stall_ns_) return;
    const std::int64_t within = since % every;
    if (within < every - sleeps) {
        next_stall_ns_ = since - within + every - sleeps;
        return;
    }
    std::this_thread::sleep_for(std::chrono::nanoseconds(every - within));
}

void stall_server::serve() {
    std::array<epoll_event, 256> events;
    while (!ends_.load(std::memory_order_relaxed)) {
        sleep_on_schedule();
        const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1);
        for (int i = 0; i < n; ++i) {
            const int file = events[static_cast<std::size_t>(i)].data.fd;
            if (file == listener_) {
                accept_all();
            } else {
                answer(file);
            }
        }
    }
}

void stall_server::accept_all() {
    for (;;) {
        const int file = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (file < 0) return;
        const int on = 1;
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event e{};
        e.events = EPOLLIN;
        e.data.fd = file;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &e);
        files_.push_back(file);
    }
}

// The selftest sends requests without a body, one at a time per connection.
void stall_server::answer(int file) {
    std::array<char, 4096> bytes;
    const ssize_t got = recv(file, bytes.data(), bytes.size(), 0);
    if (got <= 0) {
        epoll_ctl(epoll_, EPOLL_CTL_DEL, file, nullptr);
        return;
    }
    if (!std::string_view(bytes.data(), static_cast<std::size_t>(got)).ends_with("\r\n\r\n")) return;
    const std::string& text = whole_answer();
    if (send(file, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) return;
    const std::int64_t begin = begin_ns_.load(std::memory_order_relaxed);
    if (begin != 0) left_.push_back(clock_ns() - begin);
}

}  // namespace assay::load
