// The entries of a map in the order of their insertion (a deque of keys), to drop the oldest first. An entry may be
// gone while its key is still in the order: dropping it then frees nothing. Call with the store's lock.
#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace assay::mock {

// Drops the oldest entries until `bytes` are free or none is left. `drop(key)` returns the bytes that it has freed.
template <class Drop>
void drop_oldest(std::deque<std::string>& order, std::size_t bytes, Drop drop) {
    for (std::size_t freed = 0; freed < bytes && !order.empty(); order.pop_front()) freed += drop(order.front());
}

// Adds the key of a new entry; if there are then more than `max`, drops the oldest.
template <class Drop>
void add_newest(std::deque<std::string>& order, const std::string& key, std::size_t max, Drop drop) {
    order.push_back(key);
    if (order.size() <= max) return;
    drop(order.front());
    order.pop_front();
}

}  // namespace assay::mock
