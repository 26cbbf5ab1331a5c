#include "harness/cli/serve/sandbox.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define ASSAY_LEAK_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASSAY_LEAK_SANITIZER 1
#endif
#endif

namespace assay::harness {
namespace {

// landlock(7). The header may be older than the kernel, so later rights are written as numbers.
constexpr std::uint64_t rights_of_abi_1 = (std::uint64_t{1} << 13U) - 1;
constexpr std::uint64_t right_refer = std::uint64_t{1} << 13U;     // ABI 2
constexpr std::uint64_t right_truncate = std::uint64_t{1} << 14U;  // ABI 3
constexpr std::uint64_t to_read_file = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t to_read = to_read_file | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t to_write =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;

// For name resolution (also plug-ins of it, which are loaded then), time zones, the system's certificates, and
// /metrics.
constexpr std::array<std::string_view, 27> always_readable{"/etc/resolv.conf",
                                                           "/etc/hosts",
                                                           "/etc/host.conf",
                                                           "/etc/nsswitch.conf",
                                                           "/etc/gai.conf",
                                                           "/etc/services",
                                                           "/etc/protocols",
                                                           "/etc/localtime",
                                                           "/etc/ld.so.cache",
                                                           "/etc/ssl",
                                                           "/etc/pki",
                                                           "/etc/crypto-policies",
                                                           "/etc/ca-certificates",
                                                           "/usr/lib",
                                                           "/usr/lib64",
                                                           "/usr/share",
                                                           "/usr/local/lib",
                                                           "/usr/local/share",
                                                           "/lib",
                                                           "/lib64",
                                                           "/run/systemd/resolve",
                                                           "/nix/store",
                                                           "/gnu/store",
                                                           "/dev/urandom",
                                                           "/dev/null",
                                                           "/proc/self",
                                                           "/run/nscd"};

// What the rules can name; -1: this kernel has no Landlock.
long landlock_abi() {
    return ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
}

// A path that does not exist needs no rule.
void allow(int rules, const std::string& path, std::uint64_t rights) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the system calls are declared so.
    const int at = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (at < 0) return;
    struct stat what {};
    const bool is_folder = ::fstat(at, &what) == 0 && S_ISDIR(what.st_mode);
    landlock_path_beneath_attr rule{};
    // Rights of folders are refused for a file.
    rule.allowed_access = is_folder ? rights : rights & (to_read_file | LANDLOCK_ACCESS_FS_WRITE_FILE);
    rule.parent_fd = at;
    ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
    ::close(at);
}

void allow_variable(int rules, const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread has been started
    std::string_view paths = value == nullptr ? "" : value;  // SSL_CERT_DIR is a list
    while (!paths.empty()) {
        const std::size_t end = std::min(paths.find(':'), paths.size());
        allow(rules, std::string(paths.substr(0, end)), to_read);
        paths.remove_prefix(std::min(end + 1, paths.size()));
    }
}

// "landlock ABI n"; empty: it is not in force.
std::string restrict_files(const sandbox_options& o) {
    const long abi = landlock_abi();
    if (abi < 1) return {};
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = rights_of_abi_1 | (abi >= 2 ? right_refer : 0) | (abi >= 3 ? right_truncate : 0);
    const auto rules =
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0U));
    if (rules < 0) return {};
    for (const std::string_view path : always_readable) allow(rules, std::string(path), to_read);
    for (const char* name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) allow_variable(rules, name);
    for (const std::string& path : o.readable) allow(rules, path, to_read);
    for (const std::string& path : o.writable) allow(rules, path, to_write | (abi >= 3 ? right_truncate : 0));
    for (const std::string& path : o.sockets)
        allow(rules, path, LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE);
    allow(rules, "/dev/null", to_read_file | LANDLOCK_ACCESS_FS_WRITE_FILE);
    const bool done = ::syscall(SYS_landlock_restrict_self, rules, 0U) == 0;
    ::close(rules);
    return done ? fmt::format("landlock ABI {}", abi) : std::string{};
}

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t native = 0;
#endif

// What starts programs, looks into other processes, or changes the machine.
constexpr auto denied = std::to_array<long>({
    SYS_execve, SYS_execveat, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_umount2, SYS_pivot_root,
        SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_fsopen, SYS_fsconfig, SYS_fsmount, SYS_bpf,
        SYS_perf_event_open, SYS_kexec_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_reboot,
        SYS_swapon, SYS_swapoff, SYS_setns, SYS_unshare, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_userfaultfd,
        SYS_acct, SYS_quotactl, SYS_settimeofday, SYS_clock_settime, SYS_sethostname, SYS_setdomainname,
        SYS_open_by_handle_at, SYS_io_uring_setup,
#ifndef ASSAY_LEAK_SANITIZER
        SYS_ptrace,  // the leak check of a sanitizer uses it at the end
#endif
#if defined(SYS_kexec_file_load)
        SYS_kexec_file_load,
#endif
#if defined(__x86_64__)
        SYS_iopl, SYS_ioperm,
#endif
});

// Loads the number of the system call and compares it with each denied one. Calls of another architecture (int 0x80,
// x32) are denied altogether: their numbers mean something else.
std::vector<sock_filter> filter() {
    constexpr std::uint32_t x32_bit = 0x40000000;
    constexpr std::uint32_t refuse = SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA);
    const auto count = static_cast<std::uint8_t>(denied.size());
    const auto load = [](std::size_t offset) {
        return sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
    };
    std::vector<sock_filter> out{
        load(offsetof(seccomp_data, arch)),
        // To the last instruction, which refuses: over the two below, one for each denied call, and the one that
        // allows.
        {BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(count + 3), native},
        load(offsetof(seccomp_data, nr)),
        {BPF_JMP | BPF_JGE | BPF_K, static_cast<std::uint8_t>(count + 1), 0, x32_bit},
    };
    for (std::size_t n = 0; n < denied.size(); ++n) {
        const auto to_the_last = static_cast<std::uint8_t>(denied.size() - n);
        out.push_back({BPF_JMP | BPF_JEQ | BPF_K, to_the_last, 0, static_cast<std::uint32_t>(denied[n])});
    }
    out.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW});
    out.push_back({BPF_RET | BPF_K, 0, 0, refuse});
    return out;
}

bool restrict_calls() {
    if (native == 0) return false;
    auto code = filter();
    sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}

}  // namespace

std::string confine(const sandbox_options& o) {
    // Without it neither Landlock nor seccomp is permitted (prctl(2)); a program with set-user-ID gains nothing
    // either. NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the system calls are declared so.
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "none (the kernel refuses no_new_privs)";
    const std::string files = restrict_files(o);
    const bool calls = restrict_calls();
    if (files.empty() && !calls) return "none (the kernel has neither Landlock nor seccomp)";
    if (files.empty()) return "seccomp (the kernel has no Landlock)";
    return calls ? files + ", seccomp" : files + " (the kernel has no seccomp)";
}

}  // namespace assay::harness
