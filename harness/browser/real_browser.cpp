// Signing in with a real browser: pages that need JavaScript, filled in as the others are.
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
constexpr std::chrono::seconds patience{5};          // for a page that shows nothing to go on with
constexpr std::chrono::milliseconds look_again{50};  // a script says nowhere that it is done
constexpr std::size_t forms_max = 8;

// What makes two forms the same to a person.
std::string mark_of(const html_form& f) {
    std::string out;
    for (const control& c : f.controls) {
        if (c.kind != control_kind::hidden)
            out += c.name + "=" + (c.kind == control_kind::button ? c.value : "") + "\n";
    }
    return out;
}

// Fills in what the browser shows until it is at the client (true), or shows nothing for this person.
result<bool> go_on(webdriver& driver, const std::function<bool(std::string_view)>& is_client,
                   const sign_in_choice& who, std::string& at, bool& could_refuse) {
    std::vector<std::string> filled;
    for (auto since = steady::now(); steady::now() - since < patience; std::this_thread::sleep_for(look_again)) {
        auto url = driver.url();
        if (!url) return fail(url.error());
        at = *url;
        if (is_client(at)) return true;
        auto html = driver.source();
        if (!html) continue;  // between two pages
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
    // Errors and silent codes need no browser; their answers are seen byte for byte.
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
