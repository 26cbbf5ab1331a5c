// JSON text from values.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/json.hpp"
#include "data/json_plain.hpp"
#include "data/utf8.hpp"

namespace assay::json {
namespace {

bool needs_escape(char ch) {
    const auto byte = static_cast<unsigned char>(ch);
    return byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\';
}

// The number of leading characters that need no escape: in most texts, all of them.
std::size_t plain_run(std::string_view s) {
    constexpr std::ptrdiff_t word = 8;
    auto at = s.begin();
    while (s.end() - at >= word && plain_before<false>(&*at) == word) at += word;
    return static_cast<std::size_t>(std::find_if(at, s.end(), needs_escape) - s.begin());
}

void quote_to(std::string& out, std::string_view s) {
    out += '"';
    for (std::size_t i = 0; i < s.size();) {
        const auto plain = plain_run(s.substr(i));
        out.append(s.substr(i, plain));
        i += plain;
        if (i == s.size()) break;
        const char ch = s[i];
        const auto length = utf8_sequence(s, i);
        if (length == 0) {
            out += "\xef\xbf\xbd";
            ++i;
            continue;
        }
        if (ch == '"' || ch == '\\') {
            out += '\\';
            out += ch;
        } else if (ch == '\n') {
            out += "\\n";
        } else if (ch == '\t') {
            out += "\\t";
        } else if (ch == '\r') {
            out += "\\r";
        } else if (static_cast<unsigned char>(ch) < 0x20 || ch == 0x7f) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(ch));
        } else {
            out.append(s.substr(i, length));
        }
        i += length;
    }
    out += '"';
}

// `indent` < 0: compact.
class writer {
public:
    explicit writer(int indent) : indent_(indent) { out.reserve(256); }

    void write(const value& v, int depth) {
        switch (v.kind()) {
            case kind::null:
                out += "null";
                break;
            case kind::boolean:
                out += *v.as_boolean() ? "true" : "false";
                break;
            case kind::integer:
                out += std::to_string(*v.as_integer());
                break;
            case kind::decimal:
                write_decimal(v);
                break;
            case kind::string:
                quote_to(out, *v.as_string());
                break;
            case kind::array:
                write_array(*v.as_array(), depth);
                break;
            case kind::object:
                write_object(*v.as_object(), depth);
                break;
        }
    }
    std::string out;

private:
    void write_decimal(const value& v) { out += v.decimal_text(); }
    void write_array(const array& list, int depth) {
        out += '[';
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i != 0) out += ',';
            line(depth + 1);
            write(list[i], depth + 1);
        }
        if (!list.empty()) line(depth);
        out += ']';
    }
    void write_object(const object& o, int depth) {
        out += '{';
        for (std::size_t i = 0; i < o.members.size(); ++i) {
            if (i != 0) out += ',';
            line(depth + 1);
            quote_to(out, o.members[i].name);
            out += indent_ < 0 ? ":" : ": ";
            write(o.members[i].v, depth + 1);
        }
        if (!o.empty()) line(depth);
        out += '}';
    }
    void line(int depth) {
        if (indent_ < 0) return;
        out += '\n';
        out.append(static_cast<std::size_t>(indent_) * static_cast<std::size_t>(depth), ' ');
    }
    int indent_;
};

std::string written(const value& v, int indent) {
    writer w(indent);
    w.write(v, 0);
    return std::move(w.out);
}

}  // namespace

std::string format(const value& v) {
    return written(v, -1);
}
std::string format_pretty(const value& v) {
    return written(v, 2);
}

std::string quote(std::string_view s) {
    std::string out;
    quote_to(out, s);
    return out;
}

void object_text::name(std::string_view n) {
    text_ += text_.empty() ? '{' : ',';
    quote_to(text_, n);
    text_ += ':';
}

void object_text::add(std::string_view n, std::string_view text) {
    name(n);
    quote_to(text_, text);
}

void object_text::add(std::string_view n, std::int64_t number) {
    name(n);
    text_ += std::to_string(number);
}

std::string object_text::finish() && {
    if (text_.empty()) text_ += '{';
    text_ += '}';
    return std::move(text_);
}

}  // namespace assay::json
