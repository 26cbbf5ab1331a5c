#include "harness/scenario/frozen.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/words.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

error no_such_set(const file_tree& sets, const std::string& name) {
    return {errc::usage,
            fmt::format("there is no set of checks '{}'; there is: {}", name, fmt::join(sets.stems(".yaml"), ", "))};
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
result<std::map<std::string, std::string>> load_withdrawn(const file_tree& scenarios) {
    static constexpr std::array<std::string_view, 1> keys{"withdrawn"};
    static constexpr std::string_view file = "withdrawn.yaml";
    std::map<std::string, std::string> out;
    if (!scenarios.has_file(file)) return out;
    auto d = scenarios.read_yaml(file);
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

result<frozen_set> load_frozen(const file_tree& scenarios, const std::string& name, const std::vector<check>& all) {
    const file_tree sets = scenarios / "frozen";
    const std::string file = name + ".yaml";
    if (!sets.has_file(file)) return fail(no_such_set(sets, name));
    auto d = sets.read_yaml(file);
    if (!d) return fail(d.error());
    auto rows = load_rows(*d);
    if (!rows) return fail(rows.error());
    auto withdrawn = load_withdrawn(scenarios);
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
