// Sends copies of one request at the same moment, on connections that are already open.
#include <fmt/format.h>

#include "harness/engine/server/expectations.hpp"
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/loops.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

struct race_words : step_body {
    json::value times;
    bool across_nodes = false;
};

// Sends the request to that node, as a proxy would: for the host that the client named.
void send_to(const std::string& node, http::call& c) {
    if (const auto asked = http::parse_url(c.origin); asked && c.r.head.find("Host") == nullptr)
        c.r.head.append("Host", asked->port.empty() ? asked->host : asked->host + ":" + asked->port);
    c.origin = node;
}

const exchange_verb* racing(const verb* one) {
    const auto* found = dynamic_cast<const exchange_verb*>(one);
    return found != nullptr && found->can_race() ? found : nullptr;
}

// The verb of the only inner step of a race.
const exchange_verb& raced_verb(const step& s) {
    return dynamic_cast<const exchange_verb&>(*s.steps.front().what);
}

class race final : public server_verb {
public:
    race()
        : server_verb(
              "race",
              "Sends `times` copies of one request at the same moment, on connections that are already open. "
              "`exactly_one` and `others` say what is expected of the answers. `across_nodes`: to the server's "
              "nodes in turn.") {}
    [[nodiscard]] bool has_many_answers() const override { return true; }
    [[nodiscard]] bool is_slow(const step&) const override { return true; }
    [[nodiscard]] result<void> carry_out(server_run&, const step&) const override { return {}; }

    [[nodiscard]] result<void> read(const yaml::document& d, const yaml::node& n, verb_list all,
                                    verb_use& into) const override {
        std::vector<std::string_view> keys{"times", "across_nodes"};
        for (const verb* one : all) {
            if (racing(one) != nullptr) keys.push_back(one->name());
        }
        if (auto ok = yaml::only_keys(d, n, keys, "'race'"); !ok) return ok;
        auto times = load_amount(d, n, "times", name());
        if (!times) return fail(times.error());
        auto& inner = static_cast<step&>(into).steps;
        for (const yaml::entry& e : n.entries) {
            if (e.key == "times" || e.key == "across_nodes") continue;
            step raced;
            raced.what = find_verb(all, e.key);
            raced.at = e.at;
            if (auto ok = raced.what->read(d, e.value, all, raced); !ok) return ok;
            if (!words_of(raced).over.empty())
                return fail(d.error_at(e.at, "'over' has no meaning in a race: its connections are already open"));
            inner.push_back(std::move(raced));
        }
        if (inner.size() != 1)
            return fail(d.error_at(n.at, "'race' needs exactly one verb beside times and across_nodes"));
        auto out = std::make_shared<race_words>();
        out->times = std::move(*times);
        if (const auto* flag = n.find("across_nodes")) {
            auto on = yaml::as_boolean(d, *flag);
            if (!on) return fail(on.error());
            out->across_nodes = *on;
        }
        into.body = std::move(out);
        return {};
    }

    [[nodiscard]] json::object schema(verb_list all) const override {
        json::object properties{
            {"times", amount_schema()},
            {"across_nodes", json::object{{"type", "boolean"}, {"description", "Needs the capability nodes."}}}};
        for (const verb* one : all) {
            if (racing(one) == nullptr) continue;
            json::object inner = one->schema(all);
            inner.find("properties")->as_object()->erase("over");
            properties.append(std::string(one->name()), std::move(inner));
        }
        return {{"description", help()},
                {"type", "object"},
                {"required", json::array{"times"}},
                {"properties", std::move(properties)},
                {"additionalProperties", false}};
    }

    [[nodiscard]] next walk(walker& w, const step& s, const std::string&) const override {
        server_run& run = w.run();
        const auto& words = dynamic_cast<const race_words&>(*s.body);
        const auto n = expand_times(run, words.times);
        if (!n) return w.give_up(n.error(), s);
        const step& raced = s.steps.front();
        std::vector<http::call> calls;
        for (std::int64_t i = 0; i < *n; ++i) {
            auto c = raced_verb(s).make_call(run, raced);
            if (!c) return w.give_up(c.error(), s);
            const auto& nodes = run.at.nodes;
            if (words.across_nodes && !nodes.empty()) send_to(nodes[static_cast<std::size_t>(i) % nodes.size()], *c);
            calls.push_back(std::move(*c));
        }
        std::vector<observation> all;
        for (auto& done : run.client.send_together(std::move(calls))) {
            if (!done) return w.give_up(done.error(), s);
            run.log.add(fmt::format("{}[{}]", run.label, all.size() + 1), *done);
            if (done->received.status == 200) raced_verb(s).absorb(run, raced, *done);
            all.push_back(observation_of(done->received));
        }
        for (const observation& a : all) {
            if (w.judge_answer(s.expect, a, s) == next::stop) return next::stop;
            run.now = a;
            w.collect(s);
        }
        return judge_race(w, s, all);
    }

private:
    static next judge_race(walker& w, const step& s, const std::vector<observation>& all) {
        if (s.exactly_one.empty() && s.others.empty()) return next::step;
        w.decide();
        std::size_t winners = 0;
        std::vector<const observation*> losers;
        for (const observation& a : all) {
            auto bad = judge(s.exactly_one, a, w.run().vars);
            if (!bad) return w.give_up(bad.error(), s);
            if (bad->empty()) {
                ++winners;
            } else {
                losers.push_back(&a);
            }
        }
        if (winners != 1) {
            std::string statuses;
            for (const observation& a : all)
                statuses += fmt::format("{}{}", statuses.empty() ? "" : ", ", a.response->status);
            w.add("exactly_one", "exactly one such answer",
                  fmt::format("{} of {} (status {})", winners, all.size(), statuses), s.exactly_one_at);
            return next::stop;
        }
        for (const observation* a : losers) {
            if (w.compare(s.others, *a, s) == next::stop) return next::stop;
        }
        return next::step;
    }
};

}  // namespace

const server_verb& race_verb() {
    static const race one;
    return one;
}

}  // namespace assay::harness
