#include "mock_server/redis/redis_settings.hpp"

#include <charconv>
#include <utility>

namespace assay::mock::redis {
namespace {

constexpr std::string_view number_member = "version";
constexpr std::int64_t counters_s = 7 * 86'400;

std::int64_t integer(const std::string& text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

std::string redis_settings::agree_on_secret(const std::string& proposal) {
    const auto key = keys_.of("secret");
    const auto r = at_->change({{"SET", key, proposal, "NX"}, {"GET", key}});
    return r ? r->back().text : std::string{};
}

std::optional<shared_settings::version> redis_settings::newer_than(std::int64_t number) {
    const auto key = keys_.of("settings");
    const auto current = at_->run({"HGET", key, std::string(number_member)});
    if (!current || integer(current->text) == number) return std::nullopt;
    const auto all = at_->run({"HGETALL", key});
    if (!all) return std::nullopt;
    version out;
    for (std::size_t n = 0; n + 1 < all->items.size(); n += 2) {
        const auto& name = all->items[n].text;
        const auto& text = all->items[n + 1].text;
        if (name == number_member) {
            out.number = integer(text);
        } else if (auto v = json::parse(text)) {
            out.members.append(name, std::move(*v));
        }
    }
    return out;
}

std::int64_t redis_settings::publish(const json::object& members) {
    words arguments;
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
