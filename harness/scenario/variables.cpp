#include "harness/scenario/variables.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "data/text.hpp"
#include "data/uuid.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/pkce.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view random_prefix = "random.";
constexpr std::string_view tampered_prefix = "tampered.";
constexpr std::string_view unsigned_prefix = "unsigned.";
constexpr std::string_view s256_prefix = "s256.";
constexpr std::string_view filler_prefix = "filler.";

// The JWT with alg none and no signature (RFC 8725 §3.1).
result<json::value> unsigned_jwt(const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    const auto header = oauth::base64url_decode(token.substr(0, first));
    auto members = header ? json::parse(*header).value_or(json::value()) : json::value();
    if (first == second || !members.is_object()) return fail(errc::not_found, "the token is no JWT");
    members.as_object()->set("alg", "none");
    return json::value(oauth::base64url_encode(json::format(members)) + token.substr(first, second - first) + ".");
}

// "exp+3600" -> {"exp", 3600}
struct shifted {
    std::string_view name;
    std::int64_t by = 0;
};
std::optional<shifted> parse_shifted(std::string_view text) {
    const std::size_t sign = text.find_last_of("+-");
    if (sign == std::string_view::npos || sign == 0 || sign + 1 == text.size()) return std::nullopt;
    const auto by = whole_number<std::int64_t>(text.substr(sign + 1));
    if (!by) return std::nullopt;
    return shifted{text.substr(0, sign), text[sign] == '-' ? -*by : *by};
}

// "129": that many letters.
result<json::value> filler(std::string_view digits) {
    constexpr std::size_t most = 32U << 20U;
    const auto count = whole_number<std::size_t>(digits);
    if (!count || *count > most) {
        return fail(errc::usage, fmt::format("${{filler.{}}}: write a number of bytes up to {}", digits, most));
    }
    return json::value(std::string(*count, 'x'));
}

// The name of a text that is exactly one "${name}".
std::optional<std::string_view> whole_name(std::string_view text) {
    if (!text.starts_with("${") || text.find('}') != text.size() - 1) return std::nullopt;
    return text.substr(2, text.size() - 3);
}

}  // namespace

void variables::inherit(const variables& other) {
    saved_ = other.saved_;
    declared_ = other.declared_;
}

void variables::append(const std::string& name, json::value v) {
    json::value& list = saved_.try_emplace(name, json::array{}).first->second;
    if (!list.is_array()) list = json::array{};
    list.as_array()->push_back(std::move(v));
}

void variables::set(std::string name, json::value v) {
    saved_.insert_or_assign(std::move(name), std::move(v));
}

result<json::value> variables::random(std::string_view kind) const {
    oauth::random_source system;
    oauth::random_source& from = random_ == nullptr ? system : *random_;
    std::string out;
    if (kind == "code_verifier" || kind == "token") {
        out = oauth::base64url_encode(from.bytes(kind, 32));
    } else if (kind == "uuid") {
        out = to_text(random_uuid(from.bytes(kind, 16)));
    } else {
        return fail(errc::usage, fmt::format("${{random.{}}} is unknown; known: code_verifier, token, uuid", kind));
    }
    secrets_.push_back(out);
    return json::value(std::move(out));
}

result<json::value> variables::plain(std::string_view name) const {
    if (const auto saved = saved_.find(name); saved != saved_.end()) return saved->second;
    const std::size_t dot = name.find('.');
    if (dot != std::string_view::npos) {
        const auto saved = saved_.find(name.substr(0, dot));
        if (saved != saved_.end() && saved->second.is_object()) {
            const json::value* member = saved->second.find(name.substr(dot + 1));
            if (member != nullptr) return *member;
            return fail(errc::not_found, fmt::format("${{{}}} is not set: there is no such member", name));
        }
    }
    if (declared_.contains(name)) return fail(errc::not_found, fmt::format("${{{}}} was never saved", name));
    if (known_) return known_(name);
    return fail(errc::usage, fmt::format("${{{}}} is unknown; save it in an earlier step", name));
}

