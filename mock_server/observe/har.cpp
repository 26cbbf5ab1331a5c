#include "mock_server/observe/har.hpp"

#include <chrono>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "data/mask.hpp"
#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "oauth/form_reading.hpp"

namespace assay::mock {
namespace {

// RFC 3339 with milliseconds.
std::string instant(std::int64_t at_ms) {
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(at_ms / 1000)), at_ms % 1000);
}

class writer {
public:
    writer(const std::string& origin, in_har how) : origin_(origin), masks_(how == in_har::secrets_masked) {}

    json::object entry(const journal_entry& e) const {
        auto about = json::object{{"seq", e.seq},
                                  {"endpoint", e.endpoint},
                                  {"client_id", e.client_id},
                                  {"diagnosis", to_json(diagnose(e))},
                                  {"faults", json::array(e.faults.begin(), e.faults.end())}};
        if (e.refusal) {
            about.append("refusal", json::object{{"rule", e.refusal->rule},
                                                 {"clause", e.refusal->clause},
                                                 {"expected", shown(e.refusal->expected)},
                                                 {"got", shown(e.refusal->got)}});
        }
        return {{"startedDateTime", instant(e.at_ms)},
                {"time", 0},
                {"request", request_of(e)},
                {"response", response_of(e)},
                {"cache", json::object{}},
                {"timings", json::object{{"send", 0}, {"wait", 0}, {"receive", 0}}},
                {"_assay", std::move(about)}};
    }

private:
    std::string shown(std::string text) const { return masks_ ? mask{}.apply(std::move(text)) : text; }

    json::array headers_of(const http::headers& h) const {
        json::array out;
        for (const auto& one : h.list) {
            const auto line = shown(one.name + ": " + one.value);
            out.emplace_back(json::object{{"name", one.name}, {"value", line.substr(one.name.size() + 2)}});
        }
        return out;
    }

    json::object request_of(const journal_entry& e) const {
        const auto& r = e.request;
        json::array query;
        const auto target = shown(r.target);
        const auto from = target.find('?');
        const auto sent = from == std::string::npos ? std::string() : target.substr(from + 1);
        for (const auto& [name, value] : oauth::read_form(sent, oauth::undecodable::kept).fields.fields)
            query.emplace_back(json::object{{"name", name}, {"value", value}});
        json::object out{{"method", r.method},
                         {"url", origin_ + target},
                         {"httpVersion", "HTTP/1.1"},
                         {"cookies", json::array{}},
                         {"headers", headers_of(r.head)},
                         {"queryString", std::move(query)},
                         {"headersSize", -1},
                         {"bodySize", static_cast<std::int64_t>(r.body.size())}};
        if (!r.body.empty()) {
            out.append("postData", json::object{{"mimeType", r.head.value("content-type")}, {"text", shown(r.body)}});
        }
        return out;
    }

    json::object response_of(const journal_entry& e) const {
        const auto& r = e.response;
        const auto size = static_cast<std::int64_t>(r.body.size());
        return {{"status", r.status},
                {"statusText", r.reason.empty() ? http::reason_phrase(r.status) : std::string_view(r.reason)},
                {"httpVersion", "HTTP/1.1"},
                {"cookies", json::array{}},
                {"headers", headers_of(r.head)},
                {"content",
                 json::object{{"size", size}, {"mimeType", r.head.value("content-type")}, {"text", shown(r.body)}}},
                {"redirectURL", shown(std::string(r.head.value("location")))},
                {"headersSize", -1},
                {"bodySize", size}};
    }

    const std::string& origin_;
    bool masks_;
};

}  // namespace

json::object format_har(std::span<const journal_entry> entries, const std::string& origin, in_har how) {
    json::array out;
    for (const auto& e : entries) out.emplace_back(writer(origin, how).entry(e));
    return {{"log", json::object{{"version", "1.2"},
                                 {"creator", json::object{{"name", "assay"}, {"version", "1"}}},
                                 {"entries", std::move(out)}}}};
}

}  // namespace assay::mock
