#include "harness/browser/webdriver.hpp"

#include <fmt/format.h>
#include <unistd.h>

namespace assay::harness {
namespace {

constexpr std::string_view element_key = "element-6066-11e4-a52e-4f735466cecf";  // W3C WebDriver §12

// Returns the page as changed by its scripts, and whether it has a form.
constexpr const char* source_script = R"(
if (document.forms.length > 0 || document.body === null) return document.documentElement.outerHTML;
const controls = document.body.querySelector('input, button, select');
if (controls === null) return document.documentElement.outerHTML;
return '<html><body><form method="post" action="">' + document.body.innerHTML + '</form></body></html>';
)";

// arguments[0]: [{name, value, kind, on}]. Gives the fields to type into and the button to press, or null.
constexpr const char* fill_script = R"(
const wanted = arguments[0];
const roots = document.forms.length > 0 ? Array.from(document.forms) : [document.body];
const named = (root, name) => Array.from(root.querySelectorAll('[name]')).filter((one) => one.name === name);
const words = (one) => (one.value || '') + ' ' + (one.textContent || '');
const found = roots.find((root) => wanted.every((c) => c.name === '' || named(root, c.name).length > 0));
if (found === undefined) return null;
const type = [];
let press = null;
for (const c of wanted) {
  const those = c.name === '' ? [] : named(found, c.name);
  if (c.kind === 'type') {
    for (const one of those) type.push([one, c.value]);
  } else if (c.kind === 'check') {
    const one = those.find((x) => x.value === c.value);
    if (one !== undefined && one.checked !== c.on) one.click();
  } else if (c.kind === 'option' && c.on) {
    for (const one of those) {
      one.value = c.value;
      one.dispatchEvent(new Event('change', { bubbles: true }));
    }
  } else if (c.kind === 'button' && c.on) {
    const all = Array.from(found.querySelectorAll('button, input[type=submit], input[type=image], input[type=button]'));
    press = all.find((one) => (one.name || '') === c.name && (one.value || '') === c.value &&
                              (c.label === '' || words(one).includes(c.label))) || null;
  }
}
const controlled = wanted.some((c) => c.kind === 'button' && c.on);
if (controlled && press === null) return null;
return { type, press, form: found.tagName === 'FORM' ? found : null };
)";

std::string kind_of(const control& c) {
    switch (c.kind) {
        case control_kind::text:
        case control_kind::password:
            return "type";
        case control_kind::checkbox:
        case control_kind::radio:
            return "check";
        case control_kind::option:
            return "option";
        case control_kind::button:
            return "button";
        case control_kind::hidden:
            break;
    }
    return "hidden";
}

error not_understood(const std::string& what, const std::string& answer) {
    return {errc::environment, fmt::format("chromedriver did not {}: {}", what, answer.substr(0, 300))};
}

std::string element_of(const json::value* v) {
    return v == nullptr ? std::string{} : std::string(v->string_at(element_key));
}

}  // namespace

result<json::value> webdriver::command(const char* method, const std::string& path, const json::object& body) {
    http::call c;
    c.origin = origin_;
    c.r.method = method;
    c.r.target = session_ + path;
    if (c.r.method == "POST") {
        c.r.head.set("Content-Type", "application/json; charset=utf-8");
        c.r.body = json::format(body);
    }
    auto done = client_.send(std::move(c));
    if (!done) return fail(errc::environment, fmt::format("chromedriver does not answer: {}", done.error().message));
    auto document = json::parse(done->received.body);
    const json::value* value = document ? document->find("value") : nullptr;
    if (value == nullptr) return fail(not_understood(path, done->received.body));
    if (done->received.status != 200) return fail(not_understood(path, std::string(value->string_at("message"))));
    return *value;
}

