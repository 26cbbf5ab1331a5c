// The bytes of a body: another text, another encoding, more or fewer of them.
#include <algorithm>

#include <fmt/format.h>

#include "http/deflate.hpp"
#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/encodings.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/outgoing.hpp"
#include "oauth/form.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;
using enum operation_reach;

void replace(outgoing_answer& a, const json::value& body) {
    a.r.body = text_of(body);
}

void prefix(outgoing_answer& a, const json::value& more) {
    a.r.body.insert(0, text_of(more));
}

void append(outgoing_answer& a, const json::value& more) {
    a.r.body += text_of(more);
}

void truncate(outgoing_answer& a, const json::value& bytes) {
    a.r.body.resize(std::min(a.r.body.size(), size_of(bytes)));
}

// As GitHub does: form-encoded, but JSON if the request accepts it (`accept` is that field).
void as_form(outgoing_answer& a, const json::value& accept) {
    const auto doc = json::parse(a.r.body);
    if (text_of(accept).find("json") != std::string::npos || !doc || !doc->is_object()) return;
    oauth::form f;
    for (const auto& m : doc->as_object()->members) f.append(m.name, text_of(m.v));
    a.r.body = oauth::format_form(f);
    a.r.head.set("Content-Type", "application/x-www-form-urlencoded");
}

void in_other_charset(outgoing_answer& a, const json::value& charset) {
    a.r.body = in_charset(a.r.body, text_of(charset));
    a.r.head.set("Content-Type", fmt::format("application/json;charset={}", text_of(charset)));
}

void gzipped(outgoing_answer& a, const json::value& how) {
    a.r.body = http::gzip(a.r.body);
    if (text_of(how) != "undeclared") a.r.head.set("Content-Encoding", "gzip");
}

void as_brotli(outgoing_answer& a, const json::value&) {
    a.r.body = stored_brotli(a.r.body);
    a.r.head.set("Content-Encoding", "br");
}

void bomb(outgoing_answer& a, const json::value& mib) {
    // Compressed once, not for each answer: that would keep the thread of the server busy.
    static const std::string one_mib = http::gzip(std::string(std::size_t{1} << 20U, ' '));
    a.r.body.clear();
    for (std::size_t n = std::max<std::size_t>(1, size_of(mib)); n > 0; --n) a.r.body += one_mib;
    a.r.head.set("Content-Encoding", "gzip");
}

void chunked(outgoing_answer& a, const json::value& how) {
    a.r.body = in_chunks(a.r.body, text_of(how) == "extensions");
    a.r.head.erase("Content-Length");
    a.r.head.set("Transfer-Encoding", "chunked");
}

constexpr operation_row rows[] = {
    {"body", std::nullopt, text, "Sends this text in place of the body.", of_answer{replace}, wire},
    {"body.prefix", std::nullopt, text, "Sends this text before the body.", of_answer{prefix}, wire},
    {"body.append", std::nullopt, text, "Sends this text after the body.", of_answer{append}, wire},
    {"body.truncate", std::nullopt, number, "Ends the body after this many bytes.", of_answer{truncate}, wire},
    {"body.form", std::nullopt, text, "Form-encodes the members; with a text, unless Accept asks for JSON.",
     of_answer{as_form}, wire},
    {"body.charset", std::nullopt, text, "Encodes the body in this charset.", of_answer{in_other_charset}, wire},
    {"body.gzip", std::nullopt, text, "Compresses the body: declared, undeclared.", of_answer{gzipped}, wire},
    {"body.brotli", std::nullopt, text, "Sends the body as a brotli stream.", of_answer{as_brotli}, wire},
    {"body.bomb", std::nullopt, number, "Sends a small gzip body that expands to this many MiB of white space.",
     of_answer{bomb}, wire},
    {"body.chunked", std::nullopt, text, "Sends the body in chunks.", of_answer{chunked}, wire},
};

}  // namespace

family body_operations() {
    return rows;
}

}  // namespace assay::mock::operations
