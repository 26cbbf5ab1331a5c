// `assertion:`, `dpop:` and `request_object:` under a verb: a JWT signed by the client, and its faults.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/engine/server/verbs/words.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {

result<jwt_spec> load_jwt_spec(const yaml::document& d, const yaml::entry& e) {
    static constexpr std::array<std::string_view, 7> keys{"header", "claims",      "sign", "key",
                                                          "again",  "private_jwk", "twice"};
    jwt_spec out;
    if (auto ok = yaml::only_keys(d, e.value, keys, fmt::format("'{}'", e.key)); !ok) return fail(ok.error());
    for (const yaml::entry& part : e.value.entries) {
        if (part.key == "header" || part.key == "claims") {
            auto list = load_parameters(d, part.value, part.key);
            if (!list) return fail(list.error());
            (part.key == "header" ? out.header : out.claims) = std::move(*list);
        } else if (part.key == "sign" || part.key == "key") {
            auto text = yaml::as_text(d, part.value);
            if (!text) return fail(text.error());
            (part.key == "sign" ? out.sign : out.key) = std::move(*text);
        } else {
            auto flag = yaml::as_boolean(d, part.value);
            if (!flag) return fail(flag.error());
            (part.key == "again" ? out.again : part.key == "twice" ? out.twice : out.private_jwk) = *flag;
        }
    }
    static const std::vector<std::string> ways{"none", "other_key", "flipped"};
    const bool known = out.sign.empty() || out.sign.find("${") != std::string::npos ||
                       std::find(ways.begin(), ways.end(), out.sign) != ways.end();
    if (known) return out;
    return fail(d.error_at(e.value.at, fmt::format("sign knows no '{}'{}", out.sign, did_you_mean(out.sign, ways))));
}

}  // namespace assay::harness
