// `assay init`: writes a start that works (templates/templates.yaml lists them) into a folder.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

struct init_options {
    std::string kind;
    std::string language;
    std::string folder = ".";
};

using pairs = std::vector<std::pair<std::string, std::string>>;

struct start_of {
    std::string kind, language, title;
    pairs files;    // name in the new folder, name among the embedded files
    pairs changes;  // text of an embedded file, what stands in its place
    std::vector<std::string> next;
};

result<pairs> pairs_of(const yaml::document& d, const yaml::node& n) {
    pairs out;
    for (const yaml::entry& e : n.entries) {
        auto text = yaml::as_text(d, e.value);
        if (!text) return fail(text.error());
        out.emplace_back(e.key, std::move(*text));
    }
    return out;
}

result<start_of> read_start(const yaml::document& d, const yaml::node& n) {
    start_of out;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "files" || e.key == "replace") {
            auto list = pairs_of(d, e.value);
            if (!list) return fail(list.error());
            (e.key == "files" ? out.files : out.changes) = std::move(*list);
            continue;
        }
        auto words = yaml::as_texts(d, e.value);
        if (!words) return fail(words.error());
        if (e.key == "next") {
            out.next = std::move(*words);
            continue;
        }
        (e.key == "kind" ? out.kind : e.key == "language" ? out.language : out.title) = words->front();
    }
    out.changes.emplace_back("@next@", fmt::format("{}", fmt::join(out.next, "\n")));
    return out;
}

result<std::vector<start_of>> all_starts() {
    auto d = file_tree(embedded_files()).read_yaml("harness/cli/templates/templates.yaml");
    if (!d) return fail(d.error());
    std::vector<start_of> out;
    for (const yaml::node& item : d->root.items) {
        auto one = read_start(*d, item);
        if (!one) return fail(one.error());
        out.push_back(std::move(*one));
    }
    return out;
}

result<start_of> chosen_start(const init_options& o) {
    auto all = all_starts();
    if (!all) return fail(all.error());
    std::vector<std::string> kinds, languages;
    for (const start_of& one : *all) {
        if (one.kind == o.kind && one.language == o.language) return one;
        if (std::find(kinds.begin(), kinds.end(), one.kind) == kinds.end()) kinds.push_back(one.kind);
        if (one.kind == o.kind && !one.language.empty()) languages.push_back(one.language);
    }
    if (std::find(kinds.begin(), kinds.end(), o.kind) == kinds.end())
        return fail(errc::usage, fmt::format("there is no start for '{}'{}", o.kind, did_you_mean(o.kind, kinds)));
    if (languages.empty())
        return fail(errc::usage, fmt::format("a {} has no language; leave --language out", o.kind));
    if (o.language.empty())
        return fail(errc::usage, fmt::format("say in which language: assay init {} --language {}", o.kind,
                                             fmt::join(languages, ", ")));
    return fail(errc::usage,
                fmt::format("there is no {} in '{}'{}", o.kind, o.language, did_you_mean(o.language, languages)));
}

std::string changed(std::string text, const pairs& changes) {
    for (const auto& [before, after] : changes) {
        for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + after.size()))
            text.replace(at, before.size(), after);
    }
    return text;
}

result<void> write_start(const start_of& start, const fs::path& folder) {
    const file_tree carried(embedded_files());
    for (const auto& [to, from] : start.files) {
        std::error_code bad;
        if (fs::exists(folder / to, bad))
            return fail(errc::usage, fmt::format("{} is there already, and nothing was written; name another folder: "
                                                 "assay init {} FOLDER",
                                                 (folder / to).lexically_normal().string(), start.kind));
    }
    for (const auto& [to, from] : start.files) {
        auto text = carried.read(from);
        if (!text) return fail(text.error());
        if (auto ok = write_carried((folder / to).string(), changed(std::move(*text), start.changes)); !ok) return ok;
    }
    return {};
}

int init(const init_options& o) {
    auto start = chosen_start(o);
    if (!start) return report_error(start.error());
    if (auto ok = write_start(*start, o.folder); !ok) return report_error(ok.error());
    fmt::print("Wrote {} ({}):\n", o.folder == "." ? "this folder" : o.folder, start->title);
    for (const auto& [to, from] : start->files) fmt::print("  {}\n", to);
    fmt::print("Next:\n");
    if (o.folder != ".") fmt::print("  cd {}\n", reports::shell_word(o.folder));
    for (const std::string& one : start->next) fmt::print("  {}\n", one);
    return 0;
}

}  // namespace

void add_init(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("init", "Write a start that works: a client, a server, a check, a mock");
    auto o = std::make_shared<init_options>();
    // The words for help and completion; a wrong one is told the nearest.
    command->add_option("kind", o->kind, "What to begin")->required()->type_name("{client,server,scenario,serve}");
    command->add_option("folder", o->folder, "Folder to write to; made if it is not there")->capture_default_str();
    command->add_option("--language", o->language, "Of a client")->type_name("{python,node,go,java,rust}");
    command->footer(
        "Each file says in comments what it is for; the commands to type next are printed.\n\n"
        "Examples:\n"
        "  assay init client --language python my-client   a client.yaml, and a small program around a library\n"
        "  assay init server                               a server.yaml, set up for `assay serve`\n"
        "  assay init scenario my-checks                   two checks with their witnesses\n"
        "  assay init serve                                a serve.yaml");
    command->callback([o, &exit_code] { exit_code = init(*o); });
}

}  // namespace assay::harness
