#include "harness/engine/core/people.hpp"

#include <algorithm>

namespace assay::harness {

const json::value* member_of_one(const json::value* list, std::string_view key, std::string_view path) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos || list == nullptr || list->as_array() == nullptr) return nullptr;
    const json::array& all = *list->as_array();
    const auto one = std::find_if(all.begin(), all.end(), [&](const json::value& candidate) {
        return candidate.string_at(key) == path.substr(0, dot);
    });
    return one == all.end() ? nullptr : one->find(path.substr(dot + 1));
}

}  // namespace assay::harness
