#include "harness/scenario/pattern.hpp"

#include <re2/re2.h>

namespace assay::harness {

bool is_pattern_with_one_group(const std::string& pattern) {
    const RE2 compiled(pattern, RE2::Quiet);
    return compiled.ok() && compiled.NumberOfCapturingGroups() == 1;
}

std::string first_in(std::string_view text, const std::string& pattern) {
    std::string found;
    RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), RE2(pattern, RE2::Quiet), &found);
    return found;
}

}  // namespace assay::harness
