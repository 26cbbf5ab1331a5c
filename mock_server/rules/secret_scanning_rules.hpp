// Rules of secret scanning, by which GitHub reports leaked tokens to Polar. Part of the table in
// rules.cpp.
#pragma once

#include "mock_server/rules/rules.hpp"

namespace assay::mock {

inline constexpr rule_row secret_scanning_rows[] = {
    {rule::secret_scanning_signed, "secret_scanning.signed", "GitHub secret scanning",
     "A report names its key and is signed.", channel::validation, 422, "RequestValidationError", ""},
    {rule::secret_scanning_key_known, "secret_scanning.key_known", "GitHub secret scanning",
     "The key of a report is one that GitHub publishes.", channel::json, 400, "PublicKeyNotFound",
     "Public key with key_identifier {} not found."},
    {rule::secret_scanning_signature_verifies, "secret_scanning.signature_verifies", "GitHub secret scanning",
     "The signature of a report is that of its bytes (ECDSA with SHA-256).", channel::json, 403, "InvalidSignature",
     "Invalid signature."},
    {rule::secret_scanning_report_well_formed, "secret_scanning.report_well_formed", "GitHub secret scanning",
     "A report is an array of tokens with types.", channel::validation, 422, "RequestValidationError", ""},
};

}  // namespace assay::mock
