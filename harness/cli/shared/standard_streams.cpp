#include "harness/cli/shared/standard_streams.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace assay::harness {
namespace {

struct stream {
    int file;
    int failed_with = 0;
};
stream standard_output{STDOUT_FILENO};
stream standard_error{STDERR_FILENO};

// Write function of a cookie stream (fopencookie(3)). It always reports success: callers of print cannot handle an
// error, and {fmt} would throw.
ssize_t write_or_drop(void* cookie, const char* bytes, std::size_t size) {
    auto& s = *static_cast<stream*>(cookie);
    std::size_t done = 0;
    while (s.failed_with == 0 && done < size) {
        const ssize_t n = ::write(s.file, bytes + done, size - done);
        if (n > 0) done += static_cast<std::size_t>(n);
        if (n < 0 && errno != EINTR) s.failed_with = errno;
    }
    return static_cast<ssize_t>(size);
}

FILE* opened(stream& s, int buffering) {
    FILE* made = fopencookie(&s, "w", cookie_io_functions_t{nullptr, write_or_drop, nullptr, nullptr});
    if (made != nullptr) std::setvbuf(made, nullptr, buffering, BUFSIZ);
    return made;
}

// Without this a stream that is closed at the start would get its descriptor reused by a file or socket of ours, and
// what is printed would go there. Reading it gives the end of the file, writing it an error.
void occupy_closed_streams() {
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the system calls are declared so.
        if (::fcntl(file, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDONLY));
    }
}

}  // namespace

void keep_writing() {
    occupy_closed_streams();
    std::signal(SIGPIPE, SIG_IGN);
    // glibc allows a program to replace its standard streams.
    if (FILE* out = opened(standard_output, ::isatty(STDOUT_FILENO) == 1 ? _IOLBF : _IOFBF)) stdout = out;
    if (FILE* err = opened(standard_error, _IONBF)) stderr = err;
}

int write_error(int file) {
    std::fflush(file == STDOUT_FILENO ? stdout : stderr);
    const int code = file == STDOUT_FILENO ? standard_output.failed_with : standard_error.failed_with;
    return code == EPIPE ? 0 : code;
}

}  // namespace assay::harness
