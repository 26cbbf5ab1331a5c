#include "mock_server/store/device_store.hpp"

#include <array>

namespace assay::mock {

std::string_view device_state_name(device_state s) {
    constexpr std::array<std::string_view, 4> names{"pending", "allowed", "denied", "redeemed"};
    return names[static_cast<std::size_t>(s)];
}

}  // namespace assay::mock
