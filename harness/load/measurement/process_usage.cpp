#include "harness/load/measurement/process_usage.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "data/memory_peak.hpp"

namespace assay::load {
namespace {

namespace fs = std::filesystem;

// Of the clock that Linux keeps for each process: to the nanosecond, with threads that have ended.
std::optional<std::int64_t> cpu_ns_of(pid_t pid) {
    clockid_t clock{};
    timespec t{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return std::nullopt;
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

std::string file_of(const std::string& pid, const char* name) {
    std::ifstream in(fmt::format("/proc/{}/{}", pid, name));
    return {std::istreambuf_iterator<char>(in), {}};
}

// proc(5): "1234 (name) S 1 …"; the name may hold spaces and brackets.
pid_t parent_of(const std::string& pid) {
    const std::string stat = file_of(pid, "stat");
    const std::size_t name_end = stat.rfind(')');
    return name_end == std::string::npos || name_end + 4 > stat.size()
               ? 0
               : static_cast<pid_t>(std::strtol(stat.c_str() + name_end + 4, nullptr, 10));
}

std::vector<pid_t> with_descendants(pid_t root) {
    std::multimap<pid_t, pid_t> children;
    std::error_code bad;
    for (const fs::directory_entry& one : fs::directory_iterator("/proc", bad)) {
        const std::string name = one.path().filename().string();
        pid_t pid = 0;
        const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (wrong == std::errc{} && end == name.data() + name.size()) children.emplace(parent_of(name), pid);
    }
    std::vector<pid_t> out{root};
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto [from, to] = children.equal_range(out[i]);
        std::transform(from, to, std::back_inserter(out), [](const auto& one) { return one.second; });
    }
    return out;
}

}  // namespace

result<server_meter> server_meter::start(pid_t root) {
    if (!cpu_ns_of(root)) {
        return fail(errc::usage, fmt::format("there is no process {} on this machine whose processor time can be "
                                             "read; give the id of the server, as `pgrep -n` of its name prints it",
                                             root));
    }
    server_meter out(root);
    for (const pid_t pid : with_descendants(root)) out.before_[pid] = cpu_ns_of(pid).value_or(0);
    return out;
}

std::map<std::string, process_usage> server_meter::used() const {
    std::map<std::string, process_usage> out;
    for (const pid_t pid : with_descendants(root_)) {
        const auto now = cpu_ns_of(pid);
        if (!now) continue;
        const std::string id = std::to_string(pid);
        std::string name = file_of(id, "comm");
        name.erase(std::min(name.find('\n'), name.size()));
        process_usage& one = out[name.empty() ? id : name];
        const auto before = before_.find(pid);
        one.cpu_ns += *now - (before == before_.end() ? 0 : before->second);
        one.memory_peak_kib = std::max(one.memory_peak_kib, memory_peak_kib(id));
    }
    return out;
}

}  // namespace assay::load
