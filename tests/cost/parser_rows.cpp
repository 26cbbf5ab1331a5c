#include <algorithm>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/mask.hpp"
#include "data/yaml.hpp"
#include "harness/browser/cookie_jar.hpp"
#include "harness/browser/html_form.hpp"
#include "harness/load/connection/response.hpp"
#include "http/multipart.hpp"
#include "http/parser.hpp"
#include "http/url.hpp"
#include "mock_server/faults/fault_spec.hpp"
#include "oauth/claims.hpp"
#include "oauth/dpop.hpp"
#include "oauth/form_reading.hpp"
#include "oauth/jwk.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"
#include "tests/cost/rows.hpp"

namespace assay::cost {
namespace {

template <class Make>
std::string repeated(std::size_t n, const Make& make) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += make(i);
    return out;
}

std::string number(std::size_t i) {
    return std::to_string(i);
}

void read_json(const std::string& text) {
    (void)json::parse(text);
}
void compare_json(const std::string& text) {
    const auto a = json::parse(text);
    (void)(a && *a == json::value(*a));
}
void read_yaml(const std::string& text) {
    (void)yaml::parse(text, "a.yaml");
}
void read_request(const std::string& text) {
    http::request_parser p(std::size_t{1} << 20U, std::size_t{4} << 20U);
    http::error_code ec;
    std::string buffer = text;
    if (http::feed_header(p, buffer, ec)) (void)http::feed(p, buffer, ec);
}
// As a slow peer sends it: each byte is a read.
void read_request_by_bytes(const std::string& text) {
    http::request_parser p(std::size_t{1} << 20U, std::size_t{4} << 20U);
    http::error_code ec;
    std::string buffer;
    for (const char byte : text) {
        buffer += byte;
        if (p.is_header_done() ? http::feed(p, buffer, ec) : http::feed_header(p, buffer, ec)) continue;
        if (ec) return;
    }
}
void read_response(const std::string& text) {
    http::response_parser p(std::size_t{1} << 20U, std::size_t{4} << 20U);
    http::error_code ec;
    std::string buffer = text;
    (void)http::feed(p, buffer, ec);
    load::response a;
    std::size_t used = 0;
    (void)load::read_response(text, true, a, used);
}
void read_multipart(const std::string& text) {
    (void)http::parse_multipart("multipart/form-data; boundary=x", text);
}
void keep_cookies(const std::string& text) {
    static const auto from = *http::parse_url("https://a.example/");
    harness::cookie_jar jar;
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        jar.store(from, line, 1);
    }
    (void)jar.header(from, 1);
}
void read_keys(const std::string& text) {
    if (const auto v = json::parse(text)) (void)oauth::parse_jwks(*v);
}

std::string chunked(std::size_t n) {
    return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
           repeated(n, [](std::size_t) { return "1\r\nx\r\n"; }) + "0\r\n\r\n";
}
std::string many_fields(std::size_t n) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + repeated(n, [](std::size_t i) { return "X-" + number(i) + ": y\r\n"; }) +
           "\r\n";
}

// A row whose input is a text.
struct text_row {
    std::string_view name;
    std::size_t first, last;
    std::string (*make)(std::size_t n);
    void (*read)(const std::string& text);
};

