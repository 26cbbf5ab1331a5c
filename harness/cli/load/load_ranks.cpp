#include "harness/cli/load/load_ranks.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "data/json.hpp"
#include "data/yaml.hpp"
#include "harness/cli/load/load_check.hpp"
#include "harness/cli/load/load_output.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/load/ranks/joint_run.hpp"
#include "reports/exit_code.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

// Copies of the files that rank 0 read, as this machine may have none. The folder is this user's only.
class file_copies {
public:
    ~file_copies() {
        std::error_code gone;
        if (!folder_.empty()) fs::remove_all(folder_, gone);
    }
    file_copies() = default;
    file_copies(const file_copies&) = delete;
    file_copies& operator=(const file_copies&) = delete;

    // The copy of that member of the material; empty: rank 0 read no such file.
    result<std::string> copy(const json::value& material, std::string_view member) {
        const json::value* file = material.find(member);
        if (file == nullptr) return std::string{};
        std::error_code bad;
        if (folder_.empty()) {
            folder_ = (fs::temp_directory_path(bad) / "assay-rank-XXXXXX").string();
            if (bad || ::mkdtemp(folder_.data()) == nullptr) {
                folder_.clear();
                return fail(errc::environment, "there is no folder for temporary files; set TMPDIR to one");
            }
        }
        // Two files may have one name, and messages show it.
        const fs::path own = fs::path(folder_) / member;
        fs::create_directory(own, bad);
        const std::string path = (own / fs::path(std::string(file->string_at("name"))).filename()).string();
        if (auto ok = reports::write_file(path, file->string_at("text")); !ok) return fail(ok.error());
        return path;
    }

private:
    std::string folder_;
};

// A load of this rank; the target is used by its thread only.
struct own_load {
    load_flags flags;
    std::size_t rank = 0;
    std::size_t ranks = 1;
    load::load_plan plan;
    file_copies files;
    std::unique_ptr<load_target> target;

    result<void> read_plan() {
        auto read = plan_of(flags);
        if (!read) return fail(read.error());
        plan = std::move(*read);
        plan.shard = rank;
        plan.shard_count = ranks;
        return load::check_load_plan(plan);
    }
};

result<void> add_file(json::object& out, const char* member, const std::string& path) {
    auto text = yaml::read_text(path);
    if (!text) return fail(text.error());
    out.append(member, json::object{{"name", path}, {"text", std::move(*text)}});
    return {};
}

// Rank 0: reads the plan, finds the target, and says to all ranks what they need of it.
result<std::string> gather_material(own_load& own) {
    if (auto ok = own.read_plan(); !ok) return fail(ok.error());
    auto found = load_target::find(own.plan, target_of(own.flags));
    if (!found) return fail(found.error());
    own.target = std::move(*found);
    json::object out{{"name", own.target->name()}};
    std::error_code bad;
    const bool is_file = fs::is_regular_file(own.flags.plan, bad);
    if (is_file) {
        if (auto ok = add_file(out, "plan", own.flags.plan); !ok) return fail(ok.error());
    }
    if (!own.flags.ca_file.empty()) {
        if (auto ok = add_file(out, "ca", own.flags.ca_file); !ok) return fail(ok.error());
    }
    if (own.plan.server.empty()) {
        out.append("issuer", own.target->view().issuer);
        out.append("control", own.target->mock_control());
    } else if (is_server_file(own.plan.server)) {
        if (auto ok = add_file(out, "server", own.plan.server); !ok) return fail(ok.error());
        if (own.target->starts_a_server()) out.append("issuer", own.target->view().issuer);
    }
    return json::format(json::value(std::move(out)));
}

// Another rank: the same target, by what rank 0 read.
result<void> use_material(own_load& own, const std::string& text) {
    auto material = json::parse(text);
    if (!material) return fail(material.error());
    const auto take = [&](std::string_view member, std::string& into) -> result<void> {
        auto path = own.files.copy(*material, member);
        if (!path) return fail(path.error());
        if (!path->empty()) into = std::move(*path);
        return {};
    };
    if (auto ok = take("plan", own.flags.plan); !ok) return ok;
    if (auto ok = take("server", own.flags.server); !ok) return ok;
    if (auto ok = take("ca", own.flags.ca_file); !ok) return ok;
    const std::string control(material->string_at("control"));
    if (!control.empty()) {
        own.flags.server = material->string_at("issuer");
        own.flags.control = control;
    }
    if (auto ok = own.read_plan(); !ok) return ok;
    load_target_options where = target_of(own.flags);
    where.name = material->string_at("name");
    if (control.empty()) where.issuer = material->string_at("issuer");
    auto found = load_target::find(own.plan, where);
    if (!found && !control.empty()) {
        return fail(found.error().code, found.error().text() +
                                            "; the mock of rank 0 can be reached on its own machine only: start "
                                            "`assay serve` where all can reach it, and name it with --server");
    }
    if (!found) return fail(found.error());
    own.target = std::move(*found);
    return {};
}

