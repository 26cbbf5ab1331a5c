#include "data/yaml.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/parser.h>
#include <yaml-cpp/yaml.h>

#include "data/nearest.hpp"
#include "data/text.hpp"
#include "data/utf8.hpp"

namespace assay::yaml {
namespace {

constexpr std::size_t file_bytes_max = 4U << 20U;
constexpr std::size_t depth_max = 64;

// The parser's event handler throws it to stop; caught in parse().
struct stop {
    place at;
    std::string message;
};

place place_of(const YAML::Mark& m) {
    return {m.line + 1, m.column + 1};
}

// yaml-cpp gives "?" for an untagged plain scalar, "!" for an untagged quoted one, "" for untagged collections.
std::string local_tag(const std::string& tag, const place& at) {
    if (tag.empty() || tag == "?" || tag == "!") return {};
    const auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (tag.front() != '!' || !std::all_of(tag.begin() + 1, tag.end(), word))
        throw stop{at, fmt::format("the tag {} is not supported; write one '!' and a word, such as !absent", tag)};
    return tag;
}

// The first place that yaml-cpp would silently misread: it takes 0x04 for the end of the file, and guesses UTF-16.
std::optional<stop> unreadable(std::string_view text) {
    place at{1, 1};
    for (std::size_t i = 0; i < text.size();) {
        const auto length = utf8_sequence(text, i);
        if (length == 0) return stop{at, "the file is not UTF-8 here; save it as UTF-8"};
        const char c = text[i];
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return stop{at, "a control character is here; write it as an escape in double quotes"};
        at = c == '\n' ? place{at.line + 1, 1} : place{at.line, at.column + 1};
        i += length;
    }
    return std::nullopt;
}

// The spelling of null that `text` starts with, or empty.
std::string_view null_word(std::string_view text) {
    for (const std::string_view word : {"null", "~", "Null", "NULL"}) {
        if (!text.starts_with(word)) continue;
        const auto rest = text.substr(word.size());
        if (rest.empty() || std::string_view(" \t\r\n,]}").find(rest.front()) != std::string_view::npos) return word;
    }
    return {};
}

class tree_builder : public YAML::EventHandler {
public:
    explicit tree_builder(std::string_view source) : source_(source) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& m, YAML::anchor_t anchor) override {
        refuse_anchor(m, anchor);
        node n;
        n.at = place_of(m);
        const auto here = source_.substr(std::min(static_cast<std::size_t>(m.pos), source_.size()));
        const auto* key = stack_.empty() || !stack_.back().has_key ? nullptr : &stack_.back().key_at;
        // yaml-cpp reports an absent value at the next token; for people, the place of its key is the useful one.
        const bool next_thing = key != nullptr && n.at.line > key->line && n.at.column <= key->column;
        const auto word = null_word(here);
        if (key != nullptr && (next_thing || word.empty())) {
            n.at = *key;
        } else if (!word.empty() && word != "null") {
            throw stop{n.at, fmt::format("{} is ambiguous; write null, or the text in quotes", word)};
        }
        add(std::move(n));
    }
    void OnAlias(const YAML::Mark& m, YAML::anchor_t) override {
        throw stop{place_of(m), "aliases (*name) are not supported; write the value out"};
    }
    void OnScalar(const YAML::Mark& m, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        node n;
        n.kind = kind::scalar;
        n.tag = local_tag(tag, place_of(m));
        n.quoted = tag == "!" || (!n.tag.empty() && quoted_after_tag(m));
        n.scalar = text;
        put(m, anchor, std::move(n));
    }
    void OnSequenceStart(const YAML::Mark& m, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(m, tag, anchor, kind::sequence);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& m, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(m, tag, anchor, kind::map);
    }
    void OnMapEnd() override { close(); }

    node root;

private:
    struct level {
        node n;
        bool has_key = false;
        std::string key;
        place key_at;
        std::set<std::string> keys;
    };

