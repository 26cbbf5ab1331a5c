// Finds and reads the checks, profiles and clients. Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/profile.hpp"

namespace assay::harness {

// The path of this program, and its command line.
[[nodiscard]] std::string program_path();
[[nodiscard]] std::string command_line();
// The folder with scenarios/: `given` (--data), ASSAY_DATA, the source tree of this build, or
// <program>/../share/assay. Errors: usage, with the places it looked at.
[[nodiscard]] result<std::string> find_data(const std::string& given);

struct catalogue {
    std::string data;  // the folder
    std::vector<check> checks;
    std::vector<profile> profiles;

    [[nodiscard]] std::string scenarios() const { return data + "/scenarios"; }
    [[nodiscard]] std::string clients() const { return data + "/clients"; }
    // Valid names for known rows of profiles and clients.
    [[nodiscard]] known_row_names names() const;
    [[nodiscard]] const check* find_check(const std::string& id) const;
    // Errors: usage, with the nearest name.
    [[nodiscard]] result<const profile*> find_profile(const std::string& id) const;
};
[[nodiscard]] result<catalogue> load_catalogue(const std::string& given_data);

}  // namespace assay::harness
