#include "harness/cli/load/load_watch.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "harness/cli/load/otlp_settings.hpp"
#include "harness/load/schedule/duration.hpp"
#include "harness/load/watch/instruments.hpp"

namespace assay::harness {
namespace {

std::string title_of(const load::load_plan& plan) {
    return plan.name.empty() ? load::describe_mix(plan) : plan.name;
}

}  // namespace

result<void> load_watch::start_push(const watch_options& o, const load::load_plan& plan, const std::string& target) {
    auto allowed = plan.allow_hosts;
    allowed.insert(allowed.end(), o.allow_hosts.begin(), o.allow_hosts.end());
    auto settings = otlp_settings(o.otlp, allowed);
    if (!settings && !o.otlp.empty()) return fail(settings.error());
    if (!settings) {
        // "MUST generate a warning and gracefully ignore the setting", as the specification says of such variables.
        fmt::print(stderr, "assay: no figures are pushed: {}\n", settings.error().text());
        return {};
    }
    if (!*settings) return {};
    load::push_options& how = **settings;
    how.ca_file = o.ca_file;
    how.deadline = std::min(how.deadline, std::chrono::duration_cast<std::chrono::milliseconds>(o.patience / 4));
    how.of.emplace_back("assay.load.plan", title_of(plan));
    how.of.emplace_back("assay.load.target", target);
    if (plan.shard_count > 1)
        how.of.emplace_back("assay.load.shard", fmt::format("{}/{}", plan.shard + 1, plan.shard_count));
    last_.planned_ns = plan.duration_ns();
    fmt::print(stderr, "assay: pushes the figures of this load to {} (OTLP), every {}\n", how.url(),
               load::show_duration(std::chrono::nanoseconds(how.every).count()));
    push_ = std::make_unique<load::otlp_push>(std::move(how), last_);
    return {};
}

result<std::unique_ptr<load_watch>> load_watch::start(const watch_options& o, const load::load_plan& plan,
                                                      const std::string& target) {
    auto out = std::make_unique<load_watch>();
    if (o.live) {
        auto live = load_live::start(*o.live, title_of(plan));
        if (!live) return fail(live.error());
        fmt::print(stderr, "assay: {} shows this load while it runs\n", (*live)->url());
        out->live_ = std::move(*live);
    }
    if (auto ok = out->start_push(o, plan, target); !ok) return fail(ok.error());
    return out;
}

void load_watch::show(const load::progress& p) {
    last_ = p;
    if (live_) live_->show(p);
    if (push_) {
        push_->show(p);
        if (const std::string why = push_->first_trouble(); !why.empty()) {
            line_.clear();
            fmt::print(stderr, "assay: a push of the figures failed, which does not disturb the load: {}\n", why);
        }
    }
    line_.show(p);
}

void load_watch::finish(const load::load_result& r) {
    line_.clear();
    if (!push_) return;
    const auto account = push_->finish(load::at_the_end(last_, r));
    if (account.failed > 0) {
        fmt::print(stderr, "assay: {} of {} pushes of the figures failed, the last so: {}\n", account.failed,
                   account.sent, account.why);
    }
    push_.reset();
}

}  // namespace assay::harness