result<load::load_result> load_own(own_load& own, const std::string& material, const load::rank_hooks& hooks) {
    if (own.rank != 0) {
        if (auto ok = use_material(own, material); !ok) return fail(ok.error());
    }
    auto what = own.target->prepare(own.plan);
    if (!what) return fail(what.error());
    what->stop = hooks.stop;
    what->with_others = hooks.with_others;
    // An event happens once; the others wait until it did.
    if (own.rank != 0 && what->carry_out) {
        what->carry_out = [&hooks](const load::load_event&) { return hooks.await_event(); };
    } else if (what->carry_out) {
        what->carry_out = [&hooks, once = what->carry_out](const load::load_event& e) {
            auto done = once(e);
            hooks.tell_event();
            return done;
        };
    }
    return load_once(own.plan, *own.target, std::move(*what), own.flags.data);
}

int write_result(const load::load_result& r, const std::string& out, int (*report)(const error&)) {
    print_load(r);
    auto written = write_load(r, out);
    if (!written) return report(written.error());
    fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    std::fflush(stdout);
    return load::exit_code(r);
}

// Rank 0 is gone, so that this rank keeps what it measured itself.
int write_own(load::load_result r, const own_load& own, const std::string& out) {
    if (!own.target) {
        fmt::print(stderr,
                   "assay: rank {}: rank 0 fell silent before this rank had begun, so that nothing was measured; see "
                   "what rank 0 does on its machine, or give it longer with --rank-timeout (to start a server it has "
                   "30 times that)\n",
                   own.rank);
        return reports::exit_environment;
    }
    r.setup = load::setup_of(own.plan, own.target ? own.target->name() : "");
    r.shards = {own.rank};
    r.interrupted = true;
    r.notes.insert("rank 0 was lost");
    const std::string folder = fmt::format("{}/rank-{}", out, own.rank);
    const auto written = write_load(r, folder);
    fmt::print(stderr, "assay: rank {}: rank 0 was lost; {}\n", own.rank,
               written
                   ? fmt::format("what this rank measured is in {0}; `assay merge {1}/rank-*` merges what all kept",
                                 folder, out)
                   : written.error().text());
    return reports::exit_environment;
}

}  // namespace

result<load::load_result> load_once(const load::load_plan& plan, const load_target& target, load::run_options options,
                                    const std::string& data) {
    return plan.check.empty() ? load::run_load(plan, std::move(options))
                              : run_check_as_load(plan, target, std::move(options), data);
}

int load_as_rank(const load::launch& how, const ranks_options& o, int (*report)(const error&)) {
    auto box = load::open_mailbox(how);
    // All ranks meet the same error, and one sentence is enough.
    if (!box) return how.rank == 0 ? report(box.error()) : reports::exit_environment;
    own_load own;
    own.flags = o.flags;
    own.rank = (*box)->rank();
    own.ranks = (*box)->size();
    if (own.rank != 0) {
        // The id of the process means something on the machine of rank 0 only.
        own.flags.server_pid = 0;
        own.flags.server_metrics.clear();
    }
    load::joint_run what;
    what.silence = what.coordinator.silence = o.silence;
    what.load = [&](const std::string& material, const load::rank_hooks& hooks) {
        return load_own(own, material, hooks);
    };
    what.orphaned = [&](const load::load_result& r) { return write_own(r, own, o.out); };
    std::unique_ptr<load_watch> watch;
    if (own.rank == 0) {
        auto ok = reports::make_folder(o.out);
        auto material = ok ? gather_material(own) : result<std::string>(fail(ok.error()));
        watch_options how_to_watch = o.watch;
        how_to_watch.patience = o.silence;
        auto watching = material ? load_watch::start(how_to_watch, own.plan, own.target->name())
                                 : result<std::unique_ptr<load_watch>>(fail(material.error()));
        if (!watching) {
            const int code = report(watching.error());
            load::end_all(**box, code);
            return code;
        }
        watch = std::move(*watching);
        what.coordinator.material = std::move(*material);
        what.coordinator.setup = load::setup_of(own.plan, own.target->name());
        what.coordinator.interrupted = &interrupted();
        what.coordinator.show = [&](const load::progress& p) { watch->show(p); };
        what.coordinator.finish = [&](const load::load_result& r) {
            watch->clear();
            const int code = write_result(r, o.out, report);
            watch->finish(r);
            return code;
        };
        what.coordinator.report = report;
    }
    return load::run_jointly(**box, std::move(what), interrupted());
}

}  // namespace assay::harness
