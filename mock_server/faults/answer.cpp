// What the operations make of an answer: status, headers, JSON members, bytes.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "http/deflate.hpp"
#include "mock_server/faults/encodings.hpp"
#include "mock_server/faults/operations.hpp"
#include "oauth/form.hpp"

namespace assay::mock {
namespace {

std::size_t size_of(const json::value& v) {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, v.as_integer().value_or(0)));
}

std::string text_of(const json::value& v) {
    return v.is_string() ? *v.as_string() : json::format(v);
}

void apply_to_head(http::response& r, const operation& op) {
    if (op.name == "status") r.status = static_cast<int>(op.arguments.as_integer().value_or(r.status));
    if (op.name == "reason") r.reason = text_of(op.arguments);
    if (op.name == "header.pad") r.head.append("X-Padding", std::string(size_of(op.arguments), 'x'));
    if (op.name == "header.many") {
        for (std::size_t n = 1; n <= size_of(op.arguments); ++n) r.head.append(fmt::format("X-Many-{}", n), "1");
    }
    if (const auto* names = op.arguments.as_array(); names != nullptr && op.name == "header.drop") {
        for (const auto& name : *names) r.head.erase(text_of(name));
    }
    const auto* members = op.arguments.as_object();
    if (members == nullptr || !op.name.starts_with("header.")) return;
    for (const auto& m : members->members) {
        // A line break in a value would end the header; that is not what these are for.
        auto value = text_of(m.v);
        std::erase_if(value, [](char ch) { return ch == '\r' || ch == '\n' || ch == '\0'; });
        if (op.name == "header.set") {
            r.head.set(m.name, std::move(value));
        } else if (op.name == "header.add") {
            r.head.append(m.name, std::move(value));
        }
    }
}

// Text that JSON values cannot express: written escapes, depth beyond any parser.
void rewrite_json(std::string& body, const operation& op) {
    const auto doc = json::parse(body);
    if (!doc || !doc->is_object()) return;
    if (const auto* names = op.arguments.as_array(); names != nullptr && op.name == "json.escape") {
        for (const auto& name : *names) {
            const auto* v = doc->find(text_of(name));
            if (v == nullptr || !v->is_string()) continue;
            const auto key = json::quote(text_of(name)) + ":";
            const auto at = body.find(key + json::quote(*v->as_string()));
            if (at == std::string::npos) continue;
            body.replace(at + key.size(), json::quote(*v->as_string()).size(), escaped_json(*v->as_string()));
        }
    }
    if (op.name == "json.nest" && op.arguments.is_object() && body.starts_with('{')) {
        for (const auto& m : op.arguments.as_object()->members) {
            const auto depth = size_of(m.v);
            const auto deep = json::quote(m.name) + ":" + std::string(depth, '[') + std::string(depth, ']');
            body.insert(1, body.size() > 2 ? deep + "," : deep);
        }
    }
}

void apply_to_object(json::object& o, const operation& op) {
    apply_members(o, {op}, "json");
    if (op.name == "json.reverse") std::reverse(o.members.begin(), o.members.end());
    if (op.name == "json.extra") {
        for (std::size_t n = 1; n <= size_of(op.arguments); ++n) o.append(fmt::format("extra_{}", n), "x");
    }
    if (const auto* grow = op.arguments.as_object(); grow != nullptr && op.name == "json.grow") {
        for (const auto& m : grow->members) {
            const auto* old = o.find(m.name);
            auto text = old != nullptr && old->is_string() ? *old->as_string() : std::string{};
            text.resize(std::max(text.size(), size_of(m.v)), 'x');
            o.set(m.name, std::move(text));
        }
    }
}

void apply_to_keys(json::array& keys, const operation& op) {
    if (const auto* more = op.arguments.as_array(); more != nullptr && op.name != "jwks.drop")
        keys.insert(op.name == "jwks.first" ? keys.begin() : keys.end(), more->begin(), more->end());
    for (auto& key : keys) {
        if (key.is_object() && (op.name == "jwks.set" || op.name == "jwks.drop"))
            apply_members(*key.as_object(), {op}, "jwks");
    }
    if (op.name != "jwks.many" || keys.empty() || !keys.front().is_object()) return;
    auto copy = *keys.front().as_object();
    for (std::size_t n = 1; n <= size_of(op.arguments); ++n) {
        copy.set("kid", fmt::format("many-{}", n));
        keys.insert(keys.begin(), json::value(copy));
    }
}

