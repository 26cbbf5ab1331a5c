// Reads `sign_in:` under a verb: which user signs in, how, and the user's answers.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

// A text that is one of `allowed`, unless it contains ${…}.
result<std::string> one_of(const yaml::document& d, const yaml::entry& e, const std::vector<std::string>& allowed) {
    auto text = yaml::as_text(d, e.value);
    if (!text || text->find("${") != std::string::npos) return text;
    if (std::find(allowed.begin(), allowed.end(), *text) != allowed.end()) return text;
    return fail(
        d.error_at(e.value.at, fmt::format("{} knows no '{}'{}", e.key, *text, did_you_mean(*text, allowed))));
}

}  // namespace

result<sign_in_spec> load_sign_in(const yaml::document& d, const yaml::node& n) {
    static constexpr std::array<std::string_view, 4> keys{"user", "organization", "consent", "by"};
    sign_in_spec out;
    if (n.is_scalar()) {
        if (n.scalar != "none")
            return fail(d.error_at(n.at, "sign_in is none, or a map of user, organization, consent and by"));
        out.nobody = true;
        return out;
    }
    if (auto ok = yaml::only_keys(d, n, keys, "'sign_in'"); !ok) return fail(ok.error());
    for (const yaml::entry& e : n.entries) {
        if (e.key == "organization") {
            auto list = yaml::as_texts(d, e.value);
            if (!list) return fail(list.error());
            out.organizations = std::move(*list);
            continue;
        }
        auto text = e.key == "consent" ? one_of(d, e, {"allow", "deny"})
                    : e.key == "by"    ? one_of(d, e, {"page"})
                                       : yaml::as_text(d, e.value);
        if (!text) return fail(text.error());
        if (e.key == "by") out.by_page = true;
        if (e.key == "user") {
            out.user = std::move(*text);
        } else if (e.key == "consent") {
            out.consent = std::move(*text);
        }
    }
    return out;
}

}  // namespace assay::harness
