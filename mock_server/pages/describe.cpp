#include "mock_server/pages/describe.hpp"

#include <utility>

#include "mock_server/dialects/dialect.hpp"
#include "mock_server/faults/fault.hpp"
#include "mock_server/pages/shell_lines.hpp"
#include "mock_server/rules/rules.hpp"

namespace assay::mock {
namespace {

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

json::array places_of(const fault& f) {
    json::array out;
    for (const hook h : f.places) out.emplace_back(hook_name(h));
    return out;
}

}  // namespace

json::value describe_dialects() {
    json::array out;
    for (const auto& d : dialects()) {
        json::array lenient;
        for (const auto& r : rules()) {
            if (!d->enforces(r.id)) lenient.emplace_back(r.name);
        }
        json::object told{{"name", d->name},
                          {"aliases", texts(d->aliases)},
                          {"title", d->title},
                          {"capabilities", texts(d->capabilities)},
                          {"not_enforced", std::move(lenient)}};
        // A provider's.
        for (const auto& [member, list] :
             {std::pair{"hazards", &d->hazards}, {"unknown", &d->unknown}, {"sources", &d->sources}}) {
            if (!list->empty()) told.append(member, texts(*list));
        }
        out.emplace_back(std::move(told));
    }
    return out;
}

json::value describe_faults(const std::string& origin) {
    json::array out;
    for (const auto& f : faults()) {
        out.emplace_back(json::object{{"name", f.name},
                                      {"group", f.group},
                                      {"at", has_choice_of_place(f) ? "endpoint" : hook_name(f.at)},
                                      {"places", places_of(f)},
                                      {"reach", reach_name(reach_of(f))},
                                      {"summary", f.summary},
                                      {"breaks", f.breaks},
                                      {"correct_party", f.correct_party},
                                      {"parameters", f.parameters},
                                      {"limits", f.limits},
                                      {"choices", f.choices},
                                      {"keys", f.keys},
                                      {"url", origin + "/f/" + f.name},
                                      {"try", shell_lines(f, origin + "/f/" + f.name)}});
    }
    return out;
}

json::value describe_rules() {
    json::array out;
    for (const auto& r : rules()) {
        out.emplace_back(json::object{{"name", r.name},
                                      {"clause", r.clause},
                                      {"summary", r.summary},
                                      {"status", r.status},
                                      {"error", r.error}});
    }
    return out;
}

}  // namespace assay::mock
