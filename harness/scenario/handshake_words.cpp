// `endpoints` and `versions` of the verb handshake: lists of names.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

// As OpenSSL names them. A name with ${…} is judged when it is used.
result<void> known_version(const yaml::document& d, const yaml::node& item, const std::string& name) {
    static constexpr std::array<std::string_view, 4> versions{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
    if (name.find("${") != std::string::npos) return {};
    if (std::find(versions.begin(), versions.end(), name) != versions.end()) return {};
    return fail(d.error_at(
        item.at, fmt::format("there is no TLS version '{}'{}", name,
                             did_you_mean(name, std::vector<std::string>(versions.begin(), versions.end())))));
}

}  // namespace

bool is_handshake_word(std::string_view key) {
    return key == "endpoints" || key == "versions";
}

result<void> load_handshake_word(const yaml::document& d, const yaml::entry& e, step& s) {
    auto list = yaml::as_texts(d, e.value);
    if (!list) return fail(list.error());
    for (std::size_t n = 0; e.key == "versions" && n < list->size(); ++n) {
        const yaml::node& item = e.value.is_sequence() ? e.value.items[n] : e.value;
        if (auto ok = known_version(d, item, (*list)[n]); !ok) return ok;
    }
    (e.key == "endpoints" ? s.endpoints : s.versions) = std::move(*list);
    return {};
}

}  // namespace assay::harness
