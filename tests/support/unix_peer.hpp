// A client of a unix socket, byte by byte.
#pragma once

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace assay::tests {

inline sockaddr_un unix_address(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::copy_n(path.begin(), std::min(path.size(), sizeof at.sun_path - 1), &at.sun_path[0]);
    return at;
}

// What a server at that socket sends until it closes.
inline std::string asked_at(const std::string& path, const std::string& bytes) {
    const auto at = unix_address(path);
    const int s = ::socket(AF_UNIX, SOCK_STREAM, 0);
    std::string out;
    if (::connect(s, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||  // NOLINT: C API
        ::write(s, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        ADD_FAILURE() << "nobody takes bytes at " << path;
    std::array<char, 4096> some{};
    for (ssize_t got = ::read(s, some.data(), some.size()); got > 0; got = ::read(s, some.data(), some.size()))
        out.append(some.data(), static_cast<std::size_t>(got));
    ::close(s);
    return out;
}

}  // namespace assay::tests
