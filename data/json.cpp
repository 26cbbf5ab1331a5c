#include "data/json.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "data/text.hpp"
#include "data/utf8.hpp"

namespace assay::json {
namespace {

// Builds our values from nlohmann's SAX events; keeps order, duplicates and the text of decimals.
class builder {
public:
    explicit builder(std::size_t depth_max) : depth_max_(depth_max) {}

    bool null() { return put(nullptr); }
    bool boolean(bool b) { return put(b); }
    bool number_integer(std::int64_t n) { return put(n); }
    bool number_unsigned(std::uint64_t n) {
        if (n <= static_cast<std::uint64_t>(INT64_MAX)) return put(static_cast<std::int64_t>(n));
        return put(decimal{static_cast<double>(n), std::to_string(n)});
    }
    bool number_float(double d, const std::string& text) { return put(decimal{d, text}); }
    bool string(std::string& s) { return put(std::move(s)); }
    bool binary(std::vector<std::uint8_t>&) { return false; }
    bool start_object(std::size_t) { return open(object{}); }
    bool start_array(std::size_t) { return open(array{}); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        names_.back() = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const std::exception&) {
        at = position;
        return false;
    }

    value root;
    std::size_t at = 0;
    bool too_deep = false;

private:
    bool open(value v) {
        if (stack_.size() >= depth_max_) {
            too_deep = true;
            return false;
        }
        stack_.push_back(std::move(v));
        names_.emplace_back();
        return true;
    }
    bool close() {
        value done = std::move(stack_.back());
        stack_.pop_back();
        names_.pop_back();
        return put(std::move(done));
    }
    bool put(value v) {
        if (stack_.empty()) {
            root = std::move(v);
        } else if (auto* list = stack_.back().as_array()) {
            list->push_back(std::move(v));
        } else {
            stack_.back().as_object()->append(std::move(names_.back()), std::move(v));
        }
        return true;
    }

    std::size_t depth_max_;
    std::vector<value> stack_;
    std::vector<std::string> names_;
};

// Decodes one reference token of RFC 6901: ~1 is '/', ~0 is '~'.
std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size()) {
            out += token[++i] == '1' ? '/' : '~';
        } else {
            out += token[i];
        }
    }
    return out;
}

}  // namespace

object::object(std::initializer_list<member> list) : members(list) {}

const value* object::find(std::string_view name) const {
    for (const auto& m : members) {
        if (m.name == name) return &m.v;
    }
    return nullptr;
}

value* object::find(std::string_view name) {
    for (auto& m : members) {
        if (m.name == name) return &m.v;
    }
    return nullptr;
}

void object::set(std::string name, value v) {
    if (auto* there = find(name)) {
        *there = std::move(v);
    } else {
        append(std::move(name), std::move(v));
    }
}

void object::append(std::string name, value v) {
    members.push_back({std::move(name), std::move(v)});
}

bool object::erase(std::string_view name) {
    return std::erase_if(members, [&](const member& m) { return m.name == name; }) > 0;
}

std::vector<std::string> object::duplicates() const {
    std::set<std::string_view> seen;
    std::set<std::string> twice;
    for (const auto& m : members) {
        if (!seen.insert(m.name).second) twice.insert(m.name);
    }
    return {twice.begin(), twice.end()};
}

bool object::empty() const {
    return members.empty();
}
std::size_t object::size() const {
    return members.size();
}

std::optional<std::int64_t> value::as_integer() const {
    const auto* n = std::get_if<std::int64_t>(&v_);
    return n == nullptr ? std::nullopt : std::optional(*n);
}

std::optional<bool> value::as_boolean() const {
    const auto* b = std::get_if<bool>(&v_);
    return b == nullptr ? std::nullopt : std::optional(*b);
}

std::optional<double> value::as_number() const {
    if (const auto n = as_integer()) return static_cast<double>(*n);
    const auto* d = std::get_if<decimal>(&v_);
    return d == nullptr ? std::nullopt : std::optional(d->number);
}

