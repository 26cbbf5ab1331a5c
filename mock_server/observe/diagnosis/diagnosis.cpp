#include "mock_server/observe/diagnosis/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "mock_server/observe/diagnosis/signs.hpp"

namespace assay::mock {
namespace {

std::array<std::span<const mistake_row>, 6> tables() {
    return {pkce_mistakes(),   redirect_uri_mistakes(), authorization_mistakes(),
            client_mistakes(), token_mistakes(),        resource_mistakes()};
}

std::optional<mistake> likeliest(const signs& s) {
    for (const auto& table : tables()) {
        for (const auto& r : table) {
            if (r.applies(s)) return r.m;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<mistake> diagnose(const journal_entry& e) {
    std::vector<mistake> out;
    const auto look = [&](refusal_note note) {
        const auto m = likeliest(signs(e, std::move(note)));
        if (!m) return;
        const bool known =
            std::any_of(out.begin(), out.end(), [&](const mistake& one) { return one.name == m->name; });
        if (!known) out.push_back(*m);
    };
    if (e.refusal) {
        look(*e.refusal);
        if (!out.empty()) return out;
    }
    for (const auto& name : e.leniencies) look({name, "", "", "", ""});
    look({});
    return out;
}

std::vector<mistake> all_mistakes() {
    std::vector<mistake> out;
    for (const auto& table : tables()) {
        for (const auto& r : table) out.push_back(r.m);
    }
    return out;
}

json::array to_json(const std::vector<mistake>& list) {
    json::array out;
    for (const auto& m : list) {
        out.emplace_back(json::object{{"name", m.name}, {"clause", m.clause}, {"what", m.what}, {"mend", m.mend}});
    }
    return out;
}

}  // namespace assay::mock
