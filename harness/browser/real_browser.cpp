// Signing in with a real browser: for pages that need JavaScript. They are filled in like the others.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include <fmt/format.h>

#include "harness/browser/browser.hpp"
#include "harness/browser/webdriver.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

using steady = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{5};  // how long to wait for a page that shows a form to submit
constexpr std::chrono::milliseconds look_again{
    50};  // polling interval: a page does not report when its scripts are done
constexpr std::size_t forms_max = 8;

// Two forms with the same mark are the same form.
std::string mark_of(const html_form& f) {
    std::string out;
    for (const control& c : f.controls) {
        if (c.kind != control_kind::hidden)
            out += c.name + "=" + (c.kind == control_kind::button ? c.value : "") + "\n";
    }
    return out;
}

// Fills in the pages until the browser is at the client (true) or no form for this user appears (false).
result<bool> go_on(webdriver& driver, const std::function<bool(std::string_view)>& is_client,
                   const sign_in_choice& who, std::string& at, bool& could_refuse) {
    std::vector<std::string> filled;
    for (auto since = steady::now(); steady::now() - since < patience; std::this_thread::sleep_for(look_again)) {
        auto url = driver.url();
        if (!url) return fail(url.error());
        at = *url;
        if (is_client(at)) return true;
        auto html = driver.source();
        if (!html) continue;  // the browser is loading a page
        const auto form = fill_in(parse_forms(*html, at, "utf-8"), who);
        if (!form) continue;
        const std::string mark = mark_of(*form);
        if (std::find(filled.begin(), filled.end(), mark) != filled.end()) continue;
        if (filled.size() >= forms_max)
            return fail(errc::limit, fmt::format("more than {} forms before the client's redirect URI", forms_max));
        auto sent = driver.submit(*form);
        if (!sent) return fail(sent.error());
        if (*sent) {
            filled.push_back(mark);
            could_refuse = could_refuse || (!who.allow && refuses(*form));
        }
        since = steady::now();
    }
    return false;
}

}  // namespace

void browser::start_afresh() {
    cookies_.clear();
    driver_.reset();
}

result<journey> browser::visit_for_real(const std::string& url,
                                        const std::function<bool(std::string_view)>& is_client,
                                        const sign_in_choice& who) {
    // First without a browser: errors and silent codes need none, and their answers are recorded byte for byte.
    auto j = visit(url, is_client, nullptr);
    if (!j || j->reached_client || j->last.received.status != 200) return j;
    if (!driver_) {
        auto made = webdriver::start(webdriver_);
        if (!made) return fail(made.error());
        driver_ = std::move(*made);
    }
    if (auto ok = driver_->open(url); !ok) return fail(ok.error());
    auto arrived = go_on(*driver_, is_client, who, j->final_url, j->could_refuse);
    if (!arrived) return fail(arrived.error());
    j->reached_client = *arrived;
    if (*arrived) j->last = {};
    auto kept = driver_->cookies();
    if (!kept) return fail(kept.error());
    for (const auto& one : *kept) {
        const auto from = http::parse_url("http://" + one.host + "/");
        if (from) cookies_.store(*from, one.set_cookie, std::time(nullptr));
    }
    return j;
}

}  // namespace assay::harness
