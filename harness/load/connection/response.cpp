#include "harness/load/connection/response.hpp"

#include <algorithm>
#include <charconv>

namespace assay::load {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
    return s;
}

// What the header says about the body and the connection.
struct framing {
    std::size_t length = 0;
    bool has_length = false;
    bool chunked = false;
    bool bad = false;
};

void read_field(std::string_view name, std::string_view value, framing& f, bool& keep) {
    // Compares the length first: most fields are none of these.
    if (name.size() == 14 && same_name(name, "content-length")) {
        const auto [end, wrong] = std::from_chars(value.data(), value.data() + value.size(), f.length);
        f.bad = f.bad || wrong != std::errc{} || end != value.data() + value.size() || f.length > body_bytes_max;
        f.has_length = true;
    } else if (name.size() == 17 && same_name(name, "transfer-encoding")) {
        f.chunked = same_name(value, "chunked");
        f.bad = f.bad || !f.chunked;
    } else if (name.size() == 10 && same_name(name, "connection")) {
        if (same_name(value, "close")) keep = false;
        if (same_name(value, "keep-alive")) keep = true;
    }
}

struct field {
    std::string_view name, value;
};

// Removes the next header field from `head`; a line without a colon is skipped. False at the end.
bool next_field(std::string_view& head, field& out) {
    while (!head.empty()) {
        const std::size_t end = std::min(head.find('\n'), head.size() - 1);
        std::string_view line = head.substr(0, end);
        head.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        out = {line.substr(0, colon), trimmed(line.substr(colon + 1))};
        return true;
    }
    return false;
}

framing read_fields(std::string_view head, bool& keep) {
    framing f;
    for (field one; next_field(head, one);) read_field(one.name, one.value, f, keep);
    return f;
}

// RFC 9112 §7.1; trailers are skipped.
reading read_chunks(std::string_view bytes, std::string& body, std::size_t& used) {
    std::size_t at = 0;
    body.clear();
    for (;;) {
        const std::size_t line = bytes.find("\r\n", at);
        if (line == std::string_view::npos) return bytes.size() - at > 64 ? reading::bad : reading::more;
        std::size_t size = 0;
        const auto [end, wrong] = std::from_chars(bytes.data() + at, bytes.data() + line, size, 16);
        if (wrong != std::errc{} || body.size() + size > body_bytes_max || size > body_bytes_max) return reading::bad;
        at = line + 2;
        if (size == 0) break;
        if (bytes.size() < at + size + 2) return reading::more;
        body.append(bytes.substr(at, size));
        at += size + 2;
    }
    for (;;) {
        const std::size_t line = bytes.find("\r\n", at);
        if (line == std::string_view::npos) return bytes.size() - at > head_bytes_max ? reading::bad : reading::more;
        const bool last = line == at;
        at = line + 2;
        if (last) break;
    }
    used = at;
    return reading::done;
}

reading read_body(std::string_view bytes, std::size_t begins, bool closed, const framing& f, response& out,
                  std::size_t& used) {
    const std::string_view rest = bytes.substr(begins);
    // RFC 9112 §6.3: these end with their header. After 101 another protocol follows.
    if (out.status == 101 || out.status == 204 || out.status == 304) {
        if (out.status == 101) out.keep = false;
        used = begins;
        return reading::done;
    }
    if (f.chunked) {
        std::size_t chunks = 0;
        const reading how = read_chunks(rest, out.unchunked, chunks);
        if (how == reading::more && closed) return reading::bad;
        out.body = out.unchunked;
        used = how == reading::done ? begins + chunks : bytes.size() + 1;
        return how;
    }
    if (f.has_length) {
        used = begins + f.length;
        if (rest.size() < f.length) return closed ? reading::bad : reading::more;
        out.body = rest.substr(0, f.length);
        return reading::done;
    }
    // RFC 9112 §6.3: without either field the body ends with the connection.
    out.keep = false;
    out.body = rest;
    used = closed ? bytes.size() : bytes.size() + 1;
    if (rest.size() > body_bytes_max) return reading::bad;
    return closed ? reading::done : reading::more;
}

}  // namespace

std::string_view header_of(std::string_view head, std::string_view name) {
    for (field one; next_field(head, one);) {
        if (same_name(one.name, name)) return one.value;
    }
    return {};
}

reading read_response(std::string_view bytes, bool closed, response& out, std::size_t& used) {
    constexpr std::string_view version = "HTTP/1.";
    std::size_t begins = 0;
    for (;;) {
        const std::size_t end = bytes.find("\r\n\r\n", begins);
        if (end == std::string_view::npos) {
            used = bytes.size() + 1;
            return closed || bytes.size() - begins > head_bytes_max ? reading::bad : reading::more;
        }
        const std::string_view all = bytes.substr(begins, end + 2 - begins);
        if (!all.starts_with(version) || all.size() < 12) return reading::bad;
        const auto [at, wrong] = std::from_chars(all.data() + 9, all.data() + 12, out.status);
        if (wrong != std::errc{} || out.status < 100) return reading::bad;
        begins = end + 4;
        if (out.status < 200 && out.status != 101) continue;
        out.head = all.substr(std::min(all.find("\r\n") + 2, all.size()));
        out.keep = all[7] != '0';
        out.body = {};
        const framing f = read_fields(out.head, out.keep);
        if (f.bad) return reading::bad;
        return read_body(bytes, begins, closed, f, out, used);
    }
}

}  // namespace assay::load
