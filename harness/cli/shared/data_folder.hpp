// Where the checks, profiles and clients are, and what is in them.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/profile.hpp"

namespace assay::harness {

// The path of this program, and the line it was started with.
[[nodiscard]] std::string program_path();
[[nodiscard]] std::string command_line();
// The folder that holds scenarios/: `given` (--data), ASSAY_DATA, the source tree this program was built in, or
// <program>/../share/assay. Errors: usage, saying where it looked.
[[nodiscard]] result<std::string> find_data(const std::string& given);

struct catalogue {
    std::string data;  // the folder
    std::vector<check> checks;
    std::vector<profile> profiles;

    [[nodiscard]] std::string scenarios() const { return data + "/scenarios"; }
    [[nodiscard]] std::string clients() const { return data + "/clients"; }
    // What known rows of profiles and clients may name.
    [[nodiscard]] known_row_names names() const;
    [[nodiscard]] const check* find_check(const std::string& id) const;
    // Errors: usage, with the nearest name.
    [[nodiscard]] result<const profile*> find_profile(const std::string& id) const;
};
[[nodiscard]] result<catalogue> load_catalogue(const std::string& given_data);

}  // namespace assay::harness