result<json::value> variables::find(std::string_view name) const {
    if (name.starts_with(random_prefix)) return random(name.substr(random_prefix.size()));
    if (name.starts_with(tampered_prefix)) {
        const std::string_view what = name.substr(tampered_prefix.size());
        auto v = plain(what);
        if (!v) v = plain(fmt::format("last.{}", what));
        if (!v) return v;
        return json::value(tamper(text_of(*v)));
    }
    if (name.starts_with(unsigned_prefix)) {
        const std::string_view what = name.substr(unsigned_prefix.size());
        auto v = plain(what);
        if (!v) v = plain(fmt::format("last.{}", what));
        if (!v) return v;
        return unsigned_jwt(text_of(*v));
    }
    if (name.starts_with(s256_prefix)) {
        auto v = plain(name.substr(s256_prefix.size()));
        if (!v) return v;
        return json::value(oauth::s256_challenge(text_of(*v)));
    }
    if (name.starts_with(filler_prefix)) return filler(name.substr(filler_prefix.size()));
    auto found = plain(name);
    if (found || found.error().code != errc::usage) return found;
    const auto moved = parse_shifted(name);
    if (!moved) return found;
    auto base = plain(moved->name);
    if (!base) return found;
    const auto number = base->as_integer();
    if (!number) return fail(errc::not_found, fmt::format("${{{}}} is no whole number", moved->name));
    return json::value(*number + moved->by);
}

result<std::string> variables::expand(std::string_view text) const {
    return replace(text, [](const std::string& value) { return value; });
}

result<std::string> variables::replace(std::string_view text, std::string (*shape)(const std::string&)) const {
    std::string out;
    while (true) {
        const std::size_t open = text.find("${");
        if (open == std::string_view::npos) return out.append(text);
        const std::size_t close = text.find('}', open);
        if (close == std::string_view::npos) {
            return fail(errc::malformed, fmt::format("'{}' opens ${{ and never closes it", text));
        }
        out.append(text.substr(0, open));
        auto v = find(text.substr(open + 2, close - open - 2));
        if (!v) return fail(v.error());
        out.append(shape(text_of(*v)));
        text.remove_prefix(close + 1);
    }
}

result<json::value> variables::expand(const json::value& v) const {
    if (const std::string* text = v.as_string()) {
        if (const auto name = whole_name(*text)) return find(*name);
        auto out = expand(std::string_view(*text));
        if (!out) return fail(out.error());
        return json::value(std::move(*out));
    }
    if (const json::array* items = v.as_array()) {
        json::array out;
        for (const json::value& item : *items) {
            auto one = expand(item);
            if (!one) return one;
            out.push_back(std::move(*one));
        }
        return json::value(std::move(out));
    }
    if (const json::object* o = v.as_object()) {
        json::object out;
        for (const json::member& m : o->members) {
            auto one = expand(m.v);
            if (!one) return one;
            out.append(m.name, std::move(*one));
        }
        return json::value(std::move(out));
    }
    return v;
}

result<matcher> variables::expand(const matcher& m) const {
    matcher out = m;
    if (m.kind == matcher_kind::matches) {
        auto pattern =
            replace(text_of(m.literal), [](const std::string& value) { return re2::RE2::QuoteMeta(value); });
        if (!pattern) return fail(pattern.error());
        out.literal = std::move(*pattern);
        return out;
    }
    auto literal = expand(m.literal);
    if (!literal) return fail(literal.error());
    out.literal = std::move(*literal);
    for (matcher& part : out.parts) {
        auto one = expand(part);
        if (!one) return one;
        part = std::move(*one);
    }
    return out;
}

std::string tamper(std::string text) {
    if (text.empty()) return "x";
    char& c = text[text.size() / 2];
    if (c >= '0' && c <= '9') {
        c = c == '9' ? '0' : static_cast<char>(c + 1);
    } else if (c >= 'a' && c <= 'z') {
        c = c == 'z' ? 'a' : static_cast<char>(c + 1);
    } else if (c >= 'A' && c <= 'Z') {
        c = c == 'Z' ? 'A' : static_cast<char>(c + 1);
    } else {
        c = 'x';
    }
    return text;
}

std::string text_of(const json::value& v) {
    if (const std::string* text = v.as_string()) return *text;
    return json::format(v);
}

}  // namespace assay::harness