result<std::unique_ptr<webdriver>> webdriver::start(std::string origin) {
    std::unique_ptr<webdriver> out(new webdriver(std::move(origin)));
    json::array arguments{"--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"};
    // Chromium's sandbox does not work as root, the usual user in a container.
    if (::geteuid() == 0) arguments.emplace_back("--no-sandbox");
    json::object always{{"browserName", "chrome"},
                        {"acceptInsecureCerts", false},
                        {"goog:chromeOptions", json::object{{"args", std::move(arguments)}}}};
    auto made = out->command("POST", "/session",
                             json::object{{"capabilities", json::object{{"alwaysMatch", std::move(always)}}}});
    if (!made) return fail(made.error());
    const std::string id(made->string_at("sessionId"));
    if (id.empty()) return fail(not_understood("start a browser", json::format(*made)));
    out->session_ = "/session/" + id;
    return out;
}

webdriver::~webdriver() {
    if (session_.empty()) return;
    [[maybe_unused]] const auto ended = command("DELETE", "", {});
}

result<void> webdriver::open(const std::string& url) {
    // A redirect to the client ends at a page that no server answers; the driver reports that as an error.
    const auto went = command("POST", "/url", json::object{{"url", url}});
    if (went || went.error().message.find("net::ERR_") != std::string::npos) return {};
    return fail(went.error());
}

result<std::string> webdriver::url() {
    auto v = command("GET", "/url", {});
    if (!v) return fail(v.error());
    return v->is_string() ? *v->as_string() : std::string{};
}

result<std::string> webdriver::source() {
    auto v = command("POST", "/execute/sync", json::object{{"script", source_script}, {"args", json::array{}}});
    if (!v) return fail(v.error());
    return v->is_string() ? *v->as_string() : std::string{};
}

result<bool> webdriver::submit(const html_form& filled) {
    json::array wanted;
    for (const control& c : filled.controls) {
        if (c.kind == control_kind::hidden || (c.kind == control_kind::button && !c.on)) continue;
        wanted.emplace_back(json::object{
            {"name", c.name}, {"value", c.value}, {"label", c.label}, {"kind", kind_of(c)}, {"on", c.on}});
    }
    auto v = command("POST", "/execute/sync",
                     json::object{{"script", fill_script}, {"args", json::array{json::value(std::move(wanted))}}});
    if (!v) return fail(v.error());
    if (!v->is_object()) return false;
    if (const json::value* fields = v->find("type"); fields != nullptr && fields->is_array()) {
        for (const json::value& one : *fields->as_array()) {
            const json::array& pair = *one.as_array();
            const std::string at = "/element/" + element_of(&pair[0]);
            if (auto ok = command("POST", at + "/clear", {}); !ok) return false;  // hidden by a script, or removed
            if (pair[1].as_string()->empty()) continue;
            if (auto ok = command("POST", at + "/value", json::object{{"text", pair[1]}}); !ok) return false;
        }
    }
    if (const std::string button = element_of(v->find("press")); !button.empty()) {
        const auto pressed = command("POST", "/element/" + button + "/click", {});
        return pressed.has_value() || pressed.error().message.find("net::ERR_") != std::string::npos;
    }
    const json::value* form = v->find("form");
    if (element_of(form).empty()) return false;
    auto sent = command("POST", "/execute/sync",
                        json::object{{"script", "arguments[0].requestSubmit();"}, {"args", json::array{*form}}});
    return sent.has_value();
}

result<std::vector<webdriver::kept_cookie>> webdriver::cookies() {
    auto v = command("POST", "/goog/cdp/execute",
                     json::object{{"cmd", "Network.getAllCookies"}, {"params", json::object{}}});
    if (!v) return fail(v.error());
    std::vector<kept_cookie> out;
    const json::value* list = v->find("cookies");
    if (list == nullptr || !list->is_array()) return out;
    for (const json::value& one : *list->as_array()) {
        std::string host(one.string_at("domain"));
        const bool for_all = host.starts_with('.');
        if (for_all) host.erase(0, 1);
        out.push_back({host, fmt::format("{}={}; Path={}{}", one.string_at("name"), one.string_at("value"),
                                         one.string_at("path"), for_all ? "; Domain=" + host : "")});
    }
    return out;
}

}  // namespace assay::harness
