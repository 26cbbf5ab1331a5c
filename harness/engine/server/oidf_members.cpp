#include "harness/engine/server/oidf_members.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/nearest.hpp"
#include "data/pointer.hpp"

namespace assay::harness {

void oidf_members::add_error(const std::string& pointer, std::string message) {
    error one{errc::usage, std::move(message), place(pointer)};
    // A member may be read more than once.
    const bool told =
        std::any_of(out_.errors.begin(), out_.errors.end(), [&](const error& e) { return e.text() == one.text(); });
    if (!told) out_.errors.push_back(std::move(one));
}

const json::value* oidf_members::of_kind(const json::value* parent, const std::string& pointer, std::string_view name,
                                         enum json::kind wanted) {
    const json::value* v = parent == nullptr ? nullptr : parent->find(name);
    if (v == nullptr || v->is_null()) return nullptr;
    if (v->kind() == wanted) return v;
    add_error(json::pointer_below(pointer, name),
              fmt::format("expected {} {}, found {}",
                          wanted == json::kind::object || wanted == json::kind::array ? "an" : "a",
                          json::kind_name(wanted), json::kind_name(v->kind())));
    return nullptr;
}

std::string oidf_members::text(const json::value* parent, const std::string& pointer, std::string_view name) {
    const json::value* v = of_kind(parent, pointer, name, json::kind::string);
    return v == nullptr ? std::string{} : *v->as_string();
}

void oidf_members::refuse_duplicates(const json::value& v, const std::string& pointer) {
    if (const json::array* items = v.as_array()) {
        for (std::size_t i = 0; i < items->size(); ++i)
            refuse_duplicates((*items)[i], fmt::format("{}/{}", pointer, i));
    }
    if (const json::object* o = v.as_object()) {
        for (const std::string& twice : o->duplicates())
            add_error(json::pointer_below(pointer, twice), "this member is there twice; keep one");
        for (const json::member& m : o->members) refuse_duplicates(m.v, json::pointer_below(pointer, m.name));
    }
}

void oidf_members::look_at(const json::value& parent, const std::string& pointer,
                           std::span<const std::string_view> used, std::span<const std::string_view> known) {
    const auto among = [](std::span<const std::string_view> list, const std::string& name) {
        return std::find(list.begin(), list.end(), name) != list.end();
    };
    std::vector<std::string> names(used.begin(), used.end());
    names.insert(names.end(), known.begin(), known.end());
    for (const json::member& m : parent.as_object()->members) {
        if (among(used, m.name)) continue;
        if (among(known, m.name)) {
            unused_.push_back(json::pointer_below(pointer, m.name));
            continue;
        }
        const std::string near = nearest(m.name, names);
        out_.warnings.push_back(
            fmt::format("{}: the conformance suite has no such member{}", place(json::pointer_below(pointer, m.name)),
                        near.empty() ? "; it is not used" : fmt::format("; did you mean '{}'?", near)));
    }
}

void oidf_members::say_unused() {
    if (!unused_.empty())
        add_note(
            fmt::format("{}: for the conformance suite only, not used here: {}", file_, fmt::join(unused_, ", ")));
}

}  // namespace assay::harness
