#include "oauth/jws_alg.hpp"

namespace assay::oauth {

std::optional<jws_alg> parse_alg(std::string_view name) {
    for (const auto& row : jws_alg_rows) {
        if (row.name == name) return row.alg;
    }
    return std::nullopt;
}

const std::vector<jws_alg>& asymmetric_algs() {
    static const std::vector<jws_alg> all = [] {
        std::vector<jws_alg> out;
        for (const auto& row : jws_alg_rows) {
            if (row.kind != jws_kind::none && row.kind != jws_kind::hmac) out.push_back(row.alg);
        }
        return out;
    }();
    return all;
}

const std::vector<std::string>& asymmetric_alg_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const auto alg : asymmetric_algs()) out.emplace_back(alg_name(alg));
        return out;
    }();
    return names;
}

}  // namespace assay::oauth
