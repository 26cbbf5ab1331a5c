#include "data/mask.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "data/hex.hpp"
#include "data/json.hpp"
#include "data/text.hpp"

namespace assay {
namespace {

constexpr std::string_view stars = "***";

// RFC 6749 §A, RFC 7009 §2.1, RFC 7521 §4.2, RFC 7523 §2.2, RFC 7591 §3.2.1, RFC 8628 §3.4, RFC 8693 §2.1; the
// session_token of Polar's web grant, and GitHub's token_raw.
constexpr std::array<std::string_view, 20> secret_names{"access_token",
                                                        "refresh_token",
                                                        "id_token",
                                                        "code",
                                                        "client_secret",
                                                        "code_verifier",
                                                        "client_assertion",
                                                        "password",
                                                        "token",
                                                        "assertion",
                                                        "subject_token",
                                                        "actor_token",
                                                        "session_token",
                                                        "token_raw",
                                                        "logout_token",
                                                        "device_code",
                                                        "id_token_hint",
                                                        "registration_access_token",
                                                        "initial_access_token",
                                                        "auth_req_id"};
constexpr std::array<std::string_view, 2> credential_headers{"authorization", "proxy-authorization"};
constexpr std::array<std::string_view, 2> cookie_headers{"cookie", "set-cookie"};
constexpr std::array<std::string_view, 4> schemes{"basic", "bearer", "dpop", "digest"};

bool letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool base64url(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}
bool blank(char c) {
    return c == ' ' || c == '\t';
}

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

// `--client-secret=` on a command line is client_secret, too.
bool is_secret_name(std::string name) {
    std::replace(name.begin(), name.end(), '-', '_');
    return one_of(secret_names, name);
}

// A `code` in JSON is often the name of an error in an adapter or a library and not an authorization code. Such a
// name consists of letters in words ("OAUTH_JWT_CLAIM", "InvalidClaimError"); a random code of any useful length does
// not.
bool name_of_an_error(std::string_view value) {
    std::size_t humps = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (!letter(value[i]) && std::string_view("_-. ").find(value[i]) == std::string_view::npos) return false;
        if (i > 0 && std::islower(static_cast<unsigned char>(value[i - 1])) != 0 &&
            std::isupper(static_cast<unsigned char>(value[i])) != 0) {
            ++humps;
        }
    }
    return humps * 5 <= value.size();
}

// Walks the text once and copies it; the value after a secret's name is replaced.
class scan {
public:
    explicit scan(std::string_view text) : text_(text) { out_.reserve(text.size()); }

    std::string run() {
        while (at_ < text_.size()) {
            const bool starts = at_ == 0 || !word(text_[at_ - 1]) || after_escape();
            if (starts && (jwt() || name())) continue;
            out_ += text_[at_++];
        }
        return std::move(out_);
    }

private:
    // "%26code": the hex digits before a name belong to a percent-encoded character.
    bool after_escape() const { return at_ >= 3 && percent_encoded_byte(text_, at_ - 3) >= 0; }

    char peek(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }

    template <class Accept>
    std::size_t skip(std::size_t at, Accept accept) const {
        while (at < text_.size() && accept(text_[at])) ++at;
        return at;
    }

    void replace(std::size_t from, std::size_t to) {
        out_ += text_.substr(at_, from - at_);
        if (to > from) out_ += stars;
        at_ = to;
    }

    // RFC 7515 §7.1 and RFC 7516 §7.1: a JOSE header is a JSON object, so it begins with the encoding of `{"`.
    bool jwt() {
        constexpr std::size_t shortest_header = 10;
        if (text_.compare(at_, 3, "eyJ") != 0) return false;
        std::size_t end = skip(at_, base64url);
        if (end - at_ < shortest_header || peek(end) != '.') return false;
        int dots = 0;
        while (peek(end) == '.' && dots < 4) {
            end = skip(end + 1, base64url);
            ++dots;
        }
        if (dots < 2) return false;
        replace(at_, end);
        return true;
    }

    bool name() {
        if (!letter(text_[at_])) return false;
        const std::size_t end = skip(at_, [](char c) { return word(c) || c == '-'; });
        const std::string found = lowered(text_.substr(at_, end - at_));
        if (is_secret_name(found)) return form_value(end) || json_value(end, found == "code");
        if (one_of(credential_headers, found)) return header_value(end, false);
        if (one_of(cookie_headers, found)) return header_value(end, true);
        // A long word is copied as a whole; otherwise it would be read again from each letter after a hyphen.
        out_ += text_.substr(at_, end - at_);
        at_ = end;
        return true;
    }

    // name=value, or name%3Dvalue when a URL is the value of a parameter.
    bool form_value(std::size_t at) {
        const bool escaped = lowered(text_.substr(at, 3)) == "%3d";
        if (!escaped && peek(at) != '=') return false;
        const std::size_t from = at + (escaped ? 3 : 1);
        std::size_t to = from;
        while (to < text_.size() &&
               std::string_view("&#;<>\"'` \t\r\n,)").find(text_[to]) == std::string_view::npos) {
            const std::string next = escaped ? lowered(text_.substr(to, 3)) : std::string{};
            if (next == "%26" || next == "%23") break;
            ++to;
        }
        replace(from, to);
        return true;
    }

