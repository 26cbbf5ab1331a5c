#include "mock_server/faults/forged_bytes.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "mock_server/faults/operations/arguments.hpp"

namespace assay::mock {
namespace {

// Operations whose argument is a number of bytes or of copies, and the bytes of each.
struct forging {
    std::string_view operation;
    std::size_t each;
};
constexpr std::array<forging, 9> forgings{{{"json.grow", 1},
                                           {"json.nest", 2},
                                           {"json.extra", 20},
                                           {"jwks.many", 600},
                                           {"header.pad", 1},
                                           {"header.many", 20},
                                           {"code.grow", 1},
                                           {"token.parts", 1},
                                           {"body.bomb", 1100}}};  // a MiB of spaces, compressed

// The number, or the numbers of a map together. Every one of them has a limit of its own, so that nothing overflows.
std::size_t sum_of(const json::value& argument) {
    std::size_t sum = operations::size_of(argument);
    for (const auto& m : operations::members_of(argument).members) sum += operations::size_of(m.v);
    return sum;
}

std::size_t added_by(const operation& op, const json::object& parameters) {
    const auto row =
        std::find_if(forgings.begin(), forgings.end(), [&](const forging& f) { return op.is(f.operation); });
    return row == forgings.end() ? 0 : row->each * sum_of(filled(op.arguments, parameters, {}));
}

}  // namespace

std::size_t forged_bytes(const fault_spec& s) {
    if (s.what == nullptr) return 0;
    std::size_t sum = 0;
    for (const auto& op : s.what->operations) sum += added_by(op, s.parameters);
    for (const auto& part : s.what->also)
        for (const auto& op : part.operations) sum += added_by(op, s.parameters);
    return sum;
}

result<void> demand_modest(const std::vector<fault_spec>& specs, chosen_by who) {
    std::size_t sum = 0;
    for (const auto& s : specs) sum += forged_bytes(s);
    const auto most =
        who == chosen_by::owner ? forged_bytes_max : forged_bytes_by_url_max / std::max<std::size_t>(1, specs.size());
    if (sum <= most) return {};
    const auto limit = who == chosen_by::owner ? fmt::format("at most {} are possible", most)
                                               : fmt::format("{} in a URL may add at most {}", specs.size(), most);
    return fail(errc::usage, fmt::format("these faults would add {} bytes to an answer; {}", sum, limit));
}

}  // namespace assay::mock
