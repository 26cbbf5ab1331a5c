#include "mock_server/pages/layout.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/markup.hpp"
#include "mock_server/assets/embedded_files.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock::pages {

std::string escape(std::string_view text) {
    std::string out;
    for (const char ch : text) {
        const std::string_view entity = markup_entity(static_cast<unsigned char>(ch));
        if (entity.empty()) out += ch;
        out += entity;
    }
    return out;
}

std::string code(std::string_view text) {
    return "<code>" + escape(text) + "</code>";
}

std::string hidden(std::string_view name, std::string_view value) {
    return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value));
}

bool wants_html(const http::request& r) {
    return r.head.value("accept").find("text/html") != std::string_view::npos;
}

bool comes_from_browser(const http::request& r) {
    return r.head.find("sec-fetch-site") != nullptr || wants_html(r);
}

std::string_view asset(std::string_view name) {
    const auto files = embedded_files();
    const auto found = std::find_if(files.begin(), files.end(), [&](const embedded_file& f) {
        return f.name.starts_with("pages/") && f.name.substr(6) == name;
    });
    return found == files.end() ? std::string_view{} : found->text;
}

std::string render(const document& d) {
    const std::string script =
        d.script_path.empty() ? "" : fmt::format("<script src=\"{}\" defer></script>", escape(d.script_path));
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\"><title>{0}</title>"
        "<style>{1}</style>{2}</head>\n<body><main{3}>\n<h1>{0}</h1>\n{4}\n</main></body>\n</html>\n",
        escape(d.title), asset("pages.css"), script, d.wide ? " class=\"wide\"" : "", d.body);
}

std::string security_policy(bool framing_prevented, bool own_script) {
    static const std::string style_hash = oauth::base64_encode(oauth::sha256(asset("pages.css")));
    // The icon is an empty data: URL, so that browsers do not request /favicon.ico.
    std::string out =
        fmt::format("default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'", style_hash);
    if (own_script) out += "; script-src 'self'; connect-src 'self'";
    if (framing_prevented) out += "; frame-ancestors 'none'";
    return out;
}

std::string security_policy(const page& p, bool framing_prevented) {
    auto policy = security_policy(framing_prevented);
    constexpr std::string_view pictures = "img-src data:";
    if (const auto at = policy.find(pictures); at != std::string::npos && !p.picture_origin.empty())
        policy.insert(at + pictures.size(), " " + p.picture_origin);
    return p.directives.empty() ? policy : policy + "; " + p.directives;
}

http::response html(std::string text, bool own_script) {
    http::response out;
    out.head = {{"Content-Type", "text/html; charset=utf-8"},
                {"Content-Security-Policy", security_policy(true, own_script)},
                {"X-Frame-Options", "DENY"},
                {"X-Content-Type-Options", "nosniff"},
                {"Referrer-Policy", "no-referrer"},
                {"Cache-Control", "no-store"}};
    out.body = std::move(text);
    return out;
}

http::response plain(int status, std::string text, std::string type) {
    http::response out;
    out.status = status;
    out.head = {
        {"Content-Type", std::move(type)}, {"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-store"}};
    out.body = std::move(text);
    return out;
}

http::response only_get(std::string text) {
    http::response out = plain(405, std::move(text));
    out.head.append("Allow", "GET");
    return out;
}

http::response moved(std::string location) {
    http::response out;
    out.status = 308;
    out.head.append("Location", std::move(location));
    return out;
}

}  // namespace assay::mock::pages
