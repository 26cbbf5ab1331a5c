#include "mock_server/redis/redis_clients.hpp"

#include <utility>

namespace assay::mock::redis {
namespace {

constexpr std::size_t registered_max = 10'000;

}  // namespace

std::shared_ptr<const client> redis_clients::find(std::string_view client_id) const {
    const auto r = at_->run({"HGET", keys_.of("clients"), std::string(client_id)});
    if (!r || r->is_nothing()) return nullptr;
    auto c = client_of(r->text);
    return c ? std::make_shared<const client>(std::move(*c)) : nullptr;
}

bool redis_clients::put(client c) {
    (void)at_->call(script::put_client,
                    {keys_.of("clients"), keys_.of("clients-in-order"), keys_.of("clients-registered"),
                     keys_.of("clients-numbers")},
                    {c.client_id, record_of(c), c.registration_access_token.empty() ? "0" : "1",
                     std::to_string(registered_max), std::to_string(passing_ ? kept_at_most_s : 0)});
    return true;  // an outage is no lack of memory
}

bool redis_clients::remove(const std::string& client_id) {
    const auto done =
        at_->call(script::remove_client,
                  {keys_.of("clients"), keys_.of("clients-in-order"), keys_.of("clients-registered")}, {client_id});
    return done && done->is_yes();
}

std::vector<client> redis_clients::all() const {
    std::vector<client> out;
    const auto ids = at_->run({"ZRANGE", keys_.of("clients-in-order"), "0", "-1"});
    if (!ids || ids->items.empty()) return out;
    words read{"HMGET", keys_.of("clients")};
    for (const auto& id : ids->items) read.push_back(id.text);
    const auto records = at_->run(std::move(read));
    if (!records) return out;
    for (const auto& one : records->items) {
        if (auto c = client_of(one.text)) out.push_back(std::move(*c));
    }
    return out;
}

}  // namespace assay::mock::redis