    // yaml-cpp does not say whether a tagged scalar was quoted, but `!not "8"` and `!not 8` differ.
    [[nodiscard]] bool quoted_after_tag(const YAML::Mark& m) const {
        auto at = source_.find_first_of(" \t\r\n", static_cast<std::size_t>(m.pos));
        at = source_.find_first_not_of(" \t\r\n", at);
        return at != std::string_view::npos && std::string_view("\"'|>").find(source_[at]) != std::string_view::npos;
    }
    static void refuse_anchor(const YAML::Mark& m, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor)
            throw stop{place_of(m), "anchors (&name) are not supported; write the value out"};
    }
    void open(const YAML::Mark& m, const std::string& tag, YAML::anchor_t anchor, enum kind k) {
        refuse_anchor(m, anchor);
        if (stack_.size() >= depth_max) throw stop{place_of(m), "the file is nested too deeply"};
        level l;
        l.n.kind = k;
        l.n.tag = local_tag(tag, place_of(m));
        l.n.at = place_of(m);
        stack_.push_back(std::move(l));
    }
    void close() {
        node done = std::move(stack_.back().n);
        stack_.pop_back();
        add(std::move(done));
    }
    void put(const YAML::Mark& m, YAML::anchor_t anchor, node n) {
        refuse_anchor(m, anchor);
        n.at = place_of(m);
        add(std::move(n));
    }
    void add(node n) {
        if (stack_.empty()) {
            root = std::move(n);
            return;
        }
        level& top = stack_.back();
        if (top.n.kind == kind::sequence) {
            top.n.items.push_back(std::move(n));
            return;
        }
        if (top.has_key) {
            top.n.entries.push_back({std::move(top.key), top.key_at, std::move(n)});
            top.has_key = false;
            return;
        }
        if (!n.is_scalar() || !n.tag.empty()) throw stop{n.at, "a key must be a plain word"};
        if (n.scalar == "<<") throw stop{n.at, "merge keys (<<) are not supported; write the members out"};
        if (!top.keys.insert(n.scalar).second)
            throw stop{n.at, fmt::format("the key '{}' is here twice; keep one of them", n.scalar)};
        top.has_key = true;
        top.key = n.scalar;
        top.key_at = n.at;
    }

    std::string_view source_;
    std::vector<level> stack_;
};

bool is_decimal_integer(std::string_view s) {
    if (s.starts_with('-')) s.remove_prefix(1);
    if (s.empty() || (s.size() > 1 && s.front() == '0')) return false;
    return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string what_stands(const node& n) {
    switch (n.kind) {
        case kind::null:
            return "nothing";
        case kind::scalar:
            return fmt::format("'{}'", n.scalar);
        case kind::sequence:
            return "a list";
        case kind::map:
            return "a map";
    }
    return "";
}

}  // namespace

const node* node::find(std::string_view key) const {
    for (const auto& e : entries) {
        if (e.key == key) return &e.value;
    }
    return nullptr;
}

