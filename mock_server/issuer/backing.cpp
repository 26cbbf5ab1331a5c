#include "mock_server/issuer/backing.hpp"

#include "mock_server/issuer/memory_client_registry.hpp"
#include "mock_server/store/memory_device_store.hpp"
#include "mock_server/store/memory_store.hpp"
#include "mock_server/store/memory_transients.hpp"

namespace assay::mock {

issuer_state in_memory(const std::shared_ptr<memory_budget>& of, bool gives_first) {
    return {std::make_unique<memory_store>(of, gives_first), std::make_unique<memory_transients>(of, gives_first),
            std::make_unique<memory_client_registry>(of, !gives_first),
            std::make_unique<memory_device_store>(of, gives_first)};
}

}  // namespace assay::mock
