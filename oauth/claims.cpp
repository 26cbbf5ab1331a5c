#include "oauth/claims.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "data/json_plain.hpp"
#include "data/utf8.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t depth_max = json::limits{}.depth;

// What a byte is inside a string literal.
enum class in_string : std::uint8_t { plain, end, escape, beyond_ascii, control };
constexpr auto byte_classes = [] {
    std::array<in_string, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = i < 0x20 ? in_string::control : i < 0x80 ? in_string::plain : in_string::beyond_ascii;
    }
    table['"'] = in_string::end;
    table['\\'] = in_string::escape;
    return table;
}();

in_string class_of(char c) {
    return byte_classes[static_cast<unsigned char>(c)];
}

// The first eight bytes and the length, which already tell nearly all names apart.
std::uint64_t key_of(std::string_view name) {
    const auto size = name.size();
    std::uint64_t head = 0;
    if (size >= 8) {
        std::memcpy(&head, name.data(), 8);
    } else {
        for (std::size_t i = 0; i < size; ++i) head |= std::uint64_t{static_cast<unsigned char>(name[i])} << 8 * i;
    }
    return head ^ static_cast<std::uint64_t>(size) << 56U;
}

void put_utf8(char*& to, std::uint32_t c) {
    const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xc0U | c >> 6U);
        put(0x80U | (c & 0x3fU));
    } else if (c < 0x10000) {
        put(0xe0U | c >> 12U);
        put(0x80U | (c >> 6U & 0x3fU));
        put(0x80U | (c & 0x3fU));
    } else {
        put(0xf0U | c >> 18U);
        put(0x80U | (c >> 12U & 0x3fU));
        put(0x80U | (c >> 6U & 0x3fU));
        put(0x80U | (c & 0x3fU));
    }
}

// Reads one document. Strings of the outermost object are unescaped in place, which never makes them longer.
class reader {
public:
    reader(char* begin, char* end) : begin_(begin), at_(begin), end_(end) {}

    bool document(std::vector<claim>& out) {
        skip_space();
        if (at_ == end_ || *at_ != '{') return false;
        return object(&out) && (skip_space(), at_ == end_);
    }
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
    bool too_deep = false;

private:
    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }
    // True when `c` was next.
    bool take(char c) {
        skip_space();
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    // `out` is null for nested objects: they are only skipped.
    bool object(std::vector<claim>* out) {
        if (!deeper()) return false;
        ++at_;
        if (!take('}')) {
            do {
                claim ignored;
                // No nested object adds to `out`, so the reference stays valid.
                claim& c = out != nullptr ? out->emplace_back() : ignored;
                skip_space();
                if (!string(c.name, out != nullptr) || !take(':') || !value(c, out != nullptr)) return false;
            } while (take(','));
            if (!take('}')) return false;
        }
        --depth_;
        return true;
    }
    bool array() {
        if (!deeper()) return false;
        ++at_;
        if (!take(']')) {
            do {
                claim ignored;
                if (!value(ignored, false)) return false;
            } while (take(','));
            if (!take(']')) return false;
        }
        --depth_;
        return true;
    }
    bool deeper() {
        too_deep = depth_ >= depth_max;
        ++depth_;
        return !too_deep;
    }

    bool value(claim& c, bool unescape) {
        skip_space();
        if (at_ == end_) return false;
        if (*at_ == '"') {
            c.kind = json::kind::string;
            return string(c.text, unescape);
        }
        char* const from = at_;
        bool ok = false;
        if (*at_ == '{' || *at_ == '[') {
            c.kind = *at_ == '{' ? json::kind::object : json::kind::array;
            ok = c.kind == json::kind::object ? object(nullptr) : array();
        } else if (*at_ == 't' || *at_ == 'f') {
            c.kind = json::kind::boolean;
            ok = word(*at_ == 't' ? "true" : "false");
        } else if (*at_ == 'n') {
            ok = word("null");
        } else {
            ok = number(c);
        }
        c.text = {from, static_cast<std::size_t>(at_ - from)};
        return ok;
    }
    bool word(std::string_view w) {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(w)) return false;
        at_ += w.size();
        return true;
    }

    bool number(claim& c) {
        const char* const from = at_;
        while (at_ != end_ && ((*at_ >= '0' && *at_ <= '9') || *at_ == '-' || *at_ == '+' || *at_ == '.' ||
                               *at_ == 'e' || *at_ == 'E'))
            ++at_;
        const std::string_view text(from, static_cast<std::size_t>(at_ - from));
        // Timestamps: up to eighteen digits without a leading zero. json.cpp parses all other numbers.
        const bool plain = !text.empty() && text.size() <= 18 && (text.front() != '0' || text.size() == 1) &&
                           std::all_of(text.begin(), text.end(), [](char d) { return d >= '0' && d <= '9'; });
        if (plain) {
            std::from_chars(text.data(), text.data() + text.size(), c.integer);
            c.kind = json::kind::integer;
            c.number = static_cast<double>(c.integer);
            return true;
        }
        const auto v = json::parse(text);
        if (!v || !v->as_number()) return false;
        c.kind = v->kind();
        c.integer = v->as_integer().value_or(0);
        c.number = *v->as_number();
        return true;
    }

    bool string(std::string_view& out, bool unescape) {
        if (at_ == end_ || *at_ != '"') return false;
        char* const from = ++at_;
        char* to = nullptr;  // where the next character is written, after an escape made the text shorter
        for (;;) {
            while (end_ - at_ >= 8 && to == nullptr) {
                const auto plain = json::plain_before(at_);
                at_ += plain;
                if (plain < 8) break;
            }
            if (at_ == end_) return false;
            std::size_t length = 1;
            switch (class_of(*at_)) {
                case in_string::end:
                    out = {from, static_cast<std::size_t>((to != nullptr ? to : at_) - from)};
                    ++at_;
                    return true;
                case in_string::control:
                    return false;
                case in_string::escape:
                    if (unescape && to == nullptr) to = at_;
                    if (!escape(to)) return false;
                    continue;
                case in_string::beyond_ascii:
                    length = utf8_sequence({at_, static_cast<std::size_t>(end_ - at_)}, 0);
                    if (length == 0) return false;
                    break;
                case in_string::plain:
                    break;
            }
            if (to != nullptr) {
                std::memmove(to, at_, length);
                to += length;
            }
            at_ += length;
        }
    }

    // at_ is at the backslash. The decoded character is written to `to`, unless the string is only skipped.
    bool escape(char*& to) {
        ++at_;
        if (at_ == end_) return false;
        static constexpr std::string_view letters = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        std::array<char, 4> spare;
        char* into = to == nullptr ? spare.data() : to;
        if (*at_ == 'u') {
            ++at_;
            std::uint32_t c = 0;
            if (!code_point(c)) return false;
            put_utf8(into, c);
        } else {
            const auto which = letters.find(*at_);
            if (which == std::string_view::npos) return false;
            *into++ = meanings[which];
            ++at_;
        }
        if (to != nullptr) to = into;
        return true;
    }
    bool four_digits(std::uint32_t& unit) {
        if (end_ - at_ < 4) return false;
        const auto [rest, bad] = std::from_chars(at_, at_ + 4, unit, 16);
        if (bad != std::errc{} || rest != at_ + 4) return false;
        at_ += 4;
        return true;
    }
    // RFC 8259 §7: a character outside the Basic Multilingual Plane is a surrogate pair; half a pair is refused.
    bool code_point(std::uint32_t& c) {
        if (!four_digits(c)) return false;
        if (c >= 0xdc00 && c <= 0xdfff) return false;
        if (c < 0xd800 || c > 0xdbff) return true;
        std::uint32_t low = 0;
        if (end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return false;
        at_ += 2;
        if (!four_digits(low) || low < 0xdc00 || low > 0xdfff) return false;
        c = 0x10000 + ((c - 0xd800) << 10U) + (low - 0xdc00);
        return true;
    }

    char* begin_;
    char* at_;
    char* end_;
    std::size_t depth_ = 0;
};

}  // namespace

