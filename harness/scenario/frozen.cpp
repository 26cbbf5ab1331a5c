#include "harness/scenario/frozen.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/words.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

error no_such_set(const fs::path& folder, const std::string& name) {
    std::vector<std::string> names;
    std::error_code bad;
    for (fs::directory_iterator at(folder, bad), end; !bad && at != end; at.increment(bad)) {
        names.push_back(at->path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return {errc::usage, fmt::format("there is no set of checks '{}'; there is: {}", name, fmt::join(names, ", "))};
}

struct frozen_row {
    std::string id;
    reports::level level{};
    yaml::place at;
};

result<std::vector<frozen_row>> load_rows(const yaml::document& d) {
    static constexpr std::array<std::string_view, 2> keys{"id", "checks"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the set"); !ok) return fail(ok.error());
    const yaml::node* rows = d.root.find("checks");
    if (rows == nullptr || !rows->is_map()) return fail(d.error_at(d.root.at, "a set needs 'checks', id: level"));
    std::vector<frozen_row> out;
    for (const yaml::entry& e : rows->entries) {
        const auto level = parse_level(e.value.scalar);
        if (!level) return fail(d.error_at(e.value.at, fmt::format("unknown level '{}'", e.value.scalar)));
        out.push_back({e.key, *level, e.at});
    }
    return out;
}

// Id to reason. If the file is absent, nothing was withdrawn.
result<std::map<std::string, std::string>> load_withdrawn(const std::string& scenarios_dir) {
    static constexpr std::array<std::string_view, 1> keys{"withdrawn"};
    const fs::path file = fs::path(scenarios_dir) / "withdrawn.yaml";
    std::map<std::string, std::string> out;
    std::error_code bad;
    if (!fs::exists(file, bad)) return out;
    auto d = yaml::read_file(file.string());
    if (!d) return fail(d.error());
    if (auto ok = yaml::only_keys(*d, d->root, keys, "the file"); !ok) return fail(ok.error());
    const yaml::node* rows = d->root.find("withdrawn");
    for (const yaml::entry& e : rows == nullptr ? std::vector<yaml::entry>{} : rows->entries) {
        auto reason = yaml::as_text(*d, e.value);
        if (!reason) return fail(reason.error());
        out.emplace(e.key, std::move(*reason));
    }
    return out;
}

}  // namespace

result<frozen_set> load_frozen(const std::string& scenarios_dir, const std::string& name,
                               const std::vector<check>& all) {
    const fs::path file = fs::path(scenarios_dir) / "frozen" / (name + ".yaml");
    std::error_code bad;
    if (!fs::is_regular_file(file, bad)) return fail(no_such_set(file.parent_path(), name));
    auto d = yaml::read_file(file.string());
    if (!d) return fail(d.error());
    auto rows = load_rows(*d);
    if (!rows) return fail(rows.error());
    auto withdrawn = load_withdrawn(scenarios_dir);
    if (!withdrawn) return fail(withdrawn.error());
    std::vector<std::string> ids;
    for (const check& c : all) ids.push_back(c.id);
    frozen_set out;
    for (const frozen_row& row : *rows) {
        if (std::find(ids.begin(), ids.end(), row.id) != ids.end()) {
            out.levels.emplace(row.id, row.level);
        } else if (const auto gone = withdrawn->find(row.id); gone != withdrawn->end()) {
            out.withdrawn.push_back(fmt::format("{}: {}", gone->first, gone->second));
        } else {
            return fail(
                d->error_at(row.at, fmt::format("there is no check '{}'{}", row.id, did_you_mean(row.id, ids))));
        }
    }
    return out;
}

result<std::string> checksum_of_frozen(const std::string& file) {
    auto d = yaml::read_file(file);
    if (!d) return fail(d.error());
    auto rows = load_rows(*d);
    if (!rows) return fail(rows.error());
    std::string text;
    for (const frozen_row& row : *rows) text += fmt::format("{}: {}\n", row.id, reports::level_name(row.level));
    return to_hex(oauth::sha256(text));
}

std::string format_frozen(const std::string& name, const std::vector<check>& all) {
    std::string out =
        "# Checks and their levels, for --checks. Never edited: a test holds the checksum of its rows.\n";
    out += fmt::format("id: \"{}\"\nchecks:\n", name);
    for (const check& c : all) out += fmt::format("  {}: {}\n", c.id, reports::level_name(c.level));
    return out;
}

}  // namespace assay::harness