error document::error_at(const place& at, std::string message) const {
    // A message may quote the file, and stays on one line of a terminal or a log.
    std::replace_if(
        message.begin(), message.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
    return {errc::bad_yaml, std::move(message), fmt::format("{}:{}:{}", name, at.line, at.column)};
}

result<document> parse(std::string_view text, std::string name) {
    document d;
    d.name = std::move(name);
    if (text.size() > file_bytes_max) {
        return fail(errc::limit,
                    fmt::format("{} has {} bytes, over the limit of {}", d.name, text.size(), file_bytes_max));
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (const auto bad = unreadable(text)) return fail(d.error_at(bad->at, bad->message));
    try {
        std::string closed(text);
        // yaml-cpp accepts white space at the end of the file in place of a closing quote; a comment is not white
        // space.
        if (!closed.empty() && std::string_view(" \t\r\n").find(closed.back()) != std::string_view::npos)
            closed += '#';
        std::istringstream in{closed};
        YAML::Parser parser(in);
        tree_builder builder(text);
        parser.HandleNextDocument(builder);
        d.root = std::move(builder.root);
        tree_builder second(text);
        if (parser.HandleNextDocument(second))
            return fail(d.error_at(second.root.at, "a file holds one document; remove the '---'"));
    } catch (const stop& s) {
        return fail(d.error_at(s.at, s.message));
    } catch (const YAML::Exception& e) {
        return fail(d.error_at(place_of(e.mark),
                               fmt::format("this is not YAML: {}; check indentation and quotes up to here", e.msg)));
    }
    if (d.root.at.line == 0) d.root.at = {1, 1};
    return d;
}

result<std::string> read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(errc::not_found, fmt::format("cannot read {}; check the path", path));
    std::string text;
    std::array<char, 16384> part{};
    while (in && text.size() <= file_bytes_max) {
        in.read(part.data(), part.size());
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) return fail(errc::not_found, fmt::format("cannot read {}; is it a file?", path));
    if (text.size() > file_bytes_max)
        return fail(errc::limit, fmt::format("{} has more than {} bytes; split it", path, file_bytes_max));
    return text;
}

result<document> read_file(const std::string& path) {
    auto text = read_text(path);
    if (!text) return fail(text.error());
    return parse(*text, path);
}

result<std::string> as_text(const document& d, const node& n) {
    if (n.is_scalar() && n.tag.empty()) return n.scalar;
    return fail(d.error_at(n.at, fmt::format("expected a text, found {}", what_stands(n))));
}

result<std::int64_t> as_integer(const document& d, const node& n) {
    if (n.is_scalar() && n.tag.empty() && !n.quoted && is_decimal_integer(n.scalar)) {
        if (const auto out = whole_number<std::int64_t>(n.scalar)) return *out;
    }
    return fail(d.error_at(n.at, fmt::format("expected a whole number, found {}", what_stands(n))));
}

result<bool> as_boolean(const document& d, const node& n) {
    if (n.is_scalar() && n.tag.empty() && !n.quoted && (n.scalar == "true" || n.scalar == "false"))
        return n.scalar == "true";
    return fail(d.error_at(n.at, fmt::format("expected true or false, found {}", what_stands(n))));
}

result<std::vector<std::string>> as_texts(const document& d, const node& n) {
    std::vector<std::string> out;
    if (n.is_scalar()) {
        auto one = as_text(d, n);
        if (!one) return fail(one.error());
        return std::vector<std::string>{std::move(*one)};
    }
    if (!n.is_sequence())
        return fail(d.error_at(n.at, fmt::format("expected a list of texts, found {}", what_stands(n))));
    for (const auto& item : n.items) {
        auto one = as_text(d, item);
        if (!one) return fail(one.error());
        out.push_back(std::move(*one));
    }
    return out;
}

result<json::value> as_json(const document& d, const node& n) {
    if (!n.tag.empty()) return fail(d.error_at(n.at, fmt::format("the tag {} has no meaning here", n.tag)));
    switch (n.kind) {
        case kind::null:
            return json::value(nullptr);
        case kind::scalar: {
            if (n.quoted) return json::value(n.scalar);
            if (n.scalar == "true" || n.scalar == "false") return json::value(n.scalar == "true");
            // A scalar that is a number in JSON becomes one; everything else stays text.
            if (const char first = n.scalar.empty() ? ' ' : n.scalar.front();
                first == '-' || (first >= '0' && first <= '9')) {
                if (auto number = json::parse(n.scalar); number && number->as_number()) return *number;
            }
            return json::value(n.scalar);
        }
        case kind::sequence: {
            json::array out;
            for (const auto& item : n.items) {
                auto v = as_json(d, item);
                if (!v) return v;
                out.push_back(std::move(*v));
            }
            return json::value(std::move(out));
        }
        case kind::map: {
            json::object out;
            for (const auto& e : n.entries) {
                auto v = as_json(d, e.value);
                if (!v) return v;
                out.append(e.key, std::move(*v));
            }
            return json::value(std::move(out));
        }
    }
    return json::value(nullptr);
}

result<void> only_keys(const document& d, const node& n, std::span<const std::string_view> allowed,
                       std::string_view what) {
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("{} must be a map, found {}", what, what_stands(n))));
    for (const auto& e : n.entries) {
        if (std::find(allowed.begin(), allowed.end(), e.key) != allowed.end()) continue;
        const std::vector<std::string> names(allowed.begin(), allowed.end());
        return fail(
            d.error_at(e.at, fmt::format("unknown key '{}' in {}{}", e.key, what, did_you_mean(e.key, names))));
    }
    return {};
}

}  // namespace assay::yaml
