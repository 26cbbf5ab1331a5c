#include "tests/mock_server/faults/raw_exchange.hpp"

#include <array>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace assay::mock::testing {
namespace {

class connection {
public:
    explicit connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
            ADD_FAILURE() << "nobody listens on port " << port;
    }
    ~connection() { ::close(fd_); }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    void send(std::string_view bytes) const { (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    // Positive: that many bytes. 0: the peer has closed. Negative: reset.
    [[nodiscard]] ssize_t read(char* into, std::size_t most) const { return ::recv(fd_, into, most, 0); }
    [[nodiscard]] bool has_more(std::chrono::milliseconds patience) const {
        pollfd one{fd_, POLLIN, 0};
        return ::poll(&one, 1, static_cast<int>(patience.count())) > 0;
    }

private:
    int fd_;
};

}  // namespace

raw_answer raw_exchange(std::uint16_t port, std::string_view bytes, std::chrono::milliseconds patience) {
    using clock = std::chrono::steady_clock;
    const auto began = clock::now();
    raw_answer out;
    const connection c(port);
    c.send(bytes);
    std::array<char, 65536> room{};
    for (;;) {
        if (!c.has_more(patience)) {
            out.how = ended::silent;
            break;
        }
        const auto got = c.read(room.data(), room.size());
        if (got <= 0) {
            out.how = got == 0 ? ended::closed : ended::reset;
            break;
        }
        out.bytes.append(room.data(), static_cast<std::size_t>(got));
    }
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - began);
    return out;
}

}  // namespace assay::mock::testing
