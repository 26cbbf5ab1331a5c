// Writes a report atomically: to a temporary file in the same folder, which is then renamed.
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/writers.hpp"

namespace assay::reports {
namespace {

std::string_view advice(int number) {
    switch (number) {
        case ENOSPC:
        case EDQUOT:
            return "free some space or write to another disk";
        case EACCES:
        case EPERM:
        case EROFS:
            return "choose a folder that you may write to";
        case ENOENT:
        case ENOTDIR:
            return "make the folder first";
        case EISDIR:
            return "name a file, not a folder";
        default:
            return "choose another path";
    }
}

tl::unexpected<error> refused(const std::string& path, int number) {
    return fail(errc::environment, fmt::format("cannot write {}: {}; {}", path,
                                               std::generic_category().message(number), advice(number)));
}

// 0, or errno.
int write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(file, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

int write_and_close(int file, std::string_view text, bool sync) {
    int failed = write_all(file, text);
    if (failed == 0 && sync && ::fsync(file) != 0) failed = errno;
    if (::close(file) != 0 && failed == 0) failed = errno;
    return failed;
}

}  // namespace

result<void> make_folder(const std::string& path) {
    std::error_code bad;
    std::filesystem::create_directories(path, bad);
    if (bad) return fail(errc::environment, fmt::format("cannot make the folder {}: {}", path, bad.message()));
    if (::access(path.c_str(), W_OK | X_OK) == 0) return {};
    return fail(errc::environment,
                fmt::format("cannot write to the folder {}: {}", path, std::generic_category().message(errno)));
}

result<void> write_file(const std::string& path, std::string_view text) {
    constexpr mode_t readable_by_all = 0644;
    static std::atomic<unsigned> serial{0};

    // For a symbolic link its target is replaced, not the link.
    std::error_code ignored;
    std::string place = std::filesystem::canonical(path, ignored).string();
    if (ignored) place = path;

    struct stat there {};
    const bool exists = ::stat(place.c_str(), &there) == 0;
    if (exists && S_ISDIR(there.st_mode)) return refused(path, EISDIR);
    // A pipe or a device (/dev/stdout) is written in place; renaming would replace it.
    const bool in_place = exists && !S_ISREG(there.st_mode);
    const std::string target =
        in_place ? place : fmt::format("{}.{}-{}.part", place, ::getpid(), serial.fetch_add(1));
    const int flags = in_place ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the system call is declared so.
    const int file = ::open(target.c_str(), flags | O_CLOEXEC, readable_by_all);
    if (file < 0) return refused(path, errno);

    int failed = write_and_close(file, text, !in_place);
    if (in_place) return failed == 0 ? result<void>{} : refused(path, failed);
    if (failed == 0 && ::rename(target.c_str(), place.c_str()) != 0) failed = errno;
    if (failed == 0) return {};
    ::unlink(target.c_str());
    return refused(path, failed);
}

}  // namespace assay::reports
