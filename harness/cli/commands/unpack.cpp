// `assay unpack`: writes the files that the program carries, to read, change and extend them.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/data_folder.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

struct unpack_options {
    std::string folder;
    std::vector<std::string> only;
    bool overwrite = false;
};

// "clients/authlib" names the files below it; "clients/authlib/app.py" names itself.
bool is_below(std::string_view file, std::string_view name) {
    return file.starts_with(name) && (file.size() == name.size() || file[name.size()] == '/');
}

result<std::vector<embedded_file>> chosen(std::vector<std::string> only) {
    for (std::string& name : only) {
        while (name.ends_with('/')) name.pop_back();  // as shells complete folders
    }
    std::vector<embedded_file> out;
    std::vector<std::string> folders;
    for (const embedded_file& f : embedded_files()) {
        if (f.name.starts_with("harness/")) continue;  // what the program reads for itself
        for (std::size_t slash = f.name.find('/'); slash != std::string_view::npos;
             slash = f.name.find('/', slash + 1))
            folders.emplace_back(f.name.substr(0, slash));
        const auto names_it = [&](const std::string& name) { return is_below(f.name, name); };
        if (only.empty() || std::any_of(only.begin(), only.end(), names_it)) out.push_back(f);
    }
    for (const std::string& name : only) {
        if (std::any_of(out.begin(), out.end(), [&](const embedded_file& f) { return is_below(f.name, name); }))
            continue;
        return fail(errc::usage, fmt::format("the program carries no '{}'{}", name, did_you_mean(name, folders)));
    }
    return out;
}

int unpack(const unpack_options& o) {
    auto files = chosen(o.only);
    if (!files) return report_error(files.error());
    const fs::path folder = o.folder;
    std::error_code bad;
    for (const embedded_file& f : *files) {
        if (!o.overwrite && fs::exists(folder / f.name, bad)) {
            return report_error({errc::usage, fmt::format("{} is there already; --overwrite replaces what is there",
                                                          (folder / f.name).string())});
        }
    }
    for (const embedded_file& f : *files) {
        if (auto ok = write_carried((folder / f.name).string(), f.text); !ok) return report_error(ok.error());
    }
    fmt::print("Wrote {} files to {}\n", files->size(), o.folder);
    fmt::print("  --data {0}            takes checks, profiles and clients from there\n", o.folder);
    if (fs::exists(folder / "setup" / "clients.sh", bad))
        fmt::print("  {0}/setup/clients.sh  installs the clients' libraries, all or those named\n", o.folder);
    return 0;
}

}  // namespace

void add_unpack(CLI::App& app, int& exit_code) {
    auto* command =
        app.add_subcommand("unpack", "Write checks, profiles and clients to a folder, to read and change them");
    auto o = std::make_shared<unpack_options>();
    command->add_option("folder", o->folder, "Folder to write to; made if it is not there")->required();
    command->add_option("names", o->only, "Only these files or folders: scenarios, clients/authlib, docs");
    command->add_flag("--overwrite", o->overwrite, "Replace files that are there");
    command->footer(
        "Examples:\n"
        "  assay unpack my-assay && my-assay/setup/clients.sh authlib\n"
        "  assay run --profile polar --client authlib --data my-assay");
    command->callback([o, &exit_code] { exit_code = unpack(*o); });
}

}  // namespace assay::harness
