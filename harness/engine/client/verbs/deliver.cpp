#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/scenario/steps.hpp"
#include "http/url.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

struct deliver_words : step_body {
    bool again = false;
    bool other_session = false;    // in a browser that has started its own sign-in
    bool no_session = false;       // in a browser without a sign-in
    bool to_other = false;         // to the callback of the party with the other issuer, same browser
    std::vector<parameter> query;  // changes to the callback's query
};

const deliver_words& delivery_of(const client_step& s) {
    static const deliver_words none;
    return s.body ? dynamic_cast<const deliver_words&>(*s.body) : none;
}

result<void> read_session(const yaml::document& d, const yaml::node& n, deliver_words& into) {
    const std::string word = yaml::as_text(d, n).value_or("");
    if (word != "other" && word != "none")
        return fail(d.error_at(n.at,
                               "session under 'deliver' can be other (a browser that began a sign-in of its own) "
                               "or none (one that began none)"));
    into.other_session = word == "other";
    into.no_session = word == "none";
    return {};
}

result<void> read_delivery(const yaml::document& d, const yaml::entry& e, deliver_words& into) {
    if (e.key == "session") return read_session(d, e.value, into);
    if (e.key == "query") {
        auto list = load_parameters(d, e.value, "query");
        if (!list) return fail(list.error());
        into.query = std::move(*list);
    } else if (e.key == "again") {
        auto flag = yaml::as_boolean(d, e.value);
        if (!flag) return fail(flag.error());
        into.again = *flag;
    } else {
        if (yaml::as_text(d, e.value).value_or("") != "other")
            return fail(
                d.error_at(e.value.at, "to under 'deliver' can only be other: the party of the other issuer"));
        into.to_other = true;
    }
    return {};
}

// The last callback URL with the step's changes of its query.
result<std::string> changed_callback(const client_run& run, const std::vector<parameter>& changes) {
    const std::string base = run.callback.empty() ? run.party().redirect_uri : run.callback;
    if (changes.empty()) return base;
    const std::size_t mark = base.find('?');
    result<oauth::form> query = oauth::parse_form(mark == std::string::npos ? "" : base.substr(mark + 1));
    if (!query) return tl::unexpected(query.error());
    for (const parameter& p : changes) {
        query->erase(p.name);
        if (p.absent) continue;
        const result<json::value> value = run.names().expand(p.value);
        if (!value) return tl::unexpected(value.error());
        if (value->is_array()) {
            for (const json::value& one : *value->as_array()) query->append(p.name, text_of(one));
        } else {
            query->append(p.name, text_of(*value));
        }
    }
    return http::add_query(base.substr(0, mark), oauth::format_form(*query));
}

class deliver_callback final : public client_verb {
public:
    deliver_callback()
        : client_verb("deliver", "The client receives the callback of the last sign-in, unchanged or changed.") {}

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list,
                                    verb_use& into) const override {
        static constexpr std::array<std::string_view, 4> keys{"again", "session", "query", "to"};
        if (n.kind == yaml::kind::null) return {};
        if (auto ok = yaml::only_keys(d, n, keys, "'deliver'"); !ok) return ok;
        auto out = std::make_shared<deliver_words>();
        for (const yaml::entry& e : n.entries) {
            if (auto ok = read_delivery(d, e, *out); !ok) return ok;
        }
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] json::object schema(verb_list) const override {
        return schema_of_keys(help(),
                              *json::parse(R"({
            "again": {"type": "boolean"},
            "session": {"enum": ["other", "none"], "description":
                "The browser that delivers the callback: other has begun its own sign-in, none has begun none."},
            "query": {"type": "object"},
            "to": {"const": "other", "description":
                "Delivers it to the callback of a second relying party, of another issuer, in the same browser; the journal of that issuer is checked."}
            })")
                                   ->as_object(),
                              false);
    }

    // A repeated callback may be answered with the page of a user who is already signed in.
    [[nodiscard]] std::string_view trace(const client_step& s) const override {
        return delivery_of(s).again ? "" : "token";
    }
    [[nodiscard]] std::optional<client_step> in_control(const client_step&) const override { return std::nullopt; }
    [[nodiscard]] std::string key_in_control(const client_step& s) const override {
        return fmt::format("{}", delivery_of(s).no_session);
    }
    [[nodiscard]] bool is_at_other_party(const client_step& s) const override { return delivery_of(s).to_other; }

    [[nodiscard]] result<step_outcome> carry_out(client_run& run, const client_step& s) const override {
        const deliver_words& w = delivery_of(s);
        result<std::string> url = changed_callback(run, w.query);
        if (!url) return tl::unexpected(url.error());
        if (w.other_session || w.no_session) run.browser().forget_cookies();
        if (w.other_session) run.browser().start_only(run.party());
        if (w.to_other) {
            run.browser().start_only(run.other_party());
            *url = run.other_party().redirect_uri + url->substr(std::min(url->find('?'), url->size()));
        }
        return run.browser().deliver(*url);
    }
};

}  // namespace

const client_verb& client_deliver_verb() {
    static const deliver_callback one;
    return one;
}

}  // namespace assay::harness
