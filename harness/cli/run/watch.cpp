#include "harness/cli/run/watch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "harness/cli/shared/progress.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 20'000;
constexpr int interruption_ms = 500;  // a Ctrl-C just before the wait would not end it
constexpr int quiet_ms = 150;         // an editor writes a file in several steps

bool is_left_out(const fs::path& folder, const watched_paths& paths) {
    static constexpr std::array<std::string_view, 5> written{"node_modules", "__pycache__", "target", "site-packages",
                                                             "capsules"};
    const std::string name = folder.filename().string();
    std::error_code bad;
    return name.starts_with('.') || std::find(written.begin(), written.end(), name) != written.end() ||
           (!paths.without.empty() && fs::equivalent(folder, paths.without, bad));
}

// Calls `take` for every folder and every file below `root`.
template <class Take>
void walk(const std::string& root, const watched_paths& paths, Take take) {
    std::error_code bad;
    auto at = fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied, bad);
    for (; !bad && at != fs::recursive_directory_iterator(); at.increment(bad)) {
        const bool folder = at->is_directory(bad);
        if (folder && is_left_out(at->path(), paths)) {
            at.disable_recursion_pending();
            continue;
        }
        take(at->path(), folder);
    }
}

void add(snapshot& out, const fs::path& file) {
    std::error_code bad;
    const auto size = fs::file_size(file, bad);
    if (bad || out.size() >= files_max) return;
    const auto time = fs::last_write_time(file, bad).time_since_epoch().count();
    out[file.string()] = {static_cast<std::int64_t>(time), size};
}

// The kernel's notes about folders; closed with this object.
class notes {
public:
    notes() : descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}
    ~notes() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    notes(const notes&) = delete;
    notes& operator=(const notes&) = delete;

    [[nodiscard]] result<void> watch(const std::string& folder) const {
        constexpr std::uint32_t changes =
            IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB;
        if (descriptor_ >= 0 && ::inotify_add_watch(descriptor_, folder.c_str(), changes) >= 0) return {};
        if (descriptor_ >= 0 && errno == ENOENT) return {};  // it went away meanwhile
        return fail(errc::environment,
                    fmt::format("--watch cannot watch {}: {}; fs.inotify.max_user_watches may be too low", folder,
                                std::strerror(errno)));
    }
    // Whether there was a note within that time. An interruption ends it.
    [[nodiscard]] bool wait(int timeout_ms) const {
        pollfd one{descriptor_, POLLIN, 0};
        if (::poll(&one, 1, timeout_ms) <= 0) return false;
        std::array<char, 4096> unread{};
        while (::read(descriptor_, unread.data(), unread.size()) > 0) {
        }
        return true;
    }

private:
    int descriptor_;
};

result<void> watch_all(const notes& all, const watched_paths& paths) {
    result<void> out;
    const auto watch = [&](const std::string& folder) {
        if (out) out = all.watch(folder.empty() ? "." : folder);
    };
    // A file may be replaced by another of its name, so its folder is watched.
    for (const std::string& file : paths.files) watch(fs::path(file).parent_path().string());
    for (const std::string& folder : paths.folders) {
        watch(folder);
        walk(folder, paths, [&](const fs::path& one, bool is_folder) {
            if (is_folder) watch(one.string());
        });
    }
    return out;
}

}  // namespace

snapshot look_at(const watched_paths& paths) {
    snapshot out;
    for (const std::string& file : paths.files) add(out, file);
    for (const std::string& folder : paths.folders) {
        walk(folder, paths, [&](const fs::path& one, bool is_folder) {
            if (!is_folder) add(out, one);
        });
    }
    return out;
}

std::string first_change(const snapshot& before, const snapshot& now, bool known_only) {
    for (const auto& [file, state] : before) {
        const auto at = now.find(file);
        if (at == now.end() || at->second != state) return file;
    }
    if (known_only) return {};
    for (const auto& [file, state] : now) {
        if (!before.contains(file)) return file;
    }
    return {};
}

result<std::string> wait_for_change(const watched_paths& paths, const snapshot& before) {
    const notes all;
    if (auto ok = watch_all(all, paths); !ok) return fail(ok.error());
    bool look = true;  // what changed before the folders were watched has no note
    while (!interrupted()) {
        if (std::string file = look ? first_change(before, look_at(paths)) : ""; !file.empty()) {
            while (!interrupted() && all.wait(quiet_ms)) {
            }
            return file;
        }
        look = all.wait(interruption_ms);
    }
    return std::string{};
}

}  // namespace assay::harness
