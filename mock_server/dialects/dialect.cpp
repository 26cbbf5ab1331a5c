#include "mock_server/dialects/dialect.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "mock_server/assets/embedded_files.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

using dialect_list = std::vector<std::shared_ptr<const dialect>>;

bool is_called(const dialect& d, std::string_view name) {
    return d.name == name || std::find(d.aliases.begin(), d.aliases.end(), name) != d.aliases.end();
}

result<std::shared_ptr<const dialect>> find_in(const dialect_list& all, std::string_view name) {
    std::vector<std::string> names;
    for (const auto& d : all) {
        if (is_called(*d, name)) return d;
        names.push_back(d->name);
        names.insert(names.end(), d->aliases.begin(), d->aliases.end());
    }
    return fail(errc::not_found, fmt::format("unknown dialect '{}'{}", name, did_you_mean(name, names)));
}

// Loads the dialects in the binary. `extends: polar@2025-02` refers to dialects/polar-2025-02.yaml.
class embedded_loader {
public:
    dialect_list load() {
        for (const auto& file : embedded_files()) {
            if (file.name.starts_with("dialects/")) load_file(file);
        }
        std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
        return std::move(all_);
    }

private:
    result<std::shared_ptr<const dialect>> find(std::string_view name) {
        std::string file_name = fmt::format("dialects/{}.yaml", name);
        std::replace(file_name.begin(), file_name.end(), '@', '-');
        for (const auto& file : embedded_files()) {
            if (file.name == file_name) load_file(file);
        }
        return find_in(all_, name);
    }
    void load_file(const embedded_file& file) {
        if (std::find(seen_.begin(), seen_.end(), file.name) != seen_.end()) return;
        seen_.push_back(file.name);
        auto d =
            parse_dialect(file.text, std::string(file.name), [this](std::string_view name) { return find(name); });
        if (!d) {
            std::fputs(("assay: " + d.error().text() + "\n").c_str(), stderr);
            std::abort();
        }
        all_.push_back(std::make_shared<const dialect>(std::move(*d)));
    }
    dialect_list all_;
    std::vector<std::string_view> seen_;
};

// Dialects that the user loaded from files; a later one replaces an earlier one of the same name.
struct file_dialects {
    std::mutex lock;
    dialect_list loaded;
};
file_dialects& from_files() {
    static file_dialects all;
    return all;
}

}  // namespace

bool dialect::knows_scopes(const std::vector<std::string>& asked) const {
    return std::all_of(asked.begin(), asked.end(), [&](const std::string& one) {
        return oauth::has_scope(scopes_supported, one) || oauth::has_scope(reserved_scopes, one);
    });
}

const std::vector<std::shared_ptr<const dialect>>& dialects() {
    static const auto all = embedded_loader{}.load();
    return all;
}

result<std::shared_ptr<const dialect>> find_dialect(std::string_view name) {
    auto& own = from_files();
    const std::lock_guard guard(own.lock);
    auto all = own.loaded;
    all.insert(all.end(), dialects().begin(), dialects().end());
    return find_in(all, name);
}

result<std::shared_ptr<const dialect>> load_dialect(const std::string& name_or_file) {
    const bool is_file = name_or_file.ends_with(".yaml") || name_or_file.ends_with(".yml") ||
                         name_or_file.find('/') != std::string::npos;
    if (!is_file) return find_dialect(name_or_file);
    auto text = yaml::read_text(name_or_file);
    if (!text) return fail(text.error());
    return add_dialect(*text, name_or_file);
}

result<std::shared_ptr<const dialect>> add_dialect(std::string_view text, std::string file) {
    auto document = yaml::parse(text, std::move(file));
    if (!document) return fail(document.error());
    auto d = read_dialect(*document, find_dialect);
    if (!d) return fail(d.error());
    for (const auto& ours : dialects()) {
        if (is_called(*ours, d->name))
            return fail(document->error_at(
                document->root.find("name")->at,
                fmt::format("'{}' is the name of a built-in dialect; choose another name", d->name)));
    }
    auto made = std::make_shared<const dialect>(std::move(*d));
    auto& own = from_files();
    const std::lock_guard guard(own.lock);
    std::erase_if(own.loaded, [&](const auto& one) { return one->name == made->name; });
    own.loaded.push_back(made);
    return made;
}

}  // namespace assay::mock
