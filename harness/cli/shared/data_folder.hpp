// Finds and reads the checks, profiles and clients. Not thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/file_tree.hpp"
#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/profile.hpp"

namespace assay::harness {

// The path of this program, and its command line.
[[nodiscard]] std::string program_path();
[[nodiscard]] std::string command_line();
// Every file that the program carries: "scenarios/…", "clients/…", "docs/…", "setup/…", and the list of advisories.
[[nodiscard]] std::span<const embedded_file> embedded_files();
// Writes one of them, or what was made from it, below a folder that need not exist; a script becomes executable.
// Errors: environment.
[[nodiscard]] result<void> write_carried(const std::string& path, std::string_view text);
// The tree with scenarios/ and clients/: `given` (--data), ASSAY_DATA, the source tree of this build,
// <program>/../share/assay, or else the files in the program. Errors: usage (`given` or ASSAY_DATA has no
// scenarios/).
[[nodiscard]] result<file_tree> find_data(const std::string& given);

struct catalogue {
    file_tree data{embedded_files()};
    std::vector<check> checks;
    std::vector<profile> profiles;

    [[nodiscard]] file_tree scenarios() const { return data / "scenarios"; }
    [[nodiscard]] file_tree clients() const { return data / "clients"; }
    // Valid names for known rows of profiles and clients.
    [[nodiscard]] known_row_names names() const;
    [[nodiscard]] const check* find_check(const std::string& id) const;
    // Errors: usage, with the nearest name.
    [[nodiscard]] result<const profile*> find_profile(const std::string& id) const;
};
[[nodiscard]] result<catalogue> load_catalogue(const std::string& given_data);

}  // namespace assay::harness
