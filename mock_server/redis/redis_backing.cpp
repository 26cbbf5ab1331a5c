#include "mock_server/redis/redis_backing.hpp"

#include <utility>

#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/redis_clients.hpp"
#include "mock_server/redis/redis_settings.hpp"
#include "mock_server/redis/redis_store.hpp"
#include "mock_server/redis/redis_transients.hpp"
#include "mock_server/redis/remote.hpp"
#include "mock_server/store/memory_device_store.hpp"

namespace assay::mock::redis {
namespace {

// As a literal text in a pattern of SCAN.
std::string literal(const std::string& text) {
    std::string out;
    for (const char ch : text) {
        if (std::string_view("*?[]\\^").find(ch) != std::string_view::npos) out += '\\';
        out += ch;
    }
    return out;
}

class redis_backing final : public backing {
public:
    explicit redis_backing(std::shared_ptr<remote> at) : at_(std::move(at)) {}

    [[nodiscard]] issuer_state open(const std::string& issuer_name, bool passing,
                                    std::function<std::int64_t()> now) override {
        const key_names keys(at_->to().prefix, issuer_name);
        return {std::make_unique<redis_store>(at_, keys),
                std::make_unique<redis_transients>(at_, keys, std::move(now)),
                std::make_unique<redis_clients>(at_, keys, passing), std::make_unique<memory_device_store>(),
                std::make_shared<redis_settings>(at_, keys, passing)};
    }

    void forget(const std::string& issuer_name) override {
        const auto pattern = literal(key_names(at_->to().prefix, issuer_name).of("")) + "*";
        std::string cursor = "0";
        do {
            const auto found = at_->run({"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"});
            if (!found || found->items.size() != 2) return;
            cursor = found->items[0].text;
            words gone{"UNLINK"};
            for (const auto& key : found->items[1].items) gone.push_back(key.text);
            if (gone.size() > 1 && !at_->change({std::move(gone)})) return;
        } while (cursor != "0");
    }

    [[nodiscard]] std::string shown() const override { return at_->to().shown(); }
    [[nodiscard]] bool is_up() const override { return at_->is_up(); }

private:
    std::shared_ptr<remote> at_;
};

}  // namespace

result<std::shared_ptr<backing>> open_backing(const address& to, const std::string& ca_file) {
    auto at = remote::open(to, ca_file);
    if (!at) return fail(at.error());
    return std::make_shared<redis_backing>(std::move(*at));
}

}  // namespace assay::mock::redis