// The endpoints of metadata: with a query of their own, below a prefix of the issuer (`moved_prefix`), or at another
// origin.
void apply_to_endpoints(json::object& metadata, const operation& op) {
    const auto* issuer = metadata.find("issuer");
    if (issuer == nullptr || !issuer->is_string()) return;
    const std::string base = *issuer->as_string();
    for (auto& m : metadata.members) {
        if (!m.v.is_string() || m.name == "issuer") continue;
        std::string url = *m.v.as_string();
        if (op.name == "endpoint.move" && url.starts_with(base + "/"))
            m.v = base + text_of(op.arguments) + url.substr(base.size());
        const auto* query = op.name == "endpoint.query" ? op.arguments.find(m.name) : nullptr;
        const auto scheme_end = url.find("://");
        if (op.name == "endpoint.origin" && m.name == op.arguments.string_at("of") && scheme_end != std::string::npos)
            m.v = std::string(op.arguments.string_at("origin")) + url.substr(url.find('/', scheme_end + 3));
        if (query != nullptr) m.v = url + (url.find('?') == std::string::npos ? "?" : "&") + text_of(*query);
    }
}

void apply_to_json(std::string& body, const operation& op) {
    if (op.name == "json.escape" || op.name == "json.nest") {
        rewrite_json(body, op);
        return;
    }
    auto doc = json::parse(body);
    if (!doc || !doc->is_object()) return;
    if (op.name.starts_with("jwks.")) {
        auto* keys = doc->as_object()->find("keys");
        if (keys == nullptr || !keys->is_array()) return;
        apply_to_keys(*keys->as_array(), op);
    } else if (op.name.starts_with("endpoint.")) {
        apply_to_endpoints(*doc->as_object(), op);
    } else {
        apply_to_object(*doc->as_object(), op);
    }
    body = json::format(*doc);
}

void as_form(http::response& r) {
    const auto doc = json::parse(r.body);
    if (!doc || !doc->is_object()) return;
    oauth::form f;
    for (const auto& m : doc->as_object()->members) f.append(m.name, text_of(m.v));
    r.body = oauth::format_form(f);
    r.head.set("Content-Type", "application/x-www-form-urlencoded");
}

void encode_body(http::response& r, const operation& op) {
    const auto how = text_of(op.arguments);
    // GitHub's way: JSON for those who ask for it.
    if (op.name == "body.form" && how.find("json") == std::string::npos) as_form(r);
    if (op.name == "body.charset") {
        r.body = in_charset(r.body, how);
        r.head.set("Content-Type", fmt::format("application/json;charset={}", how));
    }
    if (op.name == "body.gzip") {
        r.body = http::gzip(r.body);
        if (how != "undeclared") r.head.set("Content-Encoding", "gzip");
    }
    if (op.name == "body.brotli") {
        r.body = stored_brotli(r.body);
        r.head.set("Content-Encoding", "br");
    }
    if (op.name == "body.bomb") {
        constexpr std::size_t unit = 8U << 20U;
        r.body = http::gzip(std::string(unit, ' '), std::max<std::size_t>(1, (size_of(op.arguments) << 20U) / unit));
        r.head.set("Content-Encoding", "gzip");
    }
    if (op.name == "body.chunked") {
        r.body = in_chunks(r.body, how == "extensions");
        r.head.erase("Content-Length");
        r.head.set("Transfer-Encoding", "chunked");
    }
}

void apply_to_body(http::response& r, const operation& op) {
    if (op.name == "body") {
        r.body = text_of(op.arguments);
    } else if (op.name == "body.prefix") {
        r.body.insert(0, text_of(op.arguments));
    } else if (op.name == "body.append") {
        r.body += text_of(op.arguments);
    } else if (op.name == "body.truncate") {
        r.body.resize(std::min(r.body.size(), size_of(op.arguments)));
    } else {
        encode_body(r, op);
    }
}

}  // namespace

void apply_to_answer(http::response& r, const std::vector<operation>& operations) {
    for (const auto& op : operations) {
        if (op.name.starts_with("json.") || op.name.starts_with("jwks.") || op.name.starts_with("endpoint.")) {
            apply_to_json(r.body, op);
        } else if (op.name.starts_with("body")) {
            apply_to_body(r, op);
        } else {
            apply_to_head(r, op);
        }
    }
}

}  // namespace assay::mock
