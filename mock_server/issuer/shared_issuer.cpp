// An issuer that several mocks serve: what is set at one of them holds at all.
#include <utility>

#include "mock_server/issuer/issuer.hpp"
#include "mock_server/issuer/people.hpp"
#include "mock_server/store/outage.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view configured_member = "configured";

std::int64_t number_at(const json::value& v, std::string_view name) {
    const auto* number = v.find(name);
    return number == nullptr ? 0 : number->as_integer().value_or(0);
}

const json::array& list_at(const json::value& v, std::string_view name) {
    static const json::array none;
    const auto* list = v.find(name);
    return list == nullptr || !list->is_array() ? none : *list->as_array();
}

}  // namespace

json::object issuer::clock_setting() const {
    return {{"frozen_ms", frozen_ms_.load(std::memory_order_relaxed)},
            {"offset_ms", offset_ms_.load(std::memory_order_relaxed)}};
}

json::object issuer::keys_setting() const {
    return {{"newest", std::int64_t{key_.load()}}, {"oldest", std::int64_t{oldest_key_.load()}}};
}

json::object issuer::faults_setting() const {
    const auto all = faults();
    json::array ids;
    for (auto& id : all->ids()) ids.emplace_back(std::move(id));
    return {{"specs", all->specs()}, {"ids", std::move(ids)}};
}

json::object issuer::people_setting() const {
    json::array all_users;
    for (const auto& u : users()) all_users.emplace_back(to_json(u));
    json::array all_organizations;
    for (const auto& o : organizations()) all_organizations.emplace_back(to_json(o));
    return {{"users", std::move(all_users)}, {"organizations", std::move(all_organizations)}};
}

json::array issuer::claims_setting() const {
    json::array rows;
    if (const auto all = claims()) {
        for (const auto& row : *all) rows.emplace_back(to_json(row));
    }
    return rows;
}

json::value issuer::setting(std::string_view member) const {
    if (member == "clock") return clock_setting();
    if (member == "keys") return keys_setting();
    if (member == "faults") return faults_setting();
    if (member == "people") return people_setting();
    return claims_setting();
}

std::shared_ptr<const std::string> issuer::secret() const {
    const std::lock_guard guard(lock_);
    return secret_;
}

void issuer::take_over_secret(const std::string& agreed) {
    if (agreed.empty() || agreed == *secret()) return;
    auto taken = std::make_shared<const std::string>(agreed);
    const std::lock_guard guard(lock_);
    secret_ = std::move(taken);
}

result<void> issuer::set(const std::string& member, const std::function<result<void>()>& change) {
    const std::lock_guard alone(changing_);
    json::object changed;
    {
        const std::lock_guard guard(settling_);
        if (auto done = change(); !done) return done;
        if (!is_shared()) return {};
        changed.append(member, setting(member));
        in_force_.set(member, changed.members.front().v);
    }
    // If it cannot be done, whoever asked for it gets 503.
    (void)state_.settings->publish(changed);
    return {};
}

void issuer::join(std::string configured, std::function<void()> begin) {
    if (!state_.settings) return;
    configured_ = std::move(configured);
    begin_ = std::move(begin);
    begin_shared();
    catch_up();
}

void issuer::begin_shared() {
    take_over_secret(state_.settings->agree_on_secret(*secret()));
    is_joined_.store(true, std::memory_order_release);
    const auto there = state_.settings->newer_than(-1);
    if (outage::is_noted()) return;
    const auto* before = there ? there->members.find(configured_member) : nullptr;
    if (before != nullptr && *before == json::value(configured_)) return;
    json::object all;
    all.append(std::string(configured_member), configured_);
    {
        const std::lock_guard guard(settling_);
        faults()->share(state_.settings, {});
        for (const char* member : {"clock", "keys", "faults", "people", "claims"})
            all.append(member, setting(member));
        for (const auto& m : all.members) in_force_.set(m.name, m.v);
    }
    (void)state_.settings->publish(all);
}

void issuer::catch_up() {
    if (!is_shared()) return;
    for (;;) {
        const auto seen = version_.load(std::memory_order_acquire);
        const auto there = state_.settings->newer_than(seen);
        if (!there) return;
        if (there->number == 0) {  // the store lost everything
            const std::lock_guard alone(changing_);
            const auto still = state_.settings->newer_than(seen);
            if (still && still->number == 0) {
                begin_();
                begin_shared();
            }
            if (outage::is_noted()) return;
            continue;
        }
        const std::lock_guard guard(settling_);
        if (version_.load(std::memory_order_acquire) != seen) continue;  // another request applied one meanwhile
        apply(*there);
        return;
    }
}

// With settling_ held.
void issuer::apply(const shared_settings::version& v) {
    // A mock that began after the store lost everything may have proposed another one first.
    take_over_secret(v.secret);
    for (const auto& m : v.members.members) {
        const auto* before = in_force_.find(m.name);
        if (before != nullptr && *before == m.v) continue;
        if (m.name == "clock") {
            frozen_ms_.store(number_at(m.v, "frozen_ms"), std::memory_order_relaxed);
            offset_ms_.store(number_at(m.v, "offset_ms"), std::memory_order_relaxed);
        } else if (m.name == "keys") {
            oldest_key_.store(static_cast<unsigned>(number_at(m.v, "oldest")), std::memory_order_release);
            key_.store(static_cast<unsigned>(number_at(m.v, "newest")), std::memory_order_release);
        } else if (m.name == "faults") {
            apply_faults(m.v);
        } else if (m.name == "people") {
            apply_people(m.v);
        } else if (m.name == "claims") {
            apply_claims(m.v);
        }
        in_force_.set(m.name, m.v);
    }
    version_.store(v.number, std::memory_order_release);
}

// What the other mock could set this one can, unless it is of another version: then it keeps what it has.
void issuer::apply_faults(const json::value& v) {
    auto all = fault_set::from_json(list_at(v, "specs"));
    if (!all) return;
    std::vector<std::string> ids;
    for (const auto& id : list_at(v, "ids")) ids.push_back(id.is_string() ? *id.as_string() : "");
    (*all)->share(state_.settings, ids);
    (void)install_faults(std::move(*all));
}

void issuer::apply_people(const json::value& v) {
    people next;
    const auto no_id = [] { return std::string{}; };  // all of them have one
    for (const auto& one : list_at(v, "organizations")) {
        auto o = organization_from_json(one);
        if (!o || !put(next, std::move(*o), no_id)) return;
    }
    for (const auto& one : list_at(v, "users")) {
        auto u = user_from_json(one);
        if (!u || !put(next, std::move(*u), no_id)) return;
    }
    if (next.users.empty()) return;
    (void)install_people([&](people& all) -> result<void> {
        all = std::move(next);
        return {};
    });
}

void issuer::apply_claims(const json::value& v) {
    std::vector<claim_row> rows;
    if (!v.is_array()) return;
    for (const auto& one : *v.as_array()) {
        auto row = claim_row_from_json(one, speaks());
        if (!row) return;
        rows.push_back(std::move(*row));
    }
    install_claims(std::move(rows));
}

}  // namespace assay::mock
