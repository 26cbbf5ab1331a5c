// The arrows between rooms, and where third-party headers may be included.
#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "tests/tidy/rules.hpp"

namespace assay::tidy {
namespace {

using names = std::vector<std::string_view>;

struct arrow {
    std::string_view room;
    names may_include;
};

const std::vector<arrow>& arrows() {
    static const std::vector<arrow> table{
        {"data", {}},
        {"oauth", {"data"}},
        {"http", {"data", "oauth"}},
        {"reports", {"data"}},
        {"mock_server", {"data", "oauth", "http"}},
        {"harness/scenario", {"data", "oauth", "reports"}},
        {"harness/agent", {"data", "oauth", "http"}},
        {"harness/engine", {"data", "oauth", "http", "reports", "harness/scenario", "harness/agent"}},
        {"harness/clients", {"data", "oauth", "http", "reports", "harness/scenario", "harness/agent"}},
        {"harness/load", {"data", "oauth", "http", "reports", "harness/scenario"}},
        {"harness/cli",
         {"data", "oauth", "http", "reports", "mock_server", "harness/scenario", "harness/agent", "harness/engine",
          "harness/clients", "harness/load"}},
    };
    return table;
}

bool contains(const names& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

struct home {
    std::string_view header;  // prefix of the header's name
    names places;             // prefixes of paths
};

// The first row that fits a header holds, so a narrow row stands before a wide one.
const std::vector<home>& homes() {
    static const std::vector<home> table{
        {"nlohmann/", {"data/json.cpp"}},
        {"yaml-cpp/", {"data/yaml.cpp"}},
        {"tl/expected.hpp", {"data/result.hpp", "mock_server/rules/refusal.hpp"}},
        {"boost/url", {"http/url.cpp"}},
        {"boost/math/", {"harness/load/significance.cpp"}},
        {"boost/", {"http/"}},
        {"openssl/", {"oauth/", "http/", "harness/load/", "bench/", "tests/oauth/", "tests/http/"}},
        {"libxml/", {"harness/agent/"}},
        {"re2/", {"harness/scenario/"}},
        {"CLI/", {"harness/cli/"}},
        {"gtest/", {"tests/"}},
        {"gmock/", {"tests/"}},
        {"benchmark/", {"bench/"}},
        {"fmt/", {""}},
        {"sys/", {""}},
        {"netinet/", {""}},
        {"arpa/", {""}},
    };
    return table;
}

}  // namespace

findings check_arrows(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        if (!is_cpp(file)) continue;
        const std::string_view room = room_of(file.path);
        const auto row =
            std::find_if(arrows().begin(), arrows().end(), [&](const arrow& a) { return a.room == room; });
        if (row == arrows().end()) {
            if (room != "tests" && room != "bench") found.push_back({file.path, 0, "a C++ file outside every room"});
            continue;
        }
        for (const include& i : includes_of(file)) {
            if (!i.ours) continue;
            const std::string_view target = room_of(i.header);
            if (target == room || contains(row->may_include, target)) continue;
            found.push_back({file.path, i.line,
                             std::string(room) + " may not include " + i.header +
                                 "; write the path from the root, and only rooms its arrows point to"});
        }
    }
    return found;
}

findings check_third_party(const tree& files) {
    findings found;
    for (const source_file& file : files) {
        if (!is_cpp(file)) continue;
        for (const include& i : includes_of(file)) {
            if (i.ours || (i.header.find('/') == std::string::npos && !i.header.ends_with(".hpp"))) continue;
            const auto row = std::find_if(homes().begin(), homes().end(),
                                          [&](const home& h) { return i.header.starts_with(h.header); });
            const bool at_home = row != homes().end() &&
                                 std::any_of(row->places.begin(), row->places.end(),
                                             [&](std::string_view place) { return file.path.starts_with(place); });
            if (!at_home) found.push_back({file.path, i.line, "<" + i.header + "> belongs behind its own door"});
        }
    }
    return found;
}

}  // namespace assay::tidy
