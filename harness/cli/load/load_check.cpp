#include "harness/cli/load/load_check.hpp"

#include <utility>

#include <fmt/format.h>

#include "harness/cli/shared/data_folder.hpp"
#include "harness/engine/server/run_check.hpp"
#include "harness/load/generator/threaded.hpp"

namespace assay::harness {
namespace {

// The only issuer of the load, shared by all arrivals.
class shared_issuer final : public server_subject {
public:
    explicit shared_issuer(const issuer_view& at) : at_(at) {}
    std::string name() const override { return "server"; }
    std::string dialect() const override { return at_.dialect; }
    std::string issuer() const override { return at_.issuer; }
    std::string arguments() const override { return {}; }
    result<issuer_view> open(const check&, const check_setup&) override { return at_; }
    void close(const issuer_view&) override {}

private:
    const issuer_view& at_;
};

load::outcome outcome_of(const reports::row& r) {
    if (r.verdict == reports::verdict::pass || r.verdict == reports::verdict::info) return {};
    if (r.findings.empty()) return {std::string(reports::verdict_name(r.verdict)), r.reason};
    const reports::finding& first = r.findings.front();
    return {fmt::format("{}: {} {}", reports::verdict_name(r.verdict), first.step, first.at),
            fmt::format("expected {}, found {}", first.expected, first.actual)};
}

}  // namespace

result<load::load_result> run_check_as_load(const load::load_plan& plan, const load_target& target,
                                            load::run_options options, const std::string& data) {
    auto all = load_catalogue(data);
    if (!all) return fail(all.error());
    const check* c = all->find_check(plan.check);
    if (c == nullptr)
        return fail(errc::usage, fmt::format("there is no check '{}'; see `assay list checks`", plan.check));
    if (c->is_client)
        return fail(errc::usage, fmt::format("{} is a check of clients; only server checks make load", c->id));
    const variant first = variants(*c).front();
    if (!first.name.empty()) options.notes.push_back("of the check's matrix this is " + first.name);
    shared_issuer subject(target.view());
    const auto once = [&] { return outcome_of(run_check(subject, *c, first, {})); };
    return load::run_threaded(plan, std::move(options), c->id, once);
}

}  // namespace assay::harness
