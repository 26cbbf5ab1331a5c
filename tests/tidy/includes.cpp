// Which room may include which, and where third-party headers may be included.
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

// The rooms of mock_server/, each after those that it may include, so that no include runs up. All of them may
// include data, oauth and http.
const std::vector<arrow>& arrows_of_mock() {
    static const std::vector<arrow> table{
        {"assets", {}},
        {"rules", {}},
        {"store", {}},
        {"keys", {"assets"}},
        {"dialects", {"assets", "rules"}},
        {"faults", {"assets", "rules", "keys", "dialects"}},
        {"observe", {"rules", "store", "faults", "dialects"}},
        {"issuer", {"rules", "store", "keys", "faults", "dialects", "observe"}},
        {"pages", {"assets", "rules", "dialects", "faults", "observe", "issuer"}},
        {"request", {"rules", "store", "dialects", "faults", "issuer", "pages"}},
        {"protocol", {"dialects", "faults", "observe", "issuer", "pages", "request"}},
        {"endpoints", {"dialects", "keys", "observe", "issuer", "pages", "request", "protocol"}},
        {"routing",
         {"store", "dialects", "faults", "observe", "issuer", "pages", "request", "protocol", "endpoints"}},
        {"control", {"assets", "store", "observe", "issuer", "pages", "request", "protocol", "routing"}},
        {"redis", {"store", "issuer"}},
        {"server", {"store", "observe", "pages", "routing", "control", "redis"}},
    };
    return table;
}

// The rooms of harness/, likewise; only `cli` may include the mock.
const std::vector<arrow>& arrows_of_harness() {
    static const std::vector<arrow> table{
        {"scenario", {}},
        {"browser", {}},
        {"clients", {"scenario", "browser"}},
        {"relying_party", {}},
        {"engine/core", {"scenario"}},
        {"engine/server", {"scenario", "browser", "engine/core"}},
        {"engine/client", {"scenario", "browser", "clients", "relying_party", "engine/core"}},
        {"load/schedule", {}},
        {"load/measurement", {"load/schedule"}},
        {"load/connection", {}},
        {"load/flows", {"load/measurement", "load/connection"}},
        {"load/generator", {"scenario", "load/schedule", "load/measurement", "load/connection", "load/flows"}},
        {"load/result", {"load/schedule", "load/measurement"}},
        {"load/ranks", {"load/schedule", "load/measurement", "load/generator", "load/result"}},
        {"load/mpi", {"load/ranks"}},
        {"load/watch", {"load/measurement", "load/generator"}},
        {"cli/shared", {"mock_server", "scenario", "clients", "engine/server", "engine/client"}},
        {"cli/about", {"cli/shared"}},
        {"cli/run", {"mock_server", "scenario", "clients", "engine", "cli/shared"}},
        {"cli/replay", {"mock_server", "scenario", "clients", "engine", "cli/shared", "cli/run"}},
        {"cli/load", {"mock_server", "engine/core", "engine/server", "load", "cli/shared"}},
        {"cli/serve", {"mock_server", "cli/shared"}},
        {"cli/twin", {"mock_server", "browser"}},
        {"cli/lint",
         {"mock_server", "scenario", "clients", "relying_party", "engine", "load", "cli/shared", "cli/run",
          "cli/serve"}},
        {"cli/commands",
         {"mock_server", "scenario", "clients", "relying_party", "engine", "load", "cli/shared", "cli/run",
          "cli/replay", "cli/load", "cli/lint", "cli/serve", "cli/twin"}},
        {"cli", {"cli/about", "cli/shared", "cli/commands"}},
    };
    return table;
}

const std::vector<arrow>& arrows() {
    static const std::vector<arrow> table{
        {"data", {}},          {"oauth", {"data"}},      {"http", {"data", "oauth"}},
        {"reports", {"data"}}, {"packaging/static", {}},
    };
    return table;
}

// A top-level folder with rooms of its own, and what all of these may include.
struct house {
    std::string_view prefix;
    const std::vector<arrow>& rooms;
    names below;
};

const std::vector<house>& houses() {
    static const std::vector<house> table{
        {"mock_server/", arrows_of_mock(), {"data", "oauth", "http"}},
        {"harness/", arrows_of_harness(), {"data", "oauth", "http", "reports"}},
    };
    return table;
}

// The name of a room includes all rooms in it.
bool is_in(std::string_view room, std::string_view name) {
    return room.starts_with(name) && (room.size() == name.size() || room[name.size()] == '/');
}

bool contains(const names& list, std::string_view room) {
    return std::any_of(list.begin(), list.end(), [&](std::string_view name) { return is_in(room, name); });
}

