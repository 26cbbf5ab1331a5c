#include "mock_server/store/outage.hpp"

#include <utility>

namespace assay::mock::outage {
namespace {

thread_local std::string noted;

}  // namespace

void forget() {
    noted.clear();
}

void note(std::string why) {
    if (noted.empty()) noted = std::move(why);
}

bool is_noted() {
    return !noted.empty();
}

const std::string& reason() {
    return noted;
}

}  // namespace assay::mock::outage
