#include "mock_server/endpoints/request_form.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace assay::mock {

std::string told(const std::vector<oauth::bad_field>& undecoded) {
    return undecoded.empty() ? "" : fmt::format("'{}' ({})", undecoded.front().name, undecoded.front().why);
}

std::optional<refusal> demand_decoded(context& c) {
    const auto bad = c.undecoded();
    return c.demand(rule::request_parameters_decoded, bad.empty(),
                    [&] { return std::pair(told(bad), std::string("UTF-8, form-encoded")); });
}

std::optional<refusal> demand_form_of(context& c, rule media_type) {
    const bool is_post = c.request.method == "POST";
    if (auto no = c.demand(media_type, c.body_is_form || !is_post, c.request.head.value("content-type"),
                           "application/x-www-form-urlencoded")) {
        return no;
    }
    // A dialect without the rule finds no parameters in what is no form; a server that is wrong reads it all the
    // same.
    if (!c.body_is_form && is_post && c.speaks().enforces(media_type)) read_whatever_it_is(c);
    if (auto no = demand_decoded(c)) return no;
    const auto& fields = c.body.fields;
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        const bool first =
            std::none_of(fields.begin(), field, [&](const auto& f) { return f.first == field->first; });
        if (auto no = c.demand(rule::request_parameters_not_repeated, first || field->first == "resource",
                               field->first, "once")) {
            return no;
        }
    }
    return std::nullopt;
}

std::string in_words(const error& e) {
    std::string out = e.message;
    std::replace(out.begin(), out.end(), '"', '\'');
    return out;
}

void read_whatever_it_is(context& c) {
    const auto document = json::parse(c.request.body);
    if (!document || !document->is_object()) {
        c.body = oauth::read_form(c.request.body).fields;
        return;
    }
    for (const auto& m : document->as_object()->members) {
        if (m.v.is_string()) c.body.append(m.name, *m.v.as_string());
    }
}

}  // namespace assay::mock
