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

constexpr std::string_view mock = "mock_server/";

// The rooms of mock_server/, each below those that it may include: an include never runs up. All of them may include
// data, oauth and http.
const std::vector<arrow>& arrows_of_mock() {
    static const std::vector<arrow> table{
        {"assets", {}},
        {"rules", {}},
        {"store", {}},
        {"keys", {"assets"}},
        {"faults", {"assets", "rules", "keys"}},
        {"dialects", {"assets", "rules", "faults"}},
        {"observe", {"rules", "faults", "dialects"}},
        {"issuer", {"rules", "store", "keys", "faults", "dialects", "observe"}},
        {"pages", {"assets", "rules", "dialects", "faults", "observe", "issuer"}},
        {"request", {"rules", "dialects", "faults", "issuer", "pages"}},
        {"protocol", {"dialects", "faults", "observe", "issuer", "pages", "request"}},
        {"endpoints", {"dialects", "keys", "observe", "issuer", "pages", "request", "protocol"}},
        {"routing", {"faults", "observe", "issuer", "pages", "request", "protocol", "endpoints"}},
        {"control", {"assets", "observe", "issuer", "pages", "request", "protocol", "routing"}},
        {"server", {"observe", "pages", "routing", "control"}},
    };
    return table;
}

// A name stands for a room and for all rooms in it.
const std::vector<arrow>& arrows() {
    static const std::vector<arrow> table{
        {"data", {}},
        {"oauth", {"data"}},
        {"http", {"data", "oauth"}},
        {"reports", {"data"}},
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

bool is_in(std::string_view room, std::string_view name) {
    return room.starts_with(name) && (room.size() == name.size() || room[name.size()] == '/');
}

bool contains(const names& list, std::string_view room) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view name) { return is_in(room, name); });
}

const arrow* row_of(const std::vector<arrow>& table, std::string_view room) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const arrow& a) { return a.room == room; });
    return found == table.end() ? nullptr : &*found;
}

bool is_room(std::string_view room) {
    return row_of(arrows(), room) != nullptr ||
           (room.starts_with(mock) && row_of(arrows_of_mock(), room.substr(mock.size())) != nullptr);
}

bool may_include(std::string_view room, std::string_view target) {
    if (room == target) return true;
    if (const auto* row = row_of(arrows(), room)) return contains(row->may_include, target);
    if (!target.starts_with(mock)) return contains({"data", "oauth", "http"}, target);
    const auto* row = row_of(arrows_of_mock(), room.substr(mock.size()));
    return row != nullptr && contains(row->may_include, target.substr(mock.size()));
}

// A table that has a room above what it may include would let a circle in.
findings check_order(const std::vector<arrow>& table) {
    findings found;
    for (auto row = table.begin(); row != table.end(); ++row) {
        for (const std::string_view name : row->may_include) {
            const bool is_above = std::any_of(table.begin(), row, [&](const arrow& a) { return a.room == name; });
            if (!is_above && name != "mock_server")
                found.push_back(
                    {"tests/tidy/includes.cpp", 0, std::string(row->room) + " stands above " + std::string(name)});
        }
    }
    return found;
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
    findings found = check_order(arrows());
    for (finding& f : check_order(arrows_of_mock())) found.push_back(std::move(f));
    for (const source_file& file : files) {
        if (!is_cpp(file)) continue;
        const std::string_view room = room_of(file.path);
        if (!is_room(room)) {
            if (room != "tests" && room != "bench") found.push_back({file.path, 0, "a C++ file outside every room"});
            continue;
        }
        for (const include& i : includes_of(file)) {
            if (!i.ours) continue;
            const std::string_view target = room_of(i.header);
            if (may_include(room, target)) continue;
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
