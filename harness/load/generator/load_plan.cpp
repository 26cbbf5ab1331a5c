#include "harness/load/generator/load_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "harness/load/measurement/threshold.hpp"
#include "harness/load/schedule/duration.hpp"
#include "harness/scenario/words.hpp"

namespace assay::load {
namespace {

using yaml::document;
using yaml::node;

template <class T>
result<T> placed(const document& d, const node& n, result<T> r) {
    if (r) return r;
    return fail(d.error_at(n.at, r.error().message));
}

result<std::int64_t> duration_at(const document& d, const node& n) {
    auto text = yaml::as_text(d, n);
    if (!text) return fail(text.error());
    return placed(d, n, parse_duration(*text));
}

result<double> rate_at(const document& d, const node& n) {
    auto text = yaml::as_text(d, n);
    if (!text) return fail(text.error());
    return placed(d, n, parse_rate(*text));
}

result<double> share_at(const document& d, const node& n) {
    auto text = yaml::as_text(d, n);
    if (!text) return fail(text.error());
    auto q = parse_quantity(*text);
    if (!q || q->unit != "%" || q->number > 100) return fail(d.error_at(n.at, "a share is written like 1%"));
    return q->number / 100;
}

result<std::uint64_t> number_at(const document& d, const node& n, std::int64_t least, std::int64_t most) {
    auto i = yaml::as_integer(d, n);
    if (!i) return fail(i.error());
    if (*i < least || *i > most) {
        return fail(d.error_at(n.at, fmt::format("expected a number from {} to {}, found {}", least, most, *i)));
    }
    return static_cast<std::uint64_t>(*i);
}

result<stage> read_stage(const document& d, const node& n) {
    static constexpr std::array<std::string_view, 3> keys{"rate", "ramp", "for"};
    if (auto ok = yaml::only_keys(d, n, keys, "a stage"); !ok) return fail(ok.error());
    const node* rate = n.find("rate");
    const node* ramp = n.find("ramp");
    const node* for_how_long = n.find("for");
    if ((rate == nullptr) == (ramp == nullptr) || for_how_long == nullptr) {
        return fail(d.error_at(n.at, "a stage is { rate: 500, for: 10s } or { ramp: [500, 5000], for: 20s }"));
    }
    stage out;
    auto lasts = duration_at(d, *for_how_long);
    if (!lasts) return fail(lasts.error());
    out.for_ns = *lasts;
    if (rate != nullptr) {
        auto r = rate_at(d, *rate);
        if (!r) return fail(r.error());
        out.from = out.to = *r;
        return out;
    }
    if (!ramp->is_sequence() || ramp->items.size() != 2) {
        return fail(d.error_at(ramp->at, "a ramp is [from, to], per second"));
    }
    auto from = rate_at(d, ramp->items[0]);
    auto to = rate_at(d, ramp->items[1]);
    if (!from || !to) return fail(from ? to.error() : from.error());
    out.from = *from;
    out.to = *to;
    return out;
}

result<flow_options> read_flow(const document& d, const node& n) {
    static constexpr std::array<std::string_view, 6> keys{"flow", "weight",    "replay", "verify_id_token",
                                                          "path", "key_caches"};
    if (auto ok = yaml::only_keys(d, n, keys, "an entry of mix"); !ok) return fail(ok.error());
    flow_options out;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "weight" || e.key == "key_caches") {
            auto w = number_at(d, e.value, 1, 1'000'000);
            if (!w) return fail(w.error());
            (e.key == "weight" ? out.weight : out.key_caches) = *w;
        } else if (e.key == "replay") {
            auto share = share_at(d, e.value);
            if (!share) return fail(share.error());
            out.replay = *share;
        } else if (e.key == "verify_id_token") {
            auto yes = yaml::as_boolean(d, e.value);
            if (!yes) return fail(yes.error());
            out.verify_id_token = *yes;
        } else {
            auto text = yaml::as_text(d, e.value);
            if (!text) return fail(text.error());
            (e.key == "flow" ? out.name : out.path) = std::move(*text);
            const auto& known = flow_names();
            if (e.key == "flow" && std::find(known.begin(), known.end(), out.name) == known.end()) {
                return fail(d.error_at(
                    e.value.at, fmt::format("there is no flow '{}'{}", out.name, did_you_mean(out.name, known))));
            }
        }
    }
    if (out.name.empty()) return fail(d.error_at(n.at, "an entry of mix needs flow: NAME"));
    if (out.key_caches > 0 && (!can_verify(out) || (out.name != "id_token" && !out.verify_id_token))) {
        return fail(
            d.error_at(n.at, "key_caches are for clients that verify: flow id_token, or verify_id_token: true"));
    }
    if (out.replay > 0 && !can_replay(out)) {
        return fail(
            d.error_at(n.at, fmt::format("flow {} redeems nothing, so nothing can be tried twice", out.name)));
    }
    return out;
}

