#include "mock_server/redis/redis_settings.hpp"

#include <charconv>
#include <chrono>
#include <utility>

namespace assay::mock::redis {
namespace {

constexpr std::string_view number_member = "version";
constexpr std::string_view secret_member = "secret";
constexpr std::int64_t counters_s = 7 * 86'400;

std::int64_t integer(const std::string& text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

std::int64_t steady_s() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

}  // namespace

std::string redis_settings::agree_on_secret(const std::string& proposal) {
    const auto key = keys_.of("settings");
    const auto r = at_->change({{"HSETNX", key, std::string(secret_member), proposal},
                                {"EXPIRE", key, std::to_string(kept_s_)},
                                {"HGET", key, std::string(secret_member)}});
    return r ? r->back().text : std::string{};
}

std::optional<shared_settings::version> redis_settings::newer_than(std::int64_t number) {
    const auto key = keys_.of("settings");
    std::vector<words> asks{{"HGET", key, std::string(number_member)}};
    if (const auto now = steady_s(); now >= renew_at_s_.load()) {
        asks.push_back({"EXPIRE", key, std::to_string(kept_s_)});
        renew_at_s_.store(now + kept_s_ / 10);
    }
    const auto current = at_->run(asks);
    if (!current || integer(current->front().text) == number) return std::nullopt;
    const auto all = at_->run({"HGETALL", key});
    if (!all) return std::nullopt;
    version out;
    for (std::size_t n = 0; n + 1 < all->items.size(); n += 2) {
        const auto& name = all->items[n].text;
        const auto& text = all->items[n + 1].text;
        if (name == number_member) {
            out.number = integer(text);
        } else if (name == secret_member) {
            out.secret = text;
        } else if (auto v = json::parse(text)) {
            out.members.append(name, std::move(*v));
        }
    }
    return out;
}

std::int64_t redis_settings::publish(const json::object& members) {
    words arguments{std::to_string(kept_s_)};
    for (const auto& m : members.members) {
        arguments.push_back(m.name);
        arguments.push_back(json::format(m.v));
    }
    const auto r = at_->call(script::publish, {keys_.of("settings")}, arguments);
    return r ? r->number : 0;
}

std::int64_t redis_settings::add(const std::string& fault, const std::string& what) {
    const auto key = keys_.of("fault", fault);
    const auto r = at_->change({{"HINCRBY", key, what, "1"}, {"EXPIRE", key, std::to_string(counters_s)}});
    return r ? r->front().number : 0;
}

std::int64_t redis_settings::read(const std::string& fault, const std::string& what) {
    const auto r = at_->run({"HGET", keys_.of("fault", fault), what});
    return r ? integer(r->text) : 0;
}

}  // namespace assay::mock::redis
