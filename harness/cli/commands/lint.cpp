// `assay lint`: every error of the files that a user writes, at once.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/lint/file_kind.hpp"
#include "harness/cli/shared/ci_service.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

struct lint_options {
    std::vector<std::string> names;
    std::string kind;
    std::string data;
};

struct linted_file {
    yaml::document document;
    const file_kind* kind = nullptr;
};

struct lint_work {
    std::vector<linted_file> files;
    std::vector<error> errors;  // of files that cannot be read
};

std::vector<std::string> kind_names() {
    std::vector<std::string> out;
    for (const file_kind& kind : file_kinds()) out.emplace_back(kind.name);
    return out;
}

// Files below a folder are taken if they are recognised; a file that was named has to be.
void add_file(const std::string& path, bool named, const file_kind* kind, lint_work& work) {
    const auto text = yaml::read_text(path);
    if (!text) return work.errors.push_back(text.error());
    auto d = yaml::parse(*text, path);
    if (!d) {
        // Someone else's YAML may be of another version, or a template.
        if (named || path.ends_with("/client.yaml") || path.ends_with("/server.yaml"))
            work.errors.push_back(d.error());
        return;
    }
    if (kind == nullptr) kind = kind_of(*d, *text);
    if (kind != nullptr) return work.files.push_back({std::move(*d), kind});
    if (!named) return;
    work.errors.push_back({errc::usage,
                           fmt::format("this is none of the files of Assay by its name or keys; if it is, say which "
                                       "with --as {}",
                                       fmt::join(kind_names(), ", ")),
                           path});
}

result<lint_work> gather(const lint_options& o) {
    const auto kinds = file_kinds();
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const file_kind& k) { return k.name == o.kind; });
    if (!o.kind.empty() && kind == kinds.end())
        return fail(errc::usage, fmt::format("--as {}: there is no such kind of file{}", o.kind,
                                             did_you_mean(o.kind, kind_names())));
    const file_kind* as = o.kind.empty() ? nullptr : &*kind;
    lint_work out;
    for (const std::string& name : o.names) {
        std::error_code bad;
        if (!fs::is_directory(name, bad)) {
            add_file(name, true, as, out);
            continue;
        }
        for (const std::string& file : file_tree(name).files(".yaml")) {
            const std::string path = (fs::path(name) / file).lexically_normal().string();
            // Dated sets look like profiles; the program writes them, and nobody edits one.
            if (path.find("scenarios/frozen/") == std::string::npos) add_file(path, false, as, out);
        }
    }
    if (out.files.empty() && out.errors.empty())
        return fail(errc::usage, fmt::format("there is no file of Assay in {}: {}; `assay init` writes one",
                                             fmt::join(o.names, ", "), fmt::join(kind_names(), ", ")));
    return out;
}

int lint(const lint_options& o) {
    auto work = gather(o);
    if (!work) return report_error(work.error());
    auto all = load_catalogue(o.data);
    if (!all) return report_error(all.error());
    // Profiles and known rows may name the checks beside them.
    for (const linted_file& f : work->files) {
        if (f.kind->name != "check") continue;
        auto c = load_check(f.document, {server_verbs(), client_verbs()});
        if (c && all->find_check(c->id) == nullptr) all->checks.push_back(std::move(*c));
    }
    std::size_t wrong = work->errors.size();
    for (const linted_file& f : work->files) {
        const auto found = lint_file(*f.kind, f.document, *all);
        if (!found.empty()) ++wrong;
        work->errors.insert(work->errors.end(), found.begin(), found.end());
    }
    {
        const no_workflow_commands here;
        for (const error& e : work->errors) fmt::print("{}\n", e.text());
    }
    tell_service(work->errors);
    const std::size_t files = std::max(work->files.size(), wrong);
    if (work->errors.empty()) {
        fmt::print("{} file{}, no error\n", files, files == 1 ? "" : "s");
        return 0;
    }
    fmt::print("{} error{} in {} of {} file{}\n", work->errors.size(), work->errors.size() == 1 ? "" : "s", wrong,
               files, files == 1 ? "" : "s");
    return exit_usage;
}

}  // namespace

void add_lint(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("lint", "Report every error in the files that you write, with its place");
    auto o = std::make_shared<lint_options>();
    o->names = {"."};
    command->add_option("files", o->names, "Files or folders (default: this folder); in folders those it recognises");
    command->add_option("--as", o->kind, "What the files are, if it cannot be seen")
        ->type_name(fmt::format("{{{}}}", fmt::join(kind_names(), ",")));
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->footer(
        "A file is recognised by its yaml-language-server line, its name (client.yaml, server.yaml, baseline.yaml,\n"
        "serve.yaml) or its keys. On GitHub Actions each error is also an annotation. Exit code 2 if there is an "
        "error.\n\n"
        "Examples:\n"
        "  assay lint\n"
        "  assay lint my-client/client.yaml my-checks\n"
        "  assay lint --as dialect mine.yaml");
    command->callback([o, &exit_code] { exit_code = lint(*o); });
}

}  // namespace assay::harness
