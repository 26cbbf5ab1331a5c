// The keys of a JWK Set (RFC 7517 §5).
#include <fmt/format.h>

#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/operations/members.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;

template <void (*Change)(json::object&, const json::value&)>
void change_each(json::array& keys, const json::value& arguments) {
    for (auto& key : keys) {
        if (auto* members_of_key = key.as_object()) Change(*members_of_key, arguments);
    }
}

void put_first(json::array& keys, const json::value& more) {
    keys.insert(keys.begin(), names_of(more).begin(), names_of(more).end());
}

void put_last(json::array& keys, const json::value& more) {
    keys.insert(keys.end(), names_of(more).begin(), names_of(more).end());
}

void multiply(json::array& keys, const json::value& count) {
    if (keys.empty() || !keys.front().is_object()) return;
    auto copy = *keys.front().as_object();
    json::array more;
    for (std::size_t n = size_of(count); n > 0; --n) {
        copy.set("kid", fmt::format("many-{}", n));
        more.emplace_back(copy);
    }
    keys.insert(keys.begin(), more.begin(), more.end());
}

constexpr operation_row rows[] = {
    {"jwks.set", hook::jwks, members, "Sets these members of every key.", of_keys{change_each<set>}},
    {"jwks.drop", hook::jwks, names, "Removes these members from every key.", of_keys{change_each<drop>}},
    {"jwks.first", hook::jwks, names, "Adds these keys before the others.", of_keys{put_first}},
    {"jwks.last", hook::jwks, names, "Adds these keys after the others.", of_keys{put_last}},
    {"jwks.many", hook::jwks, number, "Adds this many copies of the first key.", of_keys{multiply}},
};

}  // namespace

family jwks_operations() {
    return rows;
}

}  // namespace assay::mock::operations
