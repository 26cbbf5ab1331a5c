#include "harness/browser/navigation.hpp"

#include <utility>

#include "http/url.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

std::string without_fragment(std::string_view url) {
    return std::string(url.substr(0, url.find('#')));
}

bool is_html(const http::response& r) {
    const std::string_view type = r.head.value("content-type");
    const std::string_view media = type.substr(0, type.find_first_of("; "));
    return http::iequals(media, "text/html") || http::iequals(media, "application/xhtml+xml");
}

std::string charset_of(const http::response& r) {
    const std::string_view type = r.head.value("content-type");
    const std::size_t at = type.find("charset=");
    if (at == std::string_view::npos) return {};
    std::string_view name = type.substr(at + 8);
    name = name.substr(0, name.find_first_of("; "));
    if (name.size() >= 2 && name.front() == '"') name = name.substr(1, name.size() - 2);
    return name.size() > 40 ? std::string{} : std::string(name);
}

}  // namespace

bool redirects(const http::response& r) {
    switch (r.status) {
        case 301:
        case 302:
        case 303:
        case 307:
        case 308:
            return r.head.find("location") != nullptr;
        default:
            return false;
    }
}

navigation redirected(navigation n, int status, std::string to) {
    const bool repeats = status == 307 || status == 308;
    navigation next;
    next.from = std::move(n.url);
    next.url = std::move(to);
    if (repeats) {
        next.method = std::move(n.method);
        next.body = std::move(n.body);
    }
    return next;
}

navigation submitted(const html_form& f, const std::string& page) {
    navigation n;
    n.from = page;
    n.method = f.method;
    const std::string fields = oauth::format_form(f.entries());
    if (f.method == "POST") {
        n.url = f.action;
        n.body = fields;
    } else {
        // A GET form replaces the query of its action (HTML 4.10.22.3).
        n.url = http::add_query(f.action.substr(0, f.action.find_first_of("?#")), fields);
    }
    return n;
}

http::headers head_of(const navigation& n) {
    http::headers head{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}, {"User-Agent", "assay"}};
    const auto from = http::parse_url(n.from);
    if (from) {
        const auto to = http::parse_url(n.url);
        const bool same = to && to->origin() == from->origin();
        head.append("Referer", same ? without_fragment(n.from) : from->origin() + "/");
        if (n.method != "GET") head.append("Origin", from->origin());
    }
    if (n.method != "GET") head.append("Content-Type", "application/x-www-form-urlencoded");
    return head;
}

std::vector<html_form> forms_of(const http::response& r, const std::string& url) {
    if (!is_html(r)) return {};
    return parse_forms(r.body, without_fragment(url), charset_of(r));
}

// A browser runs the page whatever its status: oidc-provider posts errors from a page with status 400.
std::optional<html_form> form_posted_to(const http::response& page, const std::string& url,
                                        const std::function<bool(std::string_view)>& is_clients) {
    for (html_form& one : forms_of(page, url)) {
        if (one.method == "POST" && is_clients(one.action)) return std::move(one);
    }
    return std::nullopt;
}

}  // namespace assay::harness
