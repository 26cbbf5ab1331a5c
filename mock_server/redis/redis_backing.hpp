// `assay serve --store redis://…`: Redis or Valkey as the store of several mocks. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "data/result.hpp"
#include "mock_server/issuer/backing.hpp"
#include "mock_server/redis/address.hpp"

namespace assay::mock::redis {

// Errors: tls, environment (it does not answer, or refuses).
[[nodiscard]] result<std::shared_ptr<backing>> open_backing(const address& to, const std::string& ca_file);

}  // namespace assay::mock::redis
