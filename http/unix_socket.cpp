#include "http/unix_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace assay::http {
namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::copy_n(path.begin(), std::min(path.size(), sizeof at.sun_path - 1), &at.sun_path[0]);
    return at;
}

const sockaddr* generic(const sockaddr_un& at) {
    return reinterpret_cast<const sockaddr*>(&at);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast): C API
}

int new_socket() {
    return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

error cannot_listen_at(const std::string& path, int why) {
    return {errc::environment,
            fmt::format("cannot listen on unix:{}: {}; choose a path in a folder that this user may "
                        "write to",
                        path, std::generic_category().message(why))};
}

// Removes what a program left that was killed. A connection that must wait for its turn (EAGAIN) also has a listener.
result<void> make_way(const std::string& path) {
    struct stat there {};
    if (::lstat(path.c_str(), &there) != 0) return {};
    if (!S_ISSOCK(there.st_mode))
        return fail(errc::environment,
                    fmt::format("{} is there and is no socket; choose another path for unix:", path));
    const auto at = address_of(path);
    const int asks = new_socket();
    const bool nobody = asks >= 0 && ::connect(asks, generic(at), sizeof at) != 0 && errno == ECONNREFUSED;
    if (asks >= 0) ::close(asks);
    if (!nobody)
        return fail(errc::environment,
                    fmt::format("unix:{} is in use: another program listens there; choose another path", path));
    if (::unlink(path.c_str()) == 0) return {};
    return fail(cannot_listen_at(path, errno));
}

}  // namespace

result<unix_socket> unix_socket::listen(const std::string& path) {
    if (auto free = make_way(path); !free) return fail(free.error());
    const auto at = address_of(path);
    unix_socket out(path, new_socket());
    if (out.descriptor_ < 0 || ::bind(out.descriptor_, generic(at), sizeof at) != 0)
        return fail(cannot_listen_at(path, errno));
    struct stat made {};
    if (::lstat(path.c_str(), &made) == 0) {
        out.device_ = made.st_dev;
        out.file_ = made.st_ino;
    }
    // Nobody can connect before it listens.
    constexpr mode_t only_its_owner = 0600;
    if (::chmod(path.c_str(), only_its_owner) != 0 || ::listen(out.descriptor_, SOMAXCONN) != 0)
        return fail(cannot_listen_at(path, errno));
    return out;
}

unix_socket::~unix_socket() {
    if (descriptor_ < 0) return;
    struct stat there {};
    const bool ours =
        file_ != 0 && ::lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ && there.st_ino == file_;
    if (ours) ::unlink(path_.c_str());
    ::close(descriptor_);  // last, so that the number of our file is not given to another
}

int unix_socket::duplicate() const {
    return ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);  // NOLINT(cppcoreguidelines-pro-type-vararg): declared so
}

}  // namespace assay::http
