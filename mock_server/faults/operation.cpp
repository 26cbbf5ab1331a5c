#include "mock_server/faults/operation.hpp"

#include <algorithm>

#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"

namespace assay::mock {
namespace {

using operations::text_of;

// The parameter, or else the value of the call; nullptr when neither exists.
const json::value* named(std::string_view name, const json::object& parameters, const json::object& call) {
    const auto* p = parameters.find(name);
    return p != nullptr ? p : call.find(name);
}

std::string filled_text(std::string_view text, const json::object& parameters, const json::object& call) {
    std::string out;
    while (!text.empty()) {
        const auto begin = text.find("${");
        const auto end = begin == std::string_view::npos ? begin : text.find('}', begin);
        if (end == std::string_view::npos) return out.append(text);
        out.append(text.substr(0, begin));
        const auto hole = text.substr(begin, end - begin + 1);
        const auto* v = named(hole.substr(2, hole.size() - 3), parameters, call);
        out += v != nullptr ? text_of(*v) : std::string(hole);
        text.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace

const std::vector<operation_row>& operation_rows() {
    static const auto rows = [] {
        std::vector<operation_row> all;
        for (const auto family : operations::families()) all.insert(all.end(), family.begin(), family.end());
        return all;
    }();
    return rows;
}

const operation_row* find_operation(std::string_view name) {
    const auto& rows = operation_rows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

std::vector<std::string> operation_names() {
    std::vector<std::string> names;
    for (const auto& row : operation_rows()) names.emplace_back(row.name);
    return names;
}

std::string_view reach_name(operation_reach r) {
    switch (r) {
        case operation_reach::values:
            break;
        case operation_reach::wire:
            return "wire";
        case operation_reach::slow:
            return "slow";
    }
    return "values";
}

bool has_operation(const std::vector<operation>& operations, std::string_view name) {
    return std::any_of(operations.begin(), operations.end(), [&](const operation& op) { return op.is(name); });
}

bool acts_at(const operation_row& row, hook h) {
    if (row.only_at) return *row.only_at == h;
    return h != hook::callback && h != hook::id_token;
}

bool fits(operation_argument wanted, const json::value& v) {
    if (const auto* text = v.as_string(); text != nullptr && text->find("${") != std::string::npos) return true;
    switch (wanted) {
        case operation_argument::number:
            return v.as_integer().has_value();
        case operation_argument::text:
            return v.is_string();
        case operation_argument::names:
            return v.is_array();
        case operation_argument::members:
            return v.is_object();
        case operation_argument::key:
            return v.is_string() || v.is_object();
        case operation_argument::anything:
            break;
    }
    return true;
}

std::string_view words_of(operation_argument wanted) {
    switch (wanted) {
        case operation_argument::number:
            return "a number";
        case operation_argument::text:
            return "a text";
        case operation_argument::names:
            return "a list";
        case operation_argument::members:
            return "a map";
        case operation_argument::key:
            return "the name of a key, or {key: KEY, alg: ALG}";
        case operation_argument::anything:
            break;
    }
    return "anything";
}

json::value filled(const json::value& v, const json::object& parameters, const json::object& call) {
    if (const auto* s = v.as_string()) {
        if (s->starts_with("${") && s->find('}') == s->size() - 1) {
            const auto* whole = named(std::string_view(*s).substr(2, s->size() - 3), parameters, call);
            return whole != nullptr ? *whole : v;
        }
        return filled_text(*s, parameters, call);
    }
    if (const auto* a = v.as_array()) {
        json::array out;
        for (const auto& item : *a) out.push_back(filled(item, parameters, call));
        return out;
    }
    if (const auto* o = v.as_object()) {
        json::object out;
        for (const auto& m : o->members)
            out.append(filled_text(m.name, parameters, call), filled(m.v, parameters, call));
        return out;
    }
    return v;
}

}  // namespace assay::mock
