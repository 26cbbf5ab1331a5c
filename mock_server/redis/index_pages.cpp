#include "mock_server/redis/index_pages.hpp"

namespace assay::mock::redis {

std::vector<std::string> texts_of(const reply& list) {
    std::vector<std::string> out;
    for (const auto& one : list.items) out.push_back(one.text);
    return out;
}

// From the end that expires last: what expires meanwhile leaves at the other end and moves nothing across a page.
bool for_each_page(remote& at, const std::string& index,
                   const std::function<bool(const std::vector<std::string>& members)>& take) {
    constexpr std::size_t page = 500;
    for (std::size_t from = 0;; from += page) {
        const auto some = at.run({"ZREVRANGE", index, std::to_string(from), std::to_string(from + page - 1)});
        if (!some) return false;
        if (!some->items.empty() && !take(texts_of(*some))) return false;
        if (some->items.size() < page) return true;
    }
}

}  // namespace assay::mock::redis
