// A server that does not answer, so that whoever calls it waits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/waiting.hpp"

namespace assay::cli_tests {

// A port with a listener that never accepts, so that clients wait.
class silent_port {
public:
    silent_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(0, ::bind(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at));
        ::listen(socket_, 16);
        socklen_t size = sizeof at;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size);
        port_ = ntohs(at.sin_port);
    }
    ~silent_port() { ::close(socket_); }
    silent_port(const silent_port&) = delete;
    silent_port& operator=(const silent_port&) = delete;
    // True once a client has connected; a test failure and false if none does.
    [[nodiscard]] bool has_caller() const {
        pollfd waiting{socket_, POLLIN, 0};
        const auto bound = std::chrono::milliseconds(tests::patience).count();
        if (::poll(&waiting, 1, static_cast<int>(bound)) == 1) return true;
        ADD_FAILURE() << "waited " << bound / 1000 << " s in vain for a connection to port " << port_;
        return false;
    }
    [[nodiscard]] std::string number() const { return std::to_string(port_); }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

}  // namespace assay::cli_tests
