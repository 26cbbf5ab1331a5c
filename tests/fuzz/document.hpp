// What every reader of our YAML files promises: it never crashes, and its errors have a place in the file.
#pragma once

#include <algorithm>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/yaml.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/loader.hpp"
#include "tests/fuzz/target.hpp"

namespace assay::fuzz {

inline void must_have_place(const error& e) {
    must(!e.message.empty() && e.message.find('\n') == std::string::npos, "an error is one sentence: " + e.text());
    if (e.code != errc::bad_yaml) return;
    const auto colons = std::count(e.where.begin(), e.where.end(), ':');
    must(colons >= 2 && e.where.find(":0:") == std::string::npos, "an error has line and column: " + e.text());
}

inline const harness::vocabulary& verbs() {
    static const harness::vocabulary all{harness::server_verbs(), harness::client_verbs()};
    return all;
}

// Passes the document to the reader, and says whether it was accepted.
template <class Reader>
bool read_document(std::string_view text, const Reader& read) {
    const auto d = yaml::parse(text, "fuzz.yaml");
    if (!d) {
        must_have_place(d.error());
        return false;
    }
    const auto made = read(*d);
    if (!made) must_have_place(made.error());
    return made.has_value();
}

// A file without a disk, for readers that take a path.
class memory_file {
public:
    memory_file() : descriptor_(memfd_create("fuzz", 0)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {}
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;
    ~memory_file() { close(descriptor_); }

    void put(std::string_view text) const {
        must(ftruncate(descriptor_, 0) == 0 &&
                 pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
             "the file in memory is written");
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    int descriptor_;
    std::string path_;
};

}  // namespace assay::fuzz
