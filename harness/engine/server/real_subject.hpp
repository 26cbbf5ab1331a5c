// A server that is not ours, as the subject of a run.
#pragma once

#include <memory>

#include "harness/engine/server/server_file.hpp"
#include "harness/engine/server/subject.hpp"

namespace assay::harness {

// Asks for the metadata once (OIDC Discovery §4, else RFC 8414 §3): capabilities that it names are added. A server
// that cannot be reached is a subject all the same; prepare() says so in one sentence.
[[nodiscard]] std::unique_ptr<server_subject> make_real_subject(server_spec spec);

}  // namespace assay::harness
