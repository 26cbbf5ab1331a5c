// Shell commands that show a fault: curl, grep, cut and openssl are enough. Thread-safe: pure functions.
#pragma once

#include <string>

#include "mock_server/faults/fault.hpp"

namespace assay::mock {

// Lines for a POSIX shell that show `f` at its issuer. They look up the endpoints in the metadata. Where a sign-in is
// needed, the issuer must sign in automatically: `assay serve --dialect strict --sign-in auto`, and --tls for the
// faults of TLS.
[[nodiscard]] std::string shell_lines(const fault& f, const std::string& issuer);

}  // namespace assay::mock
