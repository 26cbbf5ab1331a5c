// What a person pastes into a shell to see a fault: curl, grep, cut and openssl are enough.
#pragma once

#include <string>

#include "mock_server/faults/fault.hpp"

namespace assay::mock {

// Lines for a POSIX shell that meet `f` at its issuer. They ask the metadata for the endpoints; where a sign-in is
// needed, the issuer must sign in by itself: `assay serve --dialect strict --sign-in auto`, and --tls for the faults
// of TLS.
[[nodiscard]] std::string shell_lines(const fault& f, const std::string& issuer);

}  // namespace assay::mock
