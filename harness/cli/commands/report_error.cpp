#include <cstdio>

#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"

namespace assay::harness {

int report_error(const error& e) {
    fmt::print(stderr, "assay: {}\n", e.text());
    switch (e.code) {
        case errc::usage:
        case errc::bad_yaml:
        case errc::not_found:
            return exit_usage;
        default:
            return exit_environment;
    }
}

}  // namespace assay::harness
