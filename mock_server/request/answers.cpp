#include "mock_server/request/answers.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "mock_server/request/shape.hpp"

namespace assay::mock {

std::string iso_8601(std::int64_t epoch_s) {
    return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(epoch_s)));
}

http::response json_response(int status, const json::value& body) {
    http::response out;
    out.status = status;
    out.head.append("Content-Type", "application/json");
    out.body = json::format(body);
    return out;
}

http::response token_json(const context& c, int status, const json::value& body) {
    if (!answers_by_form(c) || !body.is_object()) return token_json(c, status, json::format(body));
    auto out = token_json(c, status, oauth::format_form(as_form(*body.as_object())));
    out.head.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    return out;
}

http::response token_json(const context& c, int status, std::string body) {
    http::response out;
    out.status = status;
    out.head.list.reserve(4);
    out.head.append("Content-Type", "application/json");
    out.body = std::move(body);
    if (c.enforces(rule::token_not_cached)) {
        out.head.append("Cache-Control", "no-store");
        out.head.append("Pragma", "no-cache");
    } else {
        out.head.append("Cache-Control", "max-age=3600");
    }
    return out;
}

http::response redirect_response(const context& c, const std::string& location) {
    http::response out;
    out.status = c.in.request.method == "POST" ? static_cast<int>(c.speaks().redirect_status) : 302;
    out.head.append("Location", location);
    return out;
}

http::response html_response(const context& c, int status, std::string html) {
    return html_response(c, status, pages::page{std::move(html)});
}

http::response html_response(const context& c, int status, pages::page shown) {
    http::response out;
    out.status = status;
    out.head.append("Content-Type", "text/html; charset=utf-8");
    const bool framing_prevented = c.enforces(rule::authorize_framing_prevented);
    out.head.append("Content-Security-Policy", pages::security_policy(shown, framing_prevented));
    if (framing_prevented) out.head.append("X-Frame-Options", "DENY");
    if (c.enforces(rule::authorize_referrer_suppressed)) out.head.append("Referrer-Policy", "no-referrer");
    out.head.append("X-Content-Type-Options", "nosniff");
    out.body = std::move(shown.html);
    return out;
}

std::string allowed_methods(const context& c) {
    const auto& by = c.route->post_by;
    constexpr std::string_view posted = ", POST";
    std::string out(c.route->methods);
    if (by && !c.enforces(*by) && out.ends_with(posted)) out.resize(out.size() - posted.size());
    return out;
}

http::response no_such_route(const context& c, int status) {
    const std::string text = status == 405 ? "Method Not Allowed" : "Not Found";
    auto out = json_response(status, json::object{{"detail", text}});
    if (status == 405) out.head.set("Allow", allowed_methods(c));
    return out;
}

}  // namespace assay::mock
