#include "data/file_tree.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace assay {
namespace {

namespace fs = std::filesystem;

bool is_entered(const fs::directory_entry& e) {
    const std::string name = e.path().filename().string();
    return !name.starts_with('.') && name != "node_modules";
}

}  // namespace

file_tree::file_tree(std::string path) : path_(std::move(path)) {}

std::string file_tree::path() const {
    if (!embedded_) return path_;
    return path_.empty() ? "the program" : path_ + " in the program";
}

std::string file_tree::prefixed(std::string_view name) const {
    if (path_.empty()) return std::string(name);
    return fmt::format("{}/{}", path_, name);
}

const embedded_file* file_tree::find(std::string_view name) const {
    const std::string full = prefixed(name);
    const auto at =
        std::find_if(files_.begin(), files_.end(), [&](const embedded_file& f) { return f.name == full; });
    return at == files_.end() ? nullptr : &*at;
}

file_tree file_tree::operator/(std::string_view name) const {
    file_tree out = *this;
    out.path_ = prefixed(name);
    return out;
}

bool file_tree::has_file(std::string_view name) const {
    if (embedded_) return find(name) != nullptr;
    std::error_code bad;
    return fs::is_regular_file(prefixed(name), bad);
}

result<std::string> file_tree::read(std::string_view name) const {
    if (!embedded_) return yaml::read_text(prefixed(name));
    const embedded_file* found = find(name);
    if (found == nullptr) return fail(errc::not_found, fmt::format("there is no {} in the program", prefixed(name)));
    return std::string(found->text);
}

result<yaml::document> file_tree::read_yaml(std::string_view name) const {
    auto text = read(name);
    if (!text) return fail(text.error());
    return yaml::parse(*text, prefixed(name));
}

std::vector<std::string> file_tree::files(std::string_view ending) const {
    std::vector<std::string> out;
    if (embedded_) {
        const std::string before = prefixed("");
        for (const embedded_file& f : files_) {
            if (f.name.starts_with(before) && f.name.ends_with(ending))
                out.emplace_back(f.name.substr(before.size()));
        }
    } else {
        std::error_code bad;
        for (fs::recursive_directory_iterator at(path_, bad), end; !bad && at != end; at.increment(bad)) {
            if (!is_entered(*at)) {
                at.disable_recursion_pending();
                continue;
            }
            const std::string name = at->path().lexically_relative(path_).string();
            if (at->is_regular_file(bad) && name.ends_with(ending)) out.push_back(name);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> file_tree::stems(std::string_view ending) const {
    std::vector<std::string> out = files(ending);
    for (std::string& name : out) name.resize(name.size() - ending.size());
    return out;
}

std::vector<std::string> file_tree::folders_with(std::string_view file) const {
    std::vector<std::string> out;
    if (embedded_) {
        for (std::string& name : files(file)) {
            const std::size_t slash = name.find('/');
            if (slash != std::string::npos && std::string_view(name).substr(slash + 1) == file) {
                name.resize(slash);
                out.push_back(std::move(name));
            }
        }
        return out;
    }
    std::error_code bad;
    for (fs::directory_iterator at(path_, bad), end; !bad && at != end; at.increment(bad)) {
        std::string name = at->path().filename().string();
        if (has_file(fmt::format("{}/{}", name, file))) out.push_back(std::move(name));
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace assay
