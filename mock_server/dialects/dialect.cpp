#include "mock_server/dialects/dialect.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
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

// The dialects in the binary, each read when it is first asked for: most runs need one or two of them, and reading
// all takes as long as the rest of a start. `polar@2025-02` is in dialects/polar-2025-02.yaml; an alias begins the
// name of its file. Thread-safe.
class built_in_dialects {
public:
    // nullptr: there is none.
    std::shared_ptr<const dialect> find(std::string_view name) {
        const std::lock_guard guard(lock_);
        return found(name);
    }
    const dialect_list& all() {
        const std::lock_guard guard(lock_);
        if (is_whole_) return all_;
        for (const auto& file : embedded_files()) {
            if (is_dialect(file)) static_cast<void>(read(file));
        }
        for (const auto& [file, d] : by_file_) all_.push_back(d);
        std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
        is_whole_ = true;
        return all_;
    }

private:
    static bool is_dialect(const embedded_file& file) { return file.name.starts_with("dialects/"); }

    std::shared_ptr<const dialect> found(std::string_view name) {
        std::string beginning = fmt::format("dialects/{}", name);
        std::replace(beginning.begin(), beginning.end(), '@', '-');
        for (const auto& file : embedded_files()) {
            if (!file.name.starts_with(beginning)) continue;
            auto d = read(file);
            if (is_called(*d, name)) return d;
        }
        return nullptr;
    }
    std::shared_ptr<const dialect> read(const embedded_file& file) {
        if (const auto there = by_file_.find(file.name); there != by_file_.end()) return there->second;
        auto d = parse_dialect(file.text, std::string(file.name),
                               [this](std::string_view name) -> result<std::shared_ptr<const dialect>> {
                                   if (auto base = found(name)) return base;
                                   return fail(errc::not_found, fmt::format("unknown dialect '{}'", name));
                               });
        if (!d) {
            std::fputs(("assay: " + d.error().text() + "\n").c_str(), stderr);
            std::abort();
        }
        return by_file_.emplace(file.name, std::make_shared<const dialect>(std::move(*d))).first->second;
    }

    std::mutex lock_;
    std::map<std::string_view, std::shared_ptr<const dialect>> by_file_;
    dialect_list all_;
    bool is_whole_ = false;
};
built_in_dialects& built_in() {
    static built_in_dialects all;
    return all;
}

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
    return built_in().all();
}

result<std::shared_ptr<const dialect>> find_dialect(std::string_view name) {
    auto& own = from_files();
    const std::lock_guard guard(own.lock);
    for (const auto& d : own.loaded) {
        if (is_called(*d, name)) return d;
    }
    if (auto ours = built_in().find(name)) return ours;
    auto all = own.loaded;
    all.insert(all.end(), dialects().begin(), dialects().end());
    return find_in(all, name);  // none: the message names the nearest
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