const text_row texts[] = {
    {"json: members", 512, 65'536,
     [](std::size_t n) {
         return "{\"a\":0" + repeated(n, [](std::size_t i) { return ",\"m" + number(i) + "\":1"; }) + "}";
     },
     read_json},
    {"json: elements", 1024, 262'144,
     [](std::size_t n) { return "[0" + repeated(n, [](std::size_t) { return ",1"; }) + "]"; }, read_json},
    {"json: a long text", 8192, 1'048'576, [](std::size_t n) { return "\"" + std::string(n, 'x') + "\""; },
     read_json},
    {"json: nested too deeply", 8192, 1'048'576, [](std::size_t n) { return std::string(n, '['); }, read_json},
    {"json: equal objects", 512, 65'536,
     [](std::size_t n) {
         return "{\"a\":0" + repeated(n, [](std::size_t i) { return ",\"m" + number(i) + "\":1"; }) + "}";
     },
     compare_json},
    {"json: names twice", 512, 65'536,
     [](std::size_t n) {
         return "{\"a\":0" + repeated(n, [](std::size_t i) { return ",\"m" + number(i / 2) + "\":1"; }) + "}";
     },
     [](const std::string& text) { (void)json::parse(text)->as_object()->duplicates(); }},
    {"yaml: keys", 256, 16'384,
     [](std::size_t n) { return repeated(n, [](std::size_t i) { return "k" + number(i) + ": 1\n"; }); }, read_yaml},
    {"yaml: items", 256, 16'384, [](std::size_t n) { return repeated(n, [](std::size_t) { return "- 1\n"; }); },
     read_yaml},
    {"yaml: a long scalar", 8192, 1'048'576, [](std::size_t n) { return "a: " + std::string(n, 'x'); }, read_yaml},
    {"yaml: nested flow", 512, 65'536, [](std::size_t n) { return std::string(n, '['); }, read_yaml},
    {"form: fields", 1024, 262'144,
     [](std::size_t n) { return repeated(n, [](std::size_t i) { return "a" + number(i) + "=1&"; }); },
     [](const std::string& text) { (void)oauth::read_form(text); }},
    {"form: undecodable, kept", 8192, 1'048'576, [](std::size_t n) { return "a=" + std::string(n, '%'); },
     [](const std::string& text) { (void)oauth::read_form(text, oauth::undecodable::kept); }},
    {"scope: words", 1024, 262'144,
     [](std::size_t n) { return repeated(n, [](std::size_t i) { return "s" + number(i) + " "; }); },
     [](const std::string& text) {
         const auto s = oauth::parse_scope(text);
         (void)oauth::is_subset(s, s);
         (void)oauth::intersect(s, s);
     }},
    {"multipart: parts", 64, 16'384,
     [](std::size_t n) {
         return repeated(n,
                         [](std::size_t i) {
                             return "--x\r\nContent-Disposition: form-data; name=a" + number(i) + "\r\n\r\n1\r\n";
                         }) +
                "--x--";
     },
     read_multipart},
    {"multipart: near-boundaries", 4096, 262'144,
     [](std::size_t n) {
         return "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" +
                repeated(n, [](std::size_t) { return "\r\n--"; }) + "\r\n--x--";
     },
     read_multipart},
    {"multipart: header lines of a part", 1024, 65'536,
     [](std::size_t n) { return "--x\r\n" + repeated(n, [](std::size_t) { return "A: b\r\n"; }) + "\r\n1\r\n--x--"; },
     read_multipart},
    {"http request: fields", 256, 16'384, many_fields, read_request},
    {"http request: chunks", 1024, 131'072, chunked, read_request},
    {"http request: header by bytes", 256, 4'096, many_fields, read_request_by_bytes},
    {"http request: chunks by bytes", 1024, 32'768, chunked, read_request_by_bytes},
    {"http response: chunks", 1024, 131'072,
     [](std::size_t n) {
         return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
                repeated(n, [](std::size_t) { return "1\r\nx\r\n"; }) + "0\r\n\r\n";
     },
     read_response},
    {"http response: interim ones", 256, 32'768,
     [](std::size_t n) {
         return repeated(n, [](std::size_t) { return "HTTP/1.1 100 Continue\r\n\r\n"; }) +
                "HTTP/1.1 204 No Content\r\n\r\n";
     },
     [](const std::string& text) {
         load::response a;
         std::size_t used = 0;
         (void)load::read_response(text, true, a, used);
     }},
    {"cookie jar: cookies", 64, 8'192,
     [](std::size_t n) { return repeated(n, [](std::size_t i) { return "c" + number(i) + "=1; Path=/\n"; }); },
     keep_cookies},
    {"cookie jar: attributes", 1024, 65'536,
     [](std::size_t n) { return "a=b" + repeated(n, [](std::size_t) { return "; Path=/"; }); }, keep_cookies},
    {"html: forms", 64, 8'192,
     [](std::size_t n) {
         return repeated(n, [](std::size_t i) { return "<form action=/a><input name=f" + number(i) + "></form>"; });
     },
     [](const std::string& text) { (void)harness::parse_forms(text, "https://a.example/", "utf-8"); }},
    {"html: controls of a form", 64, 8'192,
     [](std::size_t n) {
         return "<form>" +
                repeated(n, [](std::size_t i) { return "<input type=radio name=f value=" + number(i) + ">"; }) +
                "</form>";
     },
     [](const std::string& text) {
         for (const auto& f : harness::parse_forms(text, "https://a.example/", "utf-8")) (void)f.entries();
     }},
    {"html: nested elements", 256, 16'384,
     [](std::size_t n) { return repeated(n, [](std::size_t) { return "<div>"; }) + "<form>"; },
     [](const std::string& text) { (void)harness::parse_forms(text, "https://a.example/", "utf-8"); }},
    {"url: dots", 1024, 65'536,
     [](std::size_t n) { return repeated(n, [](std::size_t i) { return i % 2 == 0 ? "a/" : "../"; }); },
     [](const std::string& text) { (void)http::resolve_url("https://a.example/b", text); }},
    {"jwks: keys", 8, 1'024,
     [](std::size_t n) {
         return "{\"keys\":[" +
                repeated(n,
                         [](std::size_t i) {
                             return (i > 0 ? "," : "") + std::string(R"({"kty":"OKP","crv":"Ed25519","kid":")") +
                                    number(i) + R"(","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
                         }) +
                "]}";
     },
     read_keys},
    {"jws: members of the header", 512, 16'384,
     [](std::size_t n) {
         return oauth::sign_jws("{\"alg\":\"HS256\"" +
                                    repeated(n, [](std::size_t i) { return ",\"m" + number(i) + "\":1"; }) + "}",
                                "{}", oauth::jws_alg::HS256, oauth::jwk::from_secret(std::string(32, 'k')))
             .value_or("");
     },
     [](const std::string& text) { (void)oauth::parse_jws(text); }},
    {"dpop: a long proof", 1024, 65'536, [](std::size_t n) { return std::string(n, 'e') + ".e30.x"; },
     [](const std::string& text) { (void)oauth::judge_dpop_proof(text, {}); }},
    {"faults: a list", 64, 8'192,
     [](std::size_t n) { return repeated(n, [](std::size_t) { return "id_token_aud_wrong~"; }); },
     [](const std::string& text) { (void)mock::parse_fault_list(text); }},
    {"mask: parameters", 1024, 65'536,
     [](std::size_t n) { return repeated(n, [](std::size_t i) { return "code=abc" + number(i) + "&"; }); },
     [](const std::string& text) { (void)mask().apply(text); }},
    {"mask: near-tokens", 4096, 262'144,
     [](std::size_t n) { return repeated(n, [](std::size_t) { return "eyJ."; }); },
     [](const std::string& text) { (void)mask().apply(text); }},
};

}  // namespace

std::span<const row> parser_rows() {
    static const auto all = [] {
        std::vector<row> out;
        for (const auto& one : texts) {
            out.push_back({one.name, one.first, one.last,
                           [&one](std::size_t n) { return [text = one.make(n), &one] { one.read(text); }; }});
        }
        return out;
    }();
    return all;
}

}  // namespace assay::cost
