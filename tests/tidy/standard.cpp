// Names of the standard library, and the headers that declare them.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

struct provided {
    std::string_view headers;  // any one of them: each is required to declare the names
    std::string_view names;
};

constexpr std::array<provided, 33> table{{
    {"algorithm",
     "adjacent_find all_of any_of binary_search clamp copy copy_if copy_n count count_if equal equal_range fill "
     "fill_n "
     "find find_end find_first_of find_if find_if_not for_each generate generate_n includes is_sorted "
     "lexicographical_compare lower_bound max max_element merge min min_element minmax mismatch next_permutation "
     "none_of nth_element partial_sort partition remove_copy_if remove_if replace replace_if reverse rotate sample "
     "search set_difference set_intersection set_union shuffle sort stable_partition stable_sort swap_ranges "
     "transform unique upper_bound"},
    {"numeric", "accumulate gcd inner_product iota lcm midpoint partial_sum reduce"},
    {"cstdint", "int16_t int32_t int64_t int8_t intptr_t uint16_t uint32_t uint64_t uint8_t uintptr_t"},
    {"cstdlib", "_Exit abort atoi exit getenv quick_exit strtod strtol strtoll strtoul strtoull system"},
    {"cstdio",
     "FILE fclose fflush fgetc fgets fopen fprintf fputs fread fscanf fwrite printf puts rename snprintf "
     "sscanf"},
    {"cstring", "memchr memcmp memcpy memmove memset strcmp strerror strlen strncmp"},
    {"ctime chrono", "time_t tm"},
    {"ctime", "gmtime localtime strftime time"},
    {"cctype", "isalnum isalpha isdigit islower isprint ispunct isspace isupper isxdigit tolower toupper"},
    {"cmath", "ceil erfc exp floor isfinite isinf isnan llround log log10 log2 lround pow round sqrt"},
    {"csignal", "raise sig_atomic_t signal"},
    {"charconv", "from_chars to_chars"},
    {"chrono", "chrono"},
    {"atomic",
     "atomic atomic_flag memory_order_acq_rel memory_order_acquire memory_order_relaxed "
     "memory_order_release"},
    {"mutex", "call_once lock_guard mutex once_flag recursive_mutex scoped_lock"},
    {"mutex shared_mutex condition_variable", "unique_lock"},
    {"shared_mutex", "shared_lock shared_mutex"},
    {"condition_variable", "condition_variable condition_variable_any"},
    {"thread", "jthread this_thread thread"},
    {"future", "async future future_status launch packaged_task promise shared_future"},
    {"functional", "bind_front function greater invoke less mem_fn not_fn plus reference_wrapper"},
    {"optional", "make_optional nullopt optional"},
    {"variant", "get_if holds_alternative monostate variant visit"},
    {"memory", "enable_shared_from_this make_shared make_unique shared_ptr unique_ptr weak_ptr"},
    {"limits", "numeric_limits"},
    {"array", "array to_array"},
    {"map", "map multimap"},
    {"set", "multiset set"},
    {"deque", "deque"},
    {"unordered_map", "unordered_map"},
    {"sstream", "istringstream ostringstream stringstream"},
    {"fstream", "ifstream ofstream"},
    {"filesystem", "filesystem"},
}};

// Everything that `path` includes, directly or through our own headers.
void reach(const tree& files, const std::string& path, std::set<std::string>& reached) {
    const source_file* file = find(files, path);
    if (file == nullptr) return;
    for (const include& i : includes_of(*file)) {
        if (reached.insert(i.header).second && i.ours) reach(files, i.header, reached);
    }
}

bool reaches_one_of(std::string_view headers, const std::set<std::string>& reached) {
    while (!headers.empty()) {
        const std::size_t end = headers.find(' ');
        if (reached.contains(std::string(headers.substr(0, end)))) return true;
        headers.remove_prefix(end == std::string_view::npos ? headers.size() : end + 1);
    }
    return false;
}

// The headers that declare a name.
const std::map<std::string_view, std::string_view>& headers_of_names() {
    static const auto all = [] {
        std::map<std::string_view, std::string_view> out;
        for (const provided& p : table) {
            for (std::string_view rest = p.names; !rest.empty();) {
                const std::size_t end = rest.find(' ');
                out.emplace(rest.substr(0, end), p.headers);
                rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            }
        }
        return out;
    }();
    return all;
}

constexpr std::string_view in_names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

}  // namespace

findings check_standard_headers(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        if (!is_cpp(file)) continue;
        std::set<std::string> reached;
        reach(files, file.path, reached);
        std::set<std::string_view> told;
        const std::string code = code_of(file.text);
        const std::string_view text = code;
        for (std::size_t at = text.find("std::"); at != std::string_view::npos; at = text.find("std::", at + 1)) {
            const std::size_t begin = at + 5;
            const std::size_t end = std::min(text.find_first_not_of(in_names, begin), text.size());
            const std::string_view name = text.substr(begin, end - begin);
            const auto row = headers_of_names().find(name);
            if (row == headers_of_names().end() || reaches_one_of(row->second, reached)) continue;
            if (!told.insert(row->second).second) continue;
            const std::string header(row->second.substr(0, row->second.find(' ')));
            found.push_back({file.path, line_at(text, at),
                             "std::" + std::string(name) + " is used and <" + header + "> is not included"});
        }
    }
    return found;
}

}  // namespace assay::tidy