// The row of the innermost room that contains `folder`.
const arrow* row_of(const std::vector<arrow>& table, std::string_view folder) {
    const arrow* found = nullptr;
    for (const arrow& a : table) {
        if (is_in(folder, a.room) && (found == nullptr || a.room.size() > found->room.size())) found = &a;
    }
    return found;
}

struct place {
    const house* in = nullptr;
    const arrow* room = nullptr;  // nullptr: outside every room
};

place place_of(std::string_view path) {
    const std::string_view folder = path.substr(0, std::min(path.rfind('/'), path.size()));
    for (const house& one : houses()) {
        if (path.starts_with(one.prefix))
            return {&one, folder.size() < one.prefix.size() ? nullptr
                                                            : row_of(one.rooms, folder.substr(one.prefix.size()))};
    }
    return {nullptr, row_of(arrows(), folder)};
}

bool may_include(const place& from, std::string_view header) {
    const place to = place_of(header);
    if (to.room == nullptr) return false;
    if (to.room == from.room) return true;
    if (from.in == nullptr) return to.in == nullptr && contains(from.room->may_include, to.room->room);
    if (to.in == nullptr) return contains(from.in->below, to.room->room);
    if (to.in == from.in) return contains(from.room->may_include, to.room->room);
    return contains(from.room->may_include, to.in->prefix.substr(0, to.in->prefix.size() - 1));
}

std::string name_of(const place& p) {
    return (p.in == nullptr ? "" : std::string(p.in->prefix)) + std::string(p.room->room);
}

// If a room came before one that it may include, a cycle would be possible. A name of several rooms comes after
// all of them.
findings check_order(const std::vector<arrow>& table) {
    findings found;
    for (auto row = table.begin(); row != table.end(); ++row) {
        for (const std::string_view name : row->may_include) {
            const auto fits = [&](const arrow& a) { return is_in(a.room, name); };
            const bool is_above = std::any_of(table.begin(), row, fits) && std::none_of(row, table.end(), fits);
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

// The first matching row applies, so a specific row comes before a general one.
const std::vector<home>& homes() {
    static const std::vector<home> table{
        {"nlohmann/", {"data/json.cpp"}},
        {"yaml-cpp/", {"data/yaml.cpp"}},
        {"tl/expected.hpp", {"data/result.hpp", "mock_server/rules/refusal.hpp"}},
        {"boost/url", {"http/url.cpp"}},
        {"boost/math/", {"harness/load/measurement/significance.cpp"}},
        {"boost/", {"http/"}},
        {"openssl/", {"oauth/", "http/", "harness/load/connection/", "bench/", "tests/oauth/", "tests/http/"}},
        {"libxml/", {"harness/browser/"}},
        {"re2/", {"harness/scenario/"}},
        {"unicode/", {"packaging/static/"}},
        {"CLI/", {"harness/cli/"}},
        {"mpi.h", {"harness/load/mpi/"}},
        {"gtest/", {"tests/"}},
        {"gmock/", {"tests/"}},
        {"benchmark/", {"bench/"}},
        {"fmt/", {""}},
        {"sys/", {""}},
        {"netinet/", {""}},
        {"arpa/", {""}},
        {"linux/", {""}},
    };
    return table;
}

}  // namespace

findings check_arrows(const tree& files) {
    findings found = check_order(arrows());
    for (const house& one : houses()) {
        for (finding& f : check_order(one.rooms)) found.push_back(std::move(f));
    }
    for (const source_file& file : files) {
        if (!is_cpp(file)) continue;
        const place from = place_of(file.path);
        if (from.room == nullptr) {
            const bool apart = file.path.starts_with("tests/") || file.path.starts_with("bench/");
            if (!apart) found.push_back({file.path, 0, "a C++ file outside every room"});
            continue;
        }
        for (const include& i : includes_of(file)) {
            if (!i.ours || may_include(from, i.header)) continue;
            found.push_back({file.path, i.line,
                             name_of(from) + " may not include " + i.header +
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
            const bool of_the_language = i.header.find('/') == std::string::npos && !i.header.ends_with(".hpp");
            if (i.ours || (of_the_language && i.header != "mpi.h")) continue;
            const auto row = std::find_if(homes().begin(), homes().end(),
                                          [&](const home& h) { return i.header.starts_with(h.header); });
            const bool at_home = row != homes().end() &&
                                 std::any_of(row->places.begin(), row->places.end(),
                                             [&](std::string_view place) { return file.path.starts_with(place); });
            if (!at_home)
                found.push_back(
                    {file.path, i.line, "<" + i.header + "> belongs to the one file that may include it"});
        }
    }
    return found;
}

}  // namespace assay::tidy
