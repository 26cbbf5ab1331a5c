#include "harness/scenario/check.hpp"

#include <fmt/format.h>

#include "harness/scenario/variables.hpp"

namespace assay::harness {

std::string check::area() const {
    return id.substr(0, id.rfind('-'));
}

std::string check::place(const yaml::place& at) const {
    return fmt::format("{}:{}:{}", file, at.line, at.column);
}

std::vector<std::string> check::proof_dialects() const {
    return dialects.empty() ? std::vector<std::string>{"strict"} : dialects;
}

std::vector<variant> variants(const check& c) {
    std::vector<variant> out{variant{}};
    for (const matrix_axis& axis : c.matrix) {
        std::vector<variant> wider;
        for (const variant& base : out) {
            for (const json::value& v : axis.values) {
                variant one = base;
                one.name += fmt::format("{}{}={}", one.name.empty() ? "" : ", ", axis.name, text_of(v));
                one.values.emplace_back(axis.name, v);
                wider.push_back(std::move(one));
            }
        }
        out = std::move(wider);
    }
    return out;
}

}  // namespace assay::harness