std::string value::decimal_text() const {
    const auto* d = std::get_if<decimal>(&v_);
    if (d == nullptr) return {};
    if (!d->text.empty()) return d->text;
    if (!std::isfinite(d->number)) return "null";  // JSON cannot express it (RFC 8259 §6)
    auto text = fmt::format("{}", d->number);
    // 3600.0 must not be written as an integer.
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

const value* value::find(std::string_view name) const {
    const auto* o = as_object();
    return o == nullptr ? nullptr : o->find(name);
}

std::string_view value::string_at(std::string_view name) const {
    const auto* v = find(name);
    const auto* s = v == nullptr ? nullptr : v->as_string();
    return s == nullptr ? std::string_view{} : std::string_view(*s);
}

const value* value::at_pointer(std::string_view pointer) const {
    const value* here = this;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.find('/'), pointer.size());
        const auto token = unescaped(pointer.substr(0, end));
        pointer.remove_prefix(end);
        if (const auto* o = here->as_object()) {
            here = o->find(token);
        } else if (const auto* list = here->as_array()) {
            const auto index = whole_number<std::size_t>(token);
            if (token.size() > 1 && token.front() == '0') return nullptr;  // RFC 6901 §4: no leading zeros
            if (!index || *index >= list->size()) return nullptr;
            here = &(*list)[*index];
        } else {
            return nullptr;
        }
        if (here == nullptr) return nullptr;
    }
    return here;
}

bool value::operator==(const value& other) const {
    const auto* a = as_object();
    const auto* b = other.as_object();
    if (a == nullptr || b == nullptr) {
        return a == nullptr && b == nullptr && v_.index() == other.v_.index() && same_scalar_or_array(other);
    }
    // A name may occur twice, so it is not enough to find each member once on the other side.
    return std::is_permutation(
        a->members.begin(), a->members.end(), b->members.begin(), b->members.end(),
        [](const member& left, const member& right) { return left.name == right.name && left.v == right.v; });
}

bool value::same_scalar_or_array(const value& other) const {
    switch (kind()) {
        case kind::null:
            return true;
        case kind::boolean:
            return as_boolean() == other.as_boolean();
        case kind::integer:
            return as_integer() == other.as_integer();
        case kind::decimal:
            return as_number() == other.as_number();
        case kind::string:
            return *as_string() == *other.as_string();
        case kind::array:
            return *as_array() == *other.as_array();
        case kind::object:
            return false;
    }
    return false;
}

std::string_view kind_name(enum kind k) {
    switch (k) {
        case kind::null:
            return "null";
        case kind::boolean:
            return "boolean";
        case kind::integer:
            return "integer";
        case kind::decimal:
            return "number";
        case kind::string:
            return "string";
        case kind::array:
            return "array";
        case kind::object:
            return "object";
    }
    return "";
}

result<value> parse(std::string_view text, limits bounds) {
    if (text.size() > bounds.bytes) {
        return fail(errc::limit, fmt::format("JSON of {} bytes is over the limit of {}", text.size(), bounds.bytes));
    }
    // nlohmann skips a byte order mark; RFC 8259 §8.1 forbids sending one.
    if (text.starts_with("\xef\xbb\xbf")) return fail(errc::bad_json, "JSON starts with a byte order mark");
    // nlohmann treats a NUL byte as the end and ignores what follows.
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
        return fail(errc::bad_json, fmt::format("JSON holds a NUL byte at byte {} of {}", nul, text.size()));
    builder b(bounds.depth);
    bool ok = false;
    try {
        ok = nlohmann::json::sax_parse(text.begin(), text.end(), &b);
    } catch (const std::exception&) {
        ok = false;
    }
    if (b.too_deep) return fail(errc::limit, fmt::format("JSON is nested deeper than {} levels", bounds.depth));
    if (!ok)
        return fail(errc::bad_json, fmt::format("not JSON: unexpected input at byte {} of {}", b.at, text.size()));
    return std::move(b.root);
}

std::size_t footprint(const value& v) {
    std::size_t out = 0;
    if (const auto* text = v.as_string()) return text->size();
    if (const auto* list = v.as_array()) {
        out = list->size() * sizeof(value);
        for (const auto& one : *list) out += footprint(one);
    }
    if (const auto* members = v.as_object()) return footprint(*members);
    return out;
}

std::size_t footprint(const object& o) {
    std::size_t out = o.size() * sizeof(member);
    for (const auto& one : o.members) out += one.name.size() + footprint(one.v);
    return out;
}

}  // namespace assay::json
