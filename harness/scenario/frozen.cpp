#include "harness/scenario/frozen.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/words.hpp"

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

}  // namespace

result<frozen_set> load_frozen(const std::string& scenarios_dir, const std::string& name,
                               const std::vector<check>& all) {
    static constexpr std::array<std::string_view, 2> keys{"id", "checks"};
    const fs::path file = fs::path(scenarios_dir) / "frozen" / (name + ".yaml");
    std::error_code bad;
    if (!fs::is_regular_file(file, bad)) return fail(no_such_set(file.parent_path(), name));
    auto d = yaml::read_file(file.string());
    if (!d) return fail(d.error());
    if (auto ok = yaml::only_keys(*d, d->root, keys, "the set"); !ok) return fail(ok.error());
    const yaml::node* rows = d->root.find("checks");
    if (rows == nullptr || !rows->is_map()) return fail(d->error_at(d->root.at, "a set needs 'checks', id: level"));
    std::vector<std::string> ids;
    for (const check& c : all) ids.push_back(c.id);
    frozen_set out;
    for (const yaml::entry& e : rows->entries) {
        const auto level = parse_level(e.value.scalar);
        if (!level) return fail(d->error_at(e.value.at, fmt::format("unknown level '{}'", e.value.scalar)));
        if (std::find(ids.begin(), ids.end(), e.key) == ids.end()) {
            return fail(d->error_at(e.at, fmt::format("there is no check '{}'{}", e.key, did_you_mean(e.key, ids))));
        }
        out.emplace(e.key, *level);
    }
    return out;
}

std::string format_frozen(const std::string& name, const std::vector<check>& all) {
    std::string out = "# The checks of that month and their levels, for --checks. Never edited.\n";
    out += fmt::format("id: \"{}\"\nchecks:\n", name);
    for (const check& c : all) out += fmt::format("  {}: {}\n", c.id, reports::level_name(c.level));
    return out;
}

}  // namespace assay::harness
