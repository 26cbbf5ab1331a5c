// The journal for programs: as JSON, as HAR, and as a stream of events.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/text.hpp"
#include "http/url.hpp"
#include "mock_server/control/routes.hpp"
#include "mock_server/observe/events.hpp"
#include "mock_server/observe/har.hpp"

namespace assay::mock::control {
namespace {

tl::expected<std::int64_t, refused> number(const call& c, std::string_view name, std::int64_t otherwise) {
    const auto text = c.parameter(name);
    if (text.empty()) return otherwise;
    if (const auto n = whole_number<std::int64_t>(text); n && *n >= 0) return *n;
    return no(400, "bad_request", fmt::format("{}={} must be a whole number that is not negative", name, text));
}

tl::expected<std::vector<journal_entry>, refused> entries_of(const call& c, const journal& log) {
    const auto after = number(c, "after", 0);
    if (!after) return tl::unexpected(after.error());
    const auto most = number(c, "limit", static_cast<std::int64_t>(journal::entries_limit));
    if (!most) return tl::unexpected(most.error());
    auto found = log.after(*after);
    const auto endpoint = c.parameter("endpoint");
    if (!endpoint.empty()) std::erase_if(found, [&](const journal_entry& e) { return e.endpoint != endpoint; });
    if (std::cmp_greater(found.size(), *most)) found.resize(static_cast<std::size_t>(*most));
    return found;
}

reply listed(const call& c, const journal& log) {
    const auto found = entries_of(c, log);
    if (!found) return tl::unexpected(found.error());
    json::array out;
    for (const auto& e : *found) out.emplace_back(to_json(e));
    return ok(json::object{{"entries", std::move(out)}, {"last", log.last()}, {"dropped", log.dropped()}});
}

}  // namespace

reply read_journal(const call& c) {
    return listed(c, c.at->log);
}

reply empty_journal(const call& c) {
    c.at->log.clear();
    return no_content();
}

reply journal_as_har(const call& c) {
    const auto found = entries_of(c, c.at->log);
    if (!found) return tl::unexpected(found.error());
    const auto secrets = c.parameter("secrets");
    if (!secrets.empty() && secrets != "show" && secrets != "mask")
        return no(400, "bad_request", fmt::format("secrets={} must be mask or show", secrets));
    const auto at = http::parse_url(c.at->url());
    return ok(format_har(*found, at ? at->origin() : c.core.origin(),
                         secrets == "show" ? in_har::secrets_shown : in_har::secrets_masked));
}

reply journal_events(const call& c) {
    return journal_stream({c.at, &c.at->log}, events_after(c.request),
                          [](const journal_entry& e) { return json::format(to_json(e)); });
}

reply read_orphans(const call& c) {
    return listed(c, c.core.orphans);
}

reply empty_orphans(const call& c) {
    c.core.orphans.clear();
    return no_content();
}

}  // namespace assay::mock::control
