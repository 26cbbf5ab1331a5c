#include "mock_server/protocol/request_form.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace assay::mock {
namespace {

// So many names are compared with each other faster than they are put into a set.
constexpr std::size_t few = 16;

}  // namespace

std::string_view name_sent_twice(const oauth::form& f, const std::function<bool(std::string_view)>& may_repeat) {
    const auto& fields = f.fields;
    if (fields.size() <= few) {
        for (auto at = fields.begin(); at != fields.end(); ++at) {
            const bool again =
                std::any_of(fields.begin(), at, [&](const auto& one) { return one.first == at->first; });
            if (again && !may_repeat(at->first)) return at->first;
        }
        return {};
    }
    std::unordered_set<std::string_view> seen;
    for (const auto& [name, value] : fields) {
        if (!seen.insert(name).second && !may_repeat(name)) return name;
    }
    return {};
}

std::string told(const std::vector<oauth::bad_field>& undecoded) {
    return undecoded.empty() ? "" : fmt::format("'{}' ({})", undecoded.front().name, undecoded.front().why);
}

std::optional<refusal> demand_decoded(context& c) {
    const auto bad = c.undecoded();
    return c.demand(rule::request_parameters_decoded, bad.empty(),
                    [&] { return std::pair(told(bad), std::string("UTF-8, form-encoded")); });
}

std::optional<refusal> demand_form_of(context& c, rule media_type) {
    const bool is_post = c.in.request.method == "POST";
    if (auto no = c.demand(media_type, c.in.body_is_form || !is_post, c.in.request.head.value("content-type"),
                           "application/x-www-form-urlencoded")) {
        return no;
    }
    // A dialect without this rule finds no parameters in another media type; if the rule is switched off by a fault,
    // the server reads the body in whatever format it has.
    if (!c.in.body_is_form && is_post && c.speaks().enforces(media_type)) read_whatever_it_is(c);
    if (auto no = demand_decoded(c)) return no;
    const auto twice = name_sent_twice(c.in.body, [](std::string_view name) { return name == "resource"; });
    return c.demand(rule::request_parameters_not_repeated, twice.empty(), twice, "once");
}

std::string in_words(const error& e) {
    std::string out = e.message;
    std::replace(out.begin(), out.end(), '"', '\'');
    return out;
}

void read_whatever_it_is(context& c) {
    const auto document = json::parse(c.in.request.body);
    if (!document || !document->is_object()) {
        c.in.body = oauth::read_form(c.in.request.body).fields;
        return;
    }
    for (const auto& m : document->as_object()->members) {
        if (m.v.is_string()) c.in.body.append(m.name, *m.v.as_string());
    }
}

}  // namespace assay::mock
