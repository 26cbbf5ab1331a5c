// The strict JSON parser (RFC 8259): the only place where JSON text becomes values. Keeps what a conformance
// tool must see and other libraries normalize away: member order, duplicate names, and whether a number was
// written as an integer or as 3600.0. Objects are vectors of members in document order. Thread-safe: plain
// values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "data/result.hpp"

namespace assay::json {

class value;
using array = std::vector<value>;
struct member;

// A number that is not an integer in int64 range; `text` is as it was written ("3600.0", "1e20").
struct decimal {
    double number{};
    std::string text;
    bool operator==(const decimal& other) const { return number == other.number; }
};

// Members in document order; a name may occur twice (see duplicates()).
class object {
public:
    // Defined below `member`: a vector of an incomplete type must not be destroyed before that (clang reports
    // it).
    object();
    object(const object&);
    object(object&&) noexcept;
    object& operator=(const object&);
    object& operator=(object&&) noexcept;
    ~object();
    object(std::initializer_list<member> members);

    // The first member of that name, or nullptr.
    [[nodiscard]] const value* find(std::string_view name) const;
    [[nodiscard]] value* find(std::string_view name);
    // Replaces the first member of that name, or appends one.
    void set(std::string name, value v);
    // Appends a member, even when the name exists already (duplicate names on purpose).
    void append(std::string name, value v);
    // Removes every member of that name; true if there was one.
    bool erase(std::string_view name);
    // Names that occur more than once, each listed once (RFC 8259 §4).
    [[nodiscard]] std::vector<std::string> duplicates() const;

    [[nodiscard]] bool empty() const;
    [[nodiscard]] std::size_t size() const;
    std::vector<member> members;
};

// g++ warns that a scoped enumerator shadows the alias of that name.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
enum class kind { null, boolean, integer, decimal, string, array, object };
#pragma GCC diagnostic pop

class value {
public:
    value() = default;                                 // null
    value(std::nullptr_t) : value() {}                 // NOLINT(google-explicit-constructor)
    value(bool b) : v_(b) {}                           // NOLINT(google-explicit-constructor)
    value(int n) : v_(std::int64_t{n}) {}              // NOLINT(google-explicit-constructor)
    value(std::int64_t n) : v_(n) {}                   // NOLINT(google-explicit-constructor)
    value(decimal d) : v_(std::move(d)) {}             // NOLINT(google-explicit-constructor)
    value(const char* s) : v_(std::string(s)) {}       // NOLINT(google-explicit-constructor)
    value(std::string s) : v_(std::move(s)) {}         // NOLINT(google-explicit-constructor)
    value(std::string_view s) : v_(std::string(s)) {}  // NOLINT(google-explicit-constructor)
    value(array a) : v_(std::move(a)) {}               // NOLINT(google-explicit-constructor)
    value(object o) : v_(std::move(o)) {}              // NOLINT(google-explicit-constructor)

    [[nodiscard]] enum kind kind() const { return static_cast<enum kind>(v_.index()); }
    [[nodiscard]] bool is_null() const { return kind() == kind::null; }
    [[nodiscard]] bool is_object() const { return kind() == kind::object; }
    [[nodiscard]] bool is_array() const { return kind() == kind::array; }
    [[nodiscard]] bool is_string() const { return kind() == kind::string; }

    // nullptr or nullopt unless the value is exactly of that kind: nothing is converted.
    [[nodiscard]] const std::string* as_string() const { return std::get_if<std::string>(&v_); }
    [[nodiscard]] const array* as_array() const { return std::get_if<array>(&v_); }
    [[nodiscard]] array* as_array() { return std::get_if<array>(&v_); }
    [[nodiscard]] const object* as_object() const { return std::get_if<object>(&v_); }
    [[nodiscard]] object* as_object() { return std::get_if<object>(&v_); }
    [[nodiscard]] std::optional<std::int64_t> as_integer() const;
    [[nodiscard]] std::optional<bool> as_boolean() const;
    // Integer or decimal as a double.
    [[nodiscard]] std::optional<double> as_number() const;

    // Member of an object, or nullptr (also when this is not an object).
    [[nodiscard]] const value* find(std::string_view name) const;
    // The string member `name`, or empty when absent or of another kind.
    [[nodiscard]] std::string_view string_at(std::string_view name) const;
    // RFC 6901 pointer ("/keys/0/kid"); "" is the whole value. nullptr when the pointer matches nothing.
    [[nodiscard]] const value* at_pointer(std::string_view pointer) const;

    // The text of a decimal as it was written; empty for any other kind.
    [[nodiscard]] std::string decimal_text() const;

    bool operator==(const value& other) const;  // objects are equal if their members are, in any order

private:
    [[nodiscard]] bool same_scalar_or_array(const value& other) const;
    std::variant<std::nullptr_t, bool, std::int64_t, decimal, std::string, array, object> v_{nullptr};
};

struct member {
    std::string name;
    value v;
};

inline object::object() = default;
inline object::object(const object&) = default;
inline object::object(object&&) noexcept = default;
inline object& object::operator=(const object&) = default;
inline object& object::operator=(object&&) noexcept = default;
inline object::~object() = default;

// Estimates of the bytes that a value holds outside of its own object.
[[nodiscard]] std::size_t footprint(const value& v);
[[nodiscard]] std::size_t footprint(const object& o);

// "null", "boolean", "integer", "number", "string", "array", "object": for messages.
[[nodiscard]] std::string_view kind_name(enum kind k);

struct limits {
    std::size_t bytes = 16U << 20U;
    std::size_t depth = 64;
};

// One JSON value and nothing after it; UTF-8 without byte order mark. Duplicates are kept, not refused: see
// object::duplicates(). Errors: bad_json with the byte offset in the message, limit.
[[nodiscard]] result<value> parse(std::string_view text, limits bounds = {});

// Compact text: no white space, members in order, non-ASCII as UTF-8. A string that is not UTF-8 is written with
// U+FFFD.
[[nodiscard]] std::string format(const value& v);
// Two-space indented, for people and committed files; ends without a newline.
[[nodiscard]] std::string format_pretty(const value& v);
// Writes the compact text of an object member by member: the same text as format() makes, without building values
// first.
class object_text {
public:
    // `room`: bytes to reserve, an estimate.
    explicit object_text(std::size_t room = 256) { text_.reserve(room); }
    void add(std::string_view name, std::string_view text);
    void add(std::string_view name, std::int64_t number);
    [[nodiscard]] std::string finish() &&;

private:
    void name(std::string_view n);
    std::string text_;
};
// A JSON string literal with its quotes.
[[nodiscard]] std::string quote(std::string_view s);

}  // namespace assay::json
