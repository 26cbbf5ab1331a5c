#include "harness/cli/shared/data_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"
#include "mock_server/pages/describe.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

bool has_scenarios(const fs::path& folder) {
    std::error_code bad;
    return fs::is_directory(folder / "scenarios", bad);
}

}  // namespace

std::string program_path() {
    std::error_code bad;
    return fs::read_symlink("/proc/self/exe", bad).string();
}

std::string command_line() {
    std::ifstream in("/proc/self/cmdline", std::ios::binary);
    std::string out;
    for (std::string one; std::getline(in, one, '\0');) {
        if (out.empty()) {
            out = "assay";
        } else {
            out += one.find_first_of(" '\"$") == std::string::npos ? " " + one : " '" + one + "'";
        }
    }
    return out;
}

result<void> write_carried(const std::string& path, std::string_view text) {
    std::error_code bad;
    fs::create_directories(fs::path(path).parent_path(), bad);
    if (auto ok = reports::write_file(path, text); !ok) return ok;
    if (!text.starts_with("#!")) return {};
    using fs::perms;
    fs::permissions(path, perms::owner_exec | perms::group_exec | perms::others_exec, fs::perm_options::add, bad);
    if (bad) return fail(errc::environment, fmt::format("cannot make {} executable: {}", path, bad.message()));
    return {};
}

result<file_tree> find_data(const std::string& given) {
    if (!given.empty()) {
        if (has_scenarios(given)) return file_tree(fs::path(given).lexically_normal().string());
        return fail(errc::usage, fmt::format("--data {}: there is no scenarios/ folder in it", given));
    }
    const char* set = std::getenv("ASSAY_DATA");  // NOLINT(concurrency-mt-unsafe): before any thread starts
    if (set != nullptr && *set != '\0') {
        if (has_scenarios(set)) return file_tree(set);
        return fail(errc::usage, fmt::format("ASSAY_DATA={}: there is no scenarios/ folder in it", set));
    }
    const fs::path folder = fs::path(program_path()).parent_path();
    for (const fs::path& candidate : {folder.parent_path().parent_path(), folder.parent_path() / "share" / "assay"}) {
        if (has_scenarios(candidate)) return file_tree(candidate.string());
    }
    return file_tree(embedded_files());
}

known_row_names catalogue::names() const {
    known_row_names out{&checks};
    const json::value dialects = mock::describe_dialects();
    for (const json::value& row : *dialects.as_array()) {
        out.dialects.emplace_back(row.string_at("name"));
        const json::value* aliases = row.find("aliases");
        for (const json::value& alias :
             aliases == nullptr || !aliases->is_array() ? json::array{} : *aliases->as_array())
            if (alias.is_string()) out.dialects.push_back(*alias.as_string());
    }
    return out;
}

const check* catalogue::find_check(const std::string& id) const {
    const auto at = std::find_if(checks.begin(), checks.end(), [&](const check& c) { return c.id == id; });
    return at == checks.end() ? nullptr : &*at;
}

result<const profile*> catalogue::find_profile(const std::string& id) const {
    std::vector<std::string> names;
    for (const profile& p : profiles) {
        if (p.id == id) return &p;
        names.push_back(p.id);
    }
    return fail(errc::usage, fmt::format("there is no profile '{}'{}", id, did_you_mean(id, names)));
}

result<catalogue> load_catalogue(const std::string& given_data) {
    auto data = find_data(given_data);
    if (!data) return fail(data.error());
    catalogue out;
    out.data = std::move(*data);
    auto checks = load_checks(out.scenarios(), {server_verbs(), client_verbs()});
    if (!checks) return fail(checks.error());
    out.checks = std::move(*checks);
    auto profiles = load_profiles(out.scenarios(), out.names());
    if (!profiles) return fail(profiles.error());
    out.profiles = std::move(*profiles);
    return out;
}

}  // namespace assay::harness
