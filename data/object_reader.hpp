// Reads the members of a JSON object strictly, into plain values: keeps the first error, with the pointer of the
// member, and ignores what is asked for after it. Not thread-safe: one per object.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/json.hpp"
#include "data/nearest.hpp"
#include "data/pointer.hpp"
#include "data/result.hpp"

namespace assay::json {

// Errors are bad_json; `where` is an RFC 6901 pointer. The object must outlive the reader.
class object_reader {
public:
    object_reader(const value& v, std::string pointer) : value_(v), pointer_(std::move(pointer)) {
        if (!v.is_object()) refuse(pointer_, "an object", v);
    }

    std::string text(std::string_view name) {
        const value* v = member(name);
        if (v == nullptr) return {};
        if (const std::string* s = v->as_string()) return *s;
        refuse(below(name), "a string", *v);
        return {};
    }

    std::int64_t integer(std::string_view name) {
        const value* v = member(name);
        if (v == nullptr) return 0;
        if (const auto n = v->as_integer()) return *n;
        refuse(below(name), "an integer", *v);
        return 0;
    }

    bool boolean(std::string_view name) {
        const value* v = member(name);
        if (v == nullptr) return false;
        if (const auto b = v->as_boolean()) return *b;
        refuse(below(name), "true or false", *v);
        return false;
    }

    // Members that a document need not have: older ones do not, or there is nothing to say.
    bool flag(std::string_view name) { return has(name) && boolean(name); }
    std::string optional_text(std::string_view name) { return has(name) ? text(name) : std::string{}; }

    template <class T, class Read>
    std::vector<T> optional_list(std::string_view name, Read read) {
        return has(name) ? list<T>(name, read) : std::vector<T>{};
    }

    [[nodiscard]] bool has(std::string_view name) const { return !error_ && value_.find(name) != nullptr; }

    // The member as it is; nullptr after an error.
    const value* member(std::string_view name) {
        if (error_) return nullptr;
        const value* v = value_.find(name);
        if (v == nullptr)
            error_ = error{errc::bad_json, "is missing; make this file again with this assay", below(name)};
        return v;
    }

    // Reads each item by `read(const json::value&, pointer) -> result<T>`.
    template <class T, class Read>
    std::vector<T> list(std::string_view name, Read read) {
        std::vector<T> out;
        const value* v = member(name);
        if (v == nullptr) return out;
        const array* items = v->as_array();
        if (items == nullptr) {
            refuse(below(name), "an array", *v);
            return out;
        }
        for (std::size_t i = 0; i < items->size() && !error_; ++i) {
            result<T> one = read((*items)[i], fmt::format("{}/{}", below(name), i));
            if (one) {
                out.push_back(std::move(*one));
            } else {
                error_ = one.error();
            }
        }
        return out;
    }

    std::vector<std::string> texts(std::string_view name) {
        return list<std::string>(name, [](const value& v, std::string pointer) -> result<std::string> {
            if (const std::string* s = v.as_string()) return *s;
            return fail(errc::bad_json, fmt::format("expected a string, found {}", kind_name(v.kind())),
                        std::move(pointer));
        });
    }

    template <class E>
    E word(std::string_view name, std::optional<E> (*named)(std::string_view)) {
        const std::string s = text(name);
        if (error_) return E{};
        if (const auto e = named(s)) return *e;
        error_ = error{errc::bad_json, fmt::format("'{}' is no {} that this assay knows", s, name), below(name)};
        return E{};
    }

    // No member but these, and each once.
    void only(std::span<const std::string_view> names) {
        if (error_ || !value_.is_object()) return;
        const std::vector<std::string> known(names.begin(), names.end());
        for (const auto& m : value_.as_object()->members) {
            if (std::find(known.begin(), known.end(), m.name) != known.end()) continue;
            error_ = error{errc::bad_json, "is not known here" + did_you_mean(m.name, known), below(m.name)};
            return;
        }
        if (const auto twice = value_.as_object()->duplicates(); !twice.empty())
            error_ = error{errc::bad_json, "is there twice", below(twice.front())};
    }

    template <class T>
    result<T> finish(T out) {
        if (error_) return fail(*error_);
        return out;
    }

    [[nodiscard]] std::string below(std::string_view name) const { return pointer_below(pointer_, name); }

    void refuse(std::string where, std::string_view expected, const value& got) {
        error_ = error{errc::bad_json, fmt::format("expected {}, found {}", expected, kind_name(got.kind())),
                       std::move(where)};
    }

private:
    const value& value_;
    std::string pointer_;
    std::optional<error> error_;
};

}  // namespace assay::json
