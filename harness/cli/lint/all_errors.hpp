// Every error of a file, found by a reader that stops at its first. After an error the document is mended as a person
// would, and read again: a word becomes the one that the message suggests, a missing key is taken from a file that is
// right, and what cannot be mended is left out. An error that only follows from that is not reported. Pure,
// thread-safe.
#pragma once

#include <functional>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

// `right`: a file of the same kind without an error; nullptr: there is none. The errors are in the order of the file;
// one without a place comes last.
[[nodiscard]] std::vector<error> all_errors(yaml::document d,
                                            const std::function<result<void>(const yaml::document&)>& read,
                                            const yaml::document* right);

}  // namespace assay::harness
