#include "mock_server/faults/operation_rows.hpp"

#include <algorithm>
#include <iterator>

#include "mock_server/faults/operations.hpp"

namespace assay::mock {
namespace {

constexpr operation_row rows[] = {
    {"claims.set", hook::id_token, operation_argument::members, "Sets these claims."},
    {"claims.drop", hook::id_token, operation_argument::names, "Leaves these claims out."},
    {"claims.add", hook::id_token, operation_argument::members, "Adds these claims beside those of their name."},
    {"claims.shift", hook::id_token, operation_argument::members,
     "Moves these times by so many seconds; an absent one counts from iat."},
    {"claims.retype", hook::id_token, operation_argument::members, "Gives these claims another JSON type."},
    {"claims.previous", hook::id_token, operation_argument::names, "Takes the values of the ID Token before."},
    {"jose.set", hook::id_token, operation_argument::members, "Sets these members of the JOSE header."},
    {"jose.drop", hook::id_token, operation_argument::names, "Leaves these members of the JOSE header out."},
    {"sign", hook::id_token, operation_argument::key, "Signs with another key, or with none."},
    {"signature", hook::id_token, operation_argument::text, "Breaks the signature: flip, zero, truncate, empty."},
    {"token", hook::id_token, operation_argument::text, "Sends this text in place of the token."},
    {"token.parts", hook::id_token, operation_argument::number, "Sends the token in so many parts."},
    {"token.previous", hook::id_token, operation_argument::anything, "Sends the ID Token before."},
    {"json.set", std::nullopt, operation_argument::members, "Sets these members."},
    {"json.drop", std::nullopt, operation_argument::names, "Leaves these members out."},
    {"json.add", std::nullopt, operation_argument::members, "Adds these members beside those of their name."},
    {"json.retype", std::nullopt, operation_argument::members, "Gives these members another JSON type."},
    {"json.null", std::nullopt, operation_argument::names, "Sets these members to null."},
    {"json.escape", std::nullopt, operation_argument::names, "Writes every character of these members as an escape."},
    {"json.nest", std::nullopt, operation_argument::members, "Adds these members, nested so deeply."},
    {"json.extra", std::nullopt, operation_argument::number, "Adds so many unknown members."},
    {"json.reverse", std::nullopt, operation_argument::anything, "Sends the members in reverse order."},
    {"json.grow", std::nullopt, operation_argument::members, "Pads these members to so many characters."},
    {"header.set", std::nullopt, operation_argument::members, "Sets these fields."},
    {"header.drop", std::nullopt, operation_argument::names, "Leaves these fields out."},
    {"header.add", std::nullopt, operation_argument::members, "Adds these fields beside those of their name."},
    {"header.pad", std::nullopt, operation_argument::number, "Adds a field of so many bytes."},
    {"header.many", std::nullopt, operation_argument::number, "Adds so many fields."},
    {"query.set", hook::callback, operation_argument::members, "Sets these parameters of the redirect."},
    {"query.drop", hook::callback, operation_argument::names, "Leaves these parameters out."},
    {"query.add", hook::callback, operation_argument::members, "Adds these parameters beside those of their name."},
    {"query.previous", hook::callback, operation_argument::names, "Takes the values of the redirect before."},
    {"query.recode", hook::callback, operation_argument::names, "Writes every byte of these values as %xx."},
    {"query.deliver", hook::callback, operation_argument::text, "Delivers by fragment, other_uri or form_post."},
    {"code.grow", hook::callback, operation_argument::number, "Pads the code to so many characters."},
    {"code.append", hook::callback, operation_argument::text, "Appends this text to the code."},
    {"status", std::nullopt, operation_argument::number, "Answers with this status."},
    {"reason", std::nullopt, operation_argument::text, "Answers with this reason phrase."},
    {"body", std::nullopt, operation_argument::text, "Sends this text in place of the body."},
    {"body.prefix", std::nullopt, operation_argument::text, "Sends this text before the body."},
    {"body.append", std::nullopt, operation_argument::text, "Sends this text after the body."},
    {"body.truncate", std::nullopt, operation_argument::number, "Ends the body after so many bytes."},
    {"body.form", std::nullopt, operation_argument::text,
     "Form-encodes the members; with a text, unless Accept asks for JSON."},
    {"body.charset", std::nullopt, operation_argument::text, "Encodes the body in this charset."},
    {"body.gzip", std::nullopt, operation_argument::text, "Compresses the body: declared, undeclared."},
    {"body.brotli", std::nullopt, operation_argument::text, "Sends the body as a brotli stream."},
    {"body.bomb", std::nullopt, operation_argument::number, "Sends a little gzip of so many MiB of white space."},
    {"body.chunked", std::nullopt, operation_argument::text, "Sends the body in chunks."},
    {"jwks.set", hook::jwks, operation_argument::members, "Sets these members of every key."},
    {"jwks.drop", hook::jwks, operation_argument::names, "Leaves these members of every key out."},
    {"jwks.first", hook::jwks, operation_argument::names, "Adds these keys before the others."},
    {"jwks.last", hook::jwks, operation_argument::names, "Adds these keys after the others."},
    {"jwks.many", hook::jwks, operation_argument::number, "Adds so many copies of the first key."},
    {"http.interim", std::nullopt, operation_argument::names, "Sends these interim statuses first."},
    {"endpoint.query", hook::metadata, operation_argument::members, "Gives these endpoints a query of their own."},
    {"endpoint.move", hook::metadata, operation_argument::text, "Moves every endpoint below this prefix."},
    {"endpoint.origin", hook::metadata, operation_argument::members,
     "Names an endpoint at an origin that misbehaves in TLS."},
    {"tcp.delay", std::nullopt, operation_argument::number, "Waits so many milliseconds before the answer."},
    {"tcp.drip", std::nullopt, operation_argument::members, "Sends a few bytes at a time."},
    {"tcp.reset_after", std::nullopt, operation_argument::number,
     "Resets the connection after so many bytes of the body."},
    {"tcp.close_after", std::nullopt, operation_argument::number,
     "Closes the connection after so many bytes of the body."},
    {"tcp.stall_after", std::nullopt, operation_argument::number,
     "Sends nothing more after so many bytes of the body."},
    {"tcp.short_body", std::nullopt, operation_argument::number, "Announces so many bytes more than it sends."},
    {"tcp.close_idle", std::nullopt, operation_argument::anything,
     "Closes the connection that the answer lets stand."},
    {"tcp.endless", std::nullopt, operation_argument::number, "Sends a body of so many MiB."},
    {"metadata.only", hook::metadata, operation_argument::anything,
     "Answers metadata at the place of RFC 8414 only."},
    {"refresh.grace", hook::refresh, operation_argument::number,
     "Takes a retired refresh token for so many seconds more."},
};

}  // namespace

std::span<const operation_row> operation_rows() {
    return rows;
}

const operation_row* find_operation(std::string_view name) {
    const auto* found =
        std::find_if(std::begin(rows), std::end(rows), [&](const auto& row) { return row.name == name; });
    return found == std::end(rows) ? nullptr : found;
}

bool acts_at(const operation_row& row, hook h) {
    if (row.only_at) return *row.only_at == h;
    return h != hook::callback && h != hook::id_token;
}

bool fits(operation_argument wanted, const json::value& v) {
    if (const auto* text = v.as_string(); text != nullptr && text->find("${") != std::string::npos) return true;
    switch (wanted) {
        case operation_argument::number:
            return v.as_integer().has_value();
        case operation_argument::text:
            return v.is_string();
        case operation_argument::names:
            return v.is_array();
        case operation_argument::members:
            return v.is_object();
        case operation_argument::key:
            return v.is_string() || v.is_object();
        case operation_argument::anything:
            break;
    }
    return true;
}

std::string_view words_of(operation_argument wanted) {
    switch (wanted) {
        case operation_argument::number:
            return "a number";
        case operation_argument::text:
            return "a text";
        case operation_argument::names:
            return "a list";
        case operation_argument::members:
            return "a map";
        case operation_argument::key:
            return "the name of a key, or {key: KEY, alg: ALG}";
        case operation_argument::anything:
            break;
    }
    return "anything";
}

std::vector<std::string> operation_names() {
    std::vector<std::string> names;
    for (const auto& row : rows) names.emplace_back(row.name);
    return names;
}

}  // namespace assay::mock