result<load_event> read_event(const document& d, const node& n) {
    static constexpr std::array<std::string_view, 3> keys{"at", "advance_clock", "rotate_keys"};
    if (auto ok = yaml::only_keys(d, n, keys, "an event"); !ok) return fail(ok.error());
    const node* at = n.find("at");
    const node* by = n.find("advance_clock");
    const node* rotate = n.find("rotate_keys");
    if (at == nullptr || (by == nullptr && rotate == nullptr)) {
        return fail(
            d.error_at(n.at, "an event is { at: 10s, advance_clock: 3601s } or { at: 10s, rotate_keys: true }"));
    }
    auto when = duration_at(d, *at);
    auto advance = by == nullptr ? result<std::int64_t>(0) : duration_at(d, *by);
    if (!when || !advance) return fail(when ? advance.error() : when.error());
    auto rotates = rotate == nullptr ? result<bool>(false) : yaml::as_boolean(d, *rotate);
    if (!rotates) return fail(rotates.error());
    return load_event{*when, *advance / 1'000'000'000, *rotates};
}

template <class T, class Read>
result<void> read_list(const document& d, const node& n, std::vector<T>& out, Read read, std::string_view what) {
    if (!n.is_sequence()) return fail(d.error_at(n.at, fmt::format("{} is a list", what)));
    for (const node& one : n.items) {
        auto v = read(d, one);
        if (!v) return fail(v.error());
        out.push_back(std::move(*v));
    }
    return {};
}

result<void> read_thresholds(const document& d, const node& n, std::vector<std::string>& out) {
    const auto read = [](const document& doc, const node& one) -> result<std::string> {
        auto text = yaml::as_text(doc, one);
        if (!text) return fail(text.error());
        auto t = parse_threshold(*text);
        if (!t) return fail(doc.error_at(one.at, t.error().message));
        return t->text;
    };
    return read_list(d, n, out, read, "thresholds");
}

result<void> read_number(const document& d, const yaml::entry& e, load_plan& out) {
    struct numeric {
        std::string_view key;
        std::uint64_t load_plan::*member;
        std::int64_t least, most;
    };
    static constexpr std::array<numeric, 5> numbers{{{"users", &load_plan::users, 1, 100'000},
                                                     {"seed", &load_plan::seed, 0, 1'000'000'000'000},
                                                     {"sessions", &load_plan::sessions, 1, 100'000},
                                                     {"connections", &load_plan::connections, 1, 60'000},
                                                     {"threads", &load_plan::threads, 1, 256}}};
    for (const numeric& one : numbers) {
        if (one.key != e.key) continue;
        auto v = number_at(d, e.value, one.least, one.most);
        if (!v) return fail(v.error());
        out.*one.member = *v;
    }
    return {};
}

result<void> read_member(const document& d, const yaml::entry& e, load_plan& out) {
    if (e.key == "stages") return read_list(d, e.value, out.stages, read_stage, "stages");
    if (e.key == "mix") return read_list(d, e.value, out.mix, read_flow, "mix");
    if (e.key == "events") return read_list(d, e.value, out.events, read_event, "events");
    if (e.key == "thresholds") return read_thresholds(d, e.value, out.thresholds);
    if (e.key == "for" || e.key == "timeout" || e.key == "max_for" || e.key == "code_lifetime") {
        auto ns = duration_at(d, e.value);
        if (!ns) return fail(ns.error());
        (e.key == "for"             ? out.for_ns
         : e.key == "timeout"       ? out.timeout_ns
         : e.key == "code_lifetime" ? out.code_lifetime_ns
                                    : out.max_for_ns) = *ns;
        return {};
    }
    if (e.key == "connection_per_request") {
        auto yes = yaml::as_boolean(d, e.value);
        if (!yes) return fail(yes.error());
        out.connection_per_request = *yes;
        return {};
    }
    if (e.key == "max_rate") {
        auto r = rate_at(d, e.value);
        if (!r) return fail(r.error());
        out.max_rate = *r;
        return {};
    }
    if (e.key == "allow_hosts") {
        auto hosts = yaml::as_texts(d, e.value);
        if (!hosts) return fail(hosts.error());
        out.allow_hosts = std::move(*hosts);
        return {};
    }
    if (e.key == "users" || e.key == "seed" || e.key == "sessions" || e.key == "connections" || e.key == "threads") {
        return read_number(d, e, out);
    }
    auto text = yaml::as_text(d, e.value);
    if (!text) return fail(text.error());
    if (e.key == "arrivals") {
        if (*text != "constant" && *text != "poisson") {
            return fail(d.error_at(e.value.at, fmt::format("arrivals are constant or poisson, not '{}'", *text)));
        }
        out.how = *text == "poisson" ? arrivals::poisson : arrivals::constant;
        return {};
    }
    const auto roles = harness::client_roles();
    if (e.key == "client" && std::find(roles.begin(), roles.end(), *text) == roles.end()) {
        const std::vector<std::string> valid(roles.begin(), roles.end());
        return fail(
            d.error_at(e.value.at, fmt::format("there is no role '{}'{}", *text, did_you_mean(*text, valid))));
    }
    (e.key == "name"      ? out.name
     : e.key == "server"  ? out.server
     : e.key == "dialect" ? out.dialect
     : e.key == "check"   ? out.check
                          : out.client) = std::move(*text);
    return {};
}

result<void> within_caps(const load_plan& p) {
    const double rate = highest_rate(p.stages);
    if (p.open() && rate > p.max_rate) {
        return fail(errc::usage, fmt::format("{}/s is above the cap of {}/s; raise it with --max-rate, or max_rate "
                                             "in the plan, if that is intended",
                                             show_number(rate), show_number(p.max_rate)));
    }
    if (p.duration_ns() > p.max_for_ns) {
        return fail(errc::usage, fmt::format("{} is longer than the cap of {}; raise it with --max-for, or max_for "
                                             "in the plan, if that is intended",
                                             show_duration(p.duration_ns()), show_duration(p.max_for_ns)));
    }
    return {};
}

}  // namespace

result<double> parse_rate(std::string_view text) {
    constexpr double most = 10'000'000;  // more arrivals than could be counted, let alone begun
    auto q = parse_quantity(text);
    if (q && (q->unit.empty() || q->unit == "/s") && q->number <= most) return q->number;
    if (q && q->number > most)
        return fail(errc::usage, fmt::format("'{}' is a rate beyond {:.0f}/s; choose a lower one", text, most));
    return fail(errc::usage, fmt::format("'{}' is no rate; write 5000 or 5000/s", text));
}

result<void> parse_shard(std::string_view text, load_plan& out) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::uint64_t i = 0;
    std::uint64_t n = 0;
    const auto one = std::from_chars(text.data(), text.data() + slash, i);
    const bool first = one.ec == std::errc{} && one.ptr == text.data() + slash && slash < text.size();
    const auto two = std::from_chars(text.data() + std::min(slash + 1, text.size()), text.data() + text.size(), n);
    if (!first || two.ec != std::errc{} || two.ptr != text.data() + text.size() || i < 1 || i > n || n > 10'000) {
        return fail(errc::usage, fmt::format("--shard '{}' must be i/n with i from 1 to n, as in 1/4", text));
    }
    out.shard = i - 1;
    out.shard_count = n;
    return {};
}

std::string describe_mix(const load_plan& p) {
    if (!p.check.empty()) return "check " + p.check;
    std::string out;
    for (const flow_options& o : p.mix) {
        if (!out.empty()) out += ", ";
        if (p.mix.size() > 1) out += fmt::format("{} ", o.weight);
        out += o.name;
        if (o.name == "request") out += " " + (o.path.empty() ? std::string("/") : o.path);
        if (o.replay > 0) out += fmt::format(" ({:.3g}% tried twice)", o.replay * 100);
    }
    return out;
}

namespace {

result<load_plan> plan_of(const document& d, const node& n) {
    static constexpr std::array<std::string_view, 22> keys{"name",          "server",
                                                           "dialect",       "allow_hosts",
                                                           "mix",           "check",
                                                           "arrivals",      "stages",
                                                           "users",         "for",
                                                           "seed",          "client",
                                                           "sessions",      "connections",
                                                           "threads",       "timeout",
                                                           "events",        "max_rate",
                                                           "max_for",       "thresholds",
                                                           "code_lifetime", "connection_per_request"};
    if (!n.is_map()) return fail(d.error_at(n.at, "a load plan is a map; see docs/load.md"));
    if (auto ok = yaml::only_keys(d, n, keys, "a load plan"); !ok) return fail(ok.error());
    load_plan out;
    for (const yaml::entry& e : n.entries) {
        if (auto ok = read_member(d, e, out); !ok) return fail(ok.error());
    }
    return out;
}

result<load_plan> plan_of_check(const document& d) {
    const node* block = d.root.find("load");
    const node* id = d.root.find("id");
    if (block == nullptr || id == nullptr) {
        return fail(d.error_at(d.root.at,
                               "this check has no load: block; add one like load: { stages: [{ rate: 20, for: "
                               "10s }] }, see docs/load.md"));
    }
    auto out = plan_of(d, *block);
    if (!out) return out;
    out->check = id->scalar;
    if (out->name.empty()) {
        const node* title = d.root.find("title");
        out->name = out->check + (title == nullptr ? "" : ": " + title->scalar);
    }
    return out;
}

}  // namespace

result<load_plan> load_plan_of(const yaml::document& d) {
    return d.root.find("steps") != nullptr ? plan_of_check(d) : plan_of(d, d.root);
}

result<load_plan> read_load_plan(const std::string& path) {
    auto d = yaml::read_file(path);
    if (!d) return fail(d.error());
    return load_plan_of(*d);
}

result<void> check_load_plan(const load_plan& p) {
    if (p.mix.empty() && p.check.empty()) {
        return fail(errc::usage,
                    "say what to do: a plan with mix:, or --flow NAME (code_exchange, sign_in, refresh …)");
    }
    if (!p.mix.empty() && !p.check.empty()) return fail(errc::usage, "a load is a mix of flows or a check, not both");
    if (p.open() && p.stages.empty()) {
        return fail(errc::usage, "say how much: --rate 500 --for 30s, --users 20 --for 30s, or stages: in the plan");
    }
    if (!p.open() && !p.stages.empty()) {
        return fail(errc::usage, "a load has a rate (open loop) or users (closed loop), not both");
    }
    if (p.duration_ns() <= 0) return fail(errc::usage, "say how long: --for 30s");
    if (p.open() && expected_arrivals(p.stages, p.duration_ns()) < 1) {
        return fail(errc::usage, "this load has no arrival; give it a higher rate or a longer time");
    }
    if (!p.open() && p.shard_count > 1 && p.users < p.shard_count) {
        return fail(errc::usage, "there are more shards than users");
    }
    for (const std::string& text : p.thresholds) {
        if (auto t = parse_threshold(text); !t) return fail(t.error());
    }
    return within_caps(p);
}

}  // namespace assay::load
