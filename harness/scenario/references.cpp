#include "harness/scenario/references.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::harness {
namespace {

constexpr std::array<std::string_view, 19> known_words{
    "issuer",     "now",  "random", "client", "user",     "last",    "organization", "matrix", "tampered", "endpoint",
    "capability", "s256", "filler", "jkt",    "unsigned", "at_hash", "c_hash",       "other",  "listener"};

// The names that steps save and loops define, at any depth.
void collect_names(const yaml::node& n, std::vector<std::string>& names) {
    for (const yaml::node& item : n.items) collect_names(item, names);
    for (const yaml::entry& e : n.entries) {
        if ((e.key == "save" || e.key == "collect") && e.value.is_map()) {
            for (const yaml::entry& saved : e.value.entries) names.push_back(saved.key);
        }
        const yaml::node* element = e.key == "for_each" ? e.value.find("name") : nullptr;
        if (element != nullptr) names.push_back(element->scalar);
        collect_names(e.value, names);
    }
}

// The first word of a name: "${tampered.code}" is tampered, "${exp+60}" is exp, "${last.state}" is last.
std::string_view leading_word(std::string_view name) {
    constexpr std::string_view tampered = "tampered.";
    if (name.starts_with(tampered)) return tampered.substr(0, tampered.size() - 1);
    return name.substr(0, name.find_first_of(".+-"));
}

class reader {
public:
    reader(const yaml::document& d, std::vector<std::string> names) : document_(d), names_(std::move(names)) {
        names_.insert(names_.end(), known_words.begin(), known_words.end());
    }

    result<void> walk(const yaml::node& n) const {
        if (auto ok = text(n); !ok) return ok;
        for (const yaml::node& item : n.items) {
            if (auto ok = walk(item); !ok) return ok;
        }
        for (const yaml::entry& e : n.entries) {
            if (auto ok = walk(e.value); !ok) return ok;
        }
        return {};
    }

private:
    result<void> text(const yaml::node& n) const {
        for (std::size_t at = n.scalar.find("${"); at != std::string::npos; at = n.scalar.find("${", at + 2)) {
            const std::size_t end = n.scalar.find('}', at);
            if (end == std::string::npos) return fail(document_.error_at(n.at, "${ is not closed with }"));
            const std::string name = n.scalar.substr(at + 2, end - at - 2);
            if (known(name)) continue;
            return fail(
                document_.error_at(n.at, fmt::format("no step saves ${{{}}}{}", name, did_you_mean(name, names_))));
        }
        return {};
    }

    [[nodiscard]] bool known(const std::string& name) const {
        const auto holds = [&](std::string_view word) {
            return std::find(names_.begin(), names_.end(), word) != names_.end();
        };
        return holds(name) || holds(leading_word(name));
    }

    const yaml::document& document_;
    std::vector<std::string> names_;
};

}  // namespace

result<void> check_references(const yaml::document& d) {
    std::vector<std::string> names;
    collect_names(d.root, names);
    return reader(d, std::move(names)).walk(d.root);
}

}  // namespace assay::harness