json::value claim::value() const {
    return kind == json::kind::string ? json::value(text) : json::parse(text).value_or(json::value());
}

char* claims::room_for(std::size_t size) {
    if (buffer_.size() < size) buffer_.resize(size);
    size_ = size;
    return buffer_.data();
}

result<void> claims::read(std::string_view json_text) {
    std::copy(json_text.begin(), json_text.end(), room_for(json_text.size()));
    return read();
}

result<void> claims::read() {
    members_.clear();
    duplicate_.reset();
    reader r(buffer_.data(), buffer_.data() + size_);
    if (r.document(members_)) {
        find_duplicate();
        return {};
    }
    members_.clear();
    if (r.too_deep) return fail(errc::limit, fmt::format("the claims are nested deeper than {} levels", depth_max));
    return fail(errc::bad_json,
                fmt::format("the claims are no JSON object: unexpected input at byte {} of {}", r.offset(), size_));
}

void claims::find_duplicate() {
    keys_.clear();
    for (const auto& m : members_) keys_.push_back(key_of(m.name));
    // For few members, comparing each with each is fastest.
    constexpr std::size_t few = 48;
    if (members_.size() <= few) {
        for (std::size_t i = 1; i < keys_.size(); ++i) {
            for (std::size_t k = 0; k < i; ++k) {
                if (keys_[k] == keys_[i] && members_[k].name == members_[i].name) duplicate_ = members_[i].name;
            }
        }
        return;
    }
    std::set<std::string_view> seen;
    for (const auto& m : members_) {
        if (!seen.insert(m.name).second) duplicate_ = m.name;
    }
}

const claim* claims::find(std::string_view name) const {
    const auto key = key_of(name);
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (keys_[i] == key && members_[i].name == name) return &members_[i];
    }
    return nullptr;
}

std::optional<std::string_view> claims::text(std::string_view name) const {
    const auto* c = find(name);
    return c != nullptr && c->kind == json::kind::string ? std::optional(c->text) : std::nullopt;
}

std::optional<double> claims::number(std::string_view name) const {
    const auto* c = find(name);
    const bool numeric = c != nullptr && (c->kind == json::kind::integer || c->kind == json::kind::decimal);
    return numeric ? std::optional(c->number) : std::nullopt;
}

bool claims::holds(std::string_view name, std::string_view wanted) const {
    const auto* c = find(name);
    if (c == nullptr) return false;
    if (c->kind == json::kind::string) return c->text == wanted;
    if (c->kind != json::kind::array) return false;
    auto rest = c->text.substr(1);
    if (rest.find_first_of("\\[{") == std::string_view::npos) {
        // Nothing is escaped and nothing nested, so every other pair of quotes encloses one string.
        for (auto from = rest.find('"'); from != std::string_view::npos; from = rest.find('"')) {
            rest.remove_prefix(from + 1);
            const auto to = rest.find('"');
            if (rest.substr(0, to) == wanted) return true;
            rest.remove_prefix(to + 1);
        }
        return false;
    }
    const auto list = c->value();
    const auto& entries = *list.as_array();
    return std::find(entries.begin(), entries.end(), json::value(wanted)) != entries.end();
}

}  // namespace assay::oauth