    // "name": "value", also inside a JSON string (\"name\": \"value\") and in single quotes.
    bool json_value(std::size_t at, bool may_be_an_error) {
        at = skip(at, [](char c) { return c == '\\'; });
        const char quote = peek(at);
        if (quote != '"' && quote != '\'') return false;
        at = skip(at + 1, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
        if (peek(at) != ':') return false;
        at = skip(at + 1, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
        const std::size_t from_escape = at;
        at = skip(at, [](char c) { return c == '\\'; });
        const std::size_t escapes = at - from_escape;
        if (peek(at) != quote) return bare_json_value(at);
        const std::size_t from = at + 1;
        const std::size_t to = end_of_string(from, quote, escapes);
        if (may_be_an_error && name_of_an_error(text_.substr(from, to - from))) return false;
        replace(from, to);
        return true;
    }

    // A number, or a list of tokens: not allowed there, but a faulty response may have one.
    bool bare_json_value(std::size_t from) {
        const char first = peek(from);
        if (std::isdigit(static_cast<unsigned char>(first)) == 0 && first != '[') return false;
        const std::string_view stop = first == '[' ? "]" : ",}] \t\r\n";
        const std::size_t begin = first == '[' ? from + 1 : from;
        const std::size_t to = std::min(text_.find_first_of(stop, begin), text_.size());
        replace(begin, to);
        return true;
    }

    // The closing quote has as many backslashes before it as the opening one.
    std::size_t end_of_string(std::size_t at, char quote, std::size_t escapes) const {
        std::size_t run = 0;
        for (; at < text_.size(); ++at) {
            if (text_[at] == quote && run <= escapes) return at - run;
            if (text_[at] == '\n') return at;
            run = text_[at] == '\\' ? run + 1 : 0;
        }
        return at;
    }

    // "Authorization: Basic …" to the end of the line or to the enclosing quote; also ["Authorization", "…"].
    bool header_value(std::size_t at, bool cookie) {
        const char before = at_ > 0 ? text_[at_ - 1] : '\n';
        char enclosing = before == '"' || before == '\'' ? before : '\0';
        if (enclosing != '\0' && peek(at) == enclosing) {
            at = skip(at + 1, blank);
            if (peek(at) != ':' && peek(at) != ',' && peek(at) != '=') return false;
            at = skip(at + 1, blank);
            if (peek(at) != enclosing) return false;
            ++at;
        } else {
            at = skip(at, blank);
            if (peek(at) != ':') return false;
            at = skip(at + 1, blank);
        }
        std::size_t to = at;
        while (to < text_.size() && text_[to] != '\n' && text_[to] != '\r' && text_[to] != enclosing) ++to;
        if (cookie) return cookie_value(at, to);
        const std::size_t scheme = skip(at, [](char c) { return letter(c); });
        if (one_of(schemes, lowered(text_.substr(at, scheme - at))) && blank(peek(scheme))) at = skip(scheme, blank);
        replace(std::min(at, to), to);
        return true;
    }

    // RFC 6265 §4.1 and §4.2: the value of a cookie is a credential; its name and attributes are kept for the reader.
    bool cookie_value(std::size_t from, std::size_t to) {
        const bool set = lowered(text_.substr(at_, 3)) == "set";
        out_ += text_.substr(at_, from - at_);
        at_ = from;
        for (bool first = true; at_ < to; first = false) {
            const std::size_t pair_end = std::min(text_.find(';', at_), to);
            const std::size_t equals = text_.find('=', at_);
            const bool hide = (first || !set) && equals < pair_end;
            replace(hide ? equals + 1 : pair_end, pair_end);
            if (at_ < to) out_ += text_[at_++];
        }
        return true;
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
};

std::string percent_encoded(std::string_view text, std::string_view digits) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0xFU];
        }
    }
    return out;
}

void replace_all(std::string& text, std::string_view secret) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at + stars.size())) {
        text.replace(at, secret.size(), stars);
    }
}

}  // namespace

void mask::add(const std::string& secret) {
    constexpr std::size_t shortest = 6;
    if (secret.size() < shortest) return;
    const std::string json = json::quote(secret);
    for (const std::string& form : {secret, percent_encoded(secret, "0123456789ABCDEF"),
                                    percent_encoded(secret, "0123456789abcdef"), json.substr(1, json.size() - 2)}) {
        if (std::find(secrets_.begin(), secrets_.end(), form) == secrets_.end()) secrets_.push_back(form);
    }
    // The longest first: one secret may be a prefix of another.
    std::stable_sort(secrets_.begin(), secrets_.end(),
                     [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string mask::apply(std::string text) const {
    for (const std::string& secret : secrets_) replace_all(text, secret);
    return scan(text).run();
}

std::string mask::apply_at(std::string_view at, std::string text) const {
    std::size_t from = at.size();
    while (from > 0 && word(at[from - 1])) --from;
    const std::string name(at.substr(from));
    if (!is_secret_name(lowered(name))) return apply(std::move(text));
    if (text.starts_with('"')) {
        const std::string member = '"' + name + "\":";
        return apply(member + text).substr(member.size());
    }
    const bool one_word = !text.empty() && text.find_first_of(" \t\n") == std::string::npos;
    return one_word && !name_of_an_error(text) ? std::string(stars) : apply(std::move(text));
}

}  // namespace assay
