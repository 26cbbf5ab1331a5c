#include "harness/scenario/check.hpp"

#include <algorithm>

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

bool check::asks_for_refusal() const {
    if (level != reports::level::must && level != reports::level::rob) return false;
    const std::string accepted = "accepted";
    return std::any_of(client_steps.begin(), client_steps.end(), [&](const client_step& s) {
        return s.expect && s.expect->outcome && match_text(*s.expect->outcome, &accepted).has_value();
    });
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

json::value with_matrix(const json::value& v, const variant& one) {
    if (const std::string* text = v.as_string()) {
        std::string out = *text;
        for (const auto& [name, value] : one.values) {
            const std::string wanted = fmt::format("${{matrix.{}}}", name);
            if (out == wanted) return value;
            for (std::size_t at = out.find(wanted); at != std::string::npos; at = out.find(wanted, at)) {
                const std::string by = text_of(value);
                out.replace(at, wanted.size(), by);
                at += by.size();
            }
        }
        return json::value(std::move(out));
    }
    if (const json::array* items = v.as_array()) {
        json::array out;
        for (const json::value& item : *items) out.push_back(with_matrix(item, one));
        return json::value(std::move(out));
    }
    if (const json::object* o = v.as_object()) {
        json::object out;
        for (const json::member& m : o->members) out.append(m.name, with_matrix(m.v, one));
        return json::value(std::move(out));
    }
    return v;
}

}  // namespace assay::harness
