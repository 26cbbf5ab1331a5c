// The members of an index (scripts.cpp), a page at a time: those of a client under load are millions. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "mock_server/redis/remote.hpp"

namespace assay::mock::redis {

[[nodiscard]] std::vector<std::string> texts_of(const reply& list);

// Calls `take` with every page, until it returns false. False if it did, or an outage was noted. A member that is
// there from the beginning to the end is not missed; one may come twice.
bool for_each_page(remote& at, const std::string& index,
                   const std::function<bool(const std::vector<std::string>& members)>& take);

}  // namespace assay::mock::redis
