#include "mock_server/issuer/issuer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "data/text.hpp"
#include "data/uuid.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/faults/tls_origins.hpp"
#include "mock_server/issuer/people.hpp"
#include "mock_server/keys/keys.hpp"
#include "mock_server/observe/traffic.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/token_format.hpp"

namespace assay::mock {
namespace {

std::int64_t real_now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string without_slash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

std::vector<std::string> resources_of(const issuer_config& config, const std::string& base) {
    auto out = config.speaks->resource_indicators;
    for (const auto& one : config.resources) out.push_back(one.starts_with('/') ? base + one : one);
    return out;
}

issuer_urls urls_of(const issuer_config& config) {
    issuer_urls out;
    out.base = without_slash(config.base_url);
    out.url = config.speaks->issuer_path.empty() ? config.base_url : out.base + config.speaks->issuer_path;
    out.resources = resources_of(config, out.base);
    return out;
}

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

std::string alphanumeric(std::string bytes) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (char& one : bytes) one = digits[static_cast<unsigned char>(one) % digits.size()];
    return bytes;
}

// If a dialect lacks an endpoint, faults of that endpoint could never fire.
bool has_endpoint(const dialect& d, hook h) {
    if (h == hook::resource) return !d.resources.empty();
    bool known = false;
    for (const auto& row : endpoint_rows) {
        if (row.at != h || !row.in_dialect) continue;
        if (!path_of(row, d).empty()) return true;
        known = true;
    }
    return !known;
}

}  // namespace

std::optional<sign_in> parse_sign_in(std::string_view name) {
    if (name == "page") return sign_in::page;
    if (name == "auto") return sign_in::automatic;
    if (name == "by_request") return sign_in::by_request;
    return std::nullopt;
}

std::string_view sign_in_name(sign_in s) {
    switch (s) {
        case sign_in::page:
            return "page";
        case sign_in::automatic:
            return "auto";
        case sign_in::by_request:
            return "by_request";
    }
    return "";
}

issuer::issuer(issuer_config config)
    : state_(config.kept_in ? config.kept_in->open(config.name, config.like != nullptr, [this] { return now(); })
                            : in_memory(config.memory, config.like != nullptr)),
      tokens(*state_.tokens),
      short_lived(*state_.short_lived),
      devices(*state_.devices),
      log(config.journal_entries, config.memory, config.like != nullptr),
      config_(std::move(config)),
      urls_(urls_of(config_)),
      random_(config_.seed, config_.label()),
      secret_(
          std::make_shared<const std::string>(oauth::random_source(config_.seed, config_.label()).bytes("csrf", 32))),
      strangers_(config_.memory, config_.like != nullptr),
      faults_(std::make_shared<fault_set>()),
      guessable_(!config_.speaks->enforces(rule::token_values_unguessable)) {
    if (config_.now) freeze(*config_.now);
}

std::int64_t issuer::now_ms() const {
    const auto frozen = frozen_ms_.load(std::memory_order_relaxed);
    return (frozen >= 0 ? frozen : real_now_ms()) + offset_ms_.load(std::memory_order_relaxed);
}

result<void> issuer::advance(std::int64_t seconds) {
    return set("clock", [&]() -> result<void> {
        const auto here = now();
        if (seconds > end_of_time - here || seconds < -here)
            return fail(errc::usage, fmt::format("{} s from {} is outside the years 1970 to 9999", seconds, here));
        offset_ms_.fetch_add(seconds * 1000, std::memory_order_relaxed);
        return {};
    });
}

result<void> issuer::freeze(std::int64_t epoch_s) {
    if (epoch_s < 0 || epoch_s > end_of_time)
        return fail(errc::usage, fmt::format("now {} is outside the years 1970 to 9999", epoch_s));
    return set("clock", [&]() -> result<void> {
        offset_ms_.store(0, std::memory_order_relaxed);
        frozen_ms_.store(epoch_s * 1000, std::memory_order_relaxed);
        return {};
    });
}

void issuer::follow_real_time() {
    (void)set("clock", [&]() -> result<void> {
        offset_ms_.store(0, std::memory_order_relaxed);
        frozen_ms_.store(-1, std::memory_order_relaxed);
        return {};
    });
}

std::shared_ptr<const client> issuer::find_client(std::string_view client_id) const {
    if (auto own = state_.clients->find(client_id)) return own;
    return config_.like ? config_.like->find_client(client_id) : nullptr;
}

bool issuer::put_client(client c) {
    return state_.clients->put(std::move(c));
}

bool issuer::remove_client(const std::string& client_id) {
    return state_.clients->remove(client_id);
}

std::vector<client> issuer::clients() const {
    auto own = state_.clients->all();
    if (!config_.like) return own;
    auto out = config_.like->clients();
    std::move(own.begin(), own.end(), std::back_inserter(out));
    return out;
}

const organization* issuer::find_organization(std::string_view id_or_slug) const {
    for (const auto& o : organizations()) {
        if (o.id == id_or_slug || o.slug == id_or_slug) return &o;
    }
    return nullptr;
}

const people& issuer::current_people() const {
    if (const auto* own = people_.load(std::memory_order_acquire)) return *own;
    return config_.like ? config_.like->current_people() : demo_people();
}

result<void> issuer::change_people(const std::function<result<void>(people&)>& change) {
    return set("people", [&] { return install_people(change); });
}

result<void> issuer::install_people(const std::function<result<void>(people&)>& change) {
    constexpr std::size_t kept_max = 200'000;
    const std::lock_guard guard(lock_);
    auto next = std::make_unique<people>(current_people());
    if (auto ok = change(*next); !ok) return ok;
    const auto size = next->users.size() + next->organizations.size();
    if (people_kept_ + size > kept_max)
        return fail(errc::limit, "the users of this issuer changed too often; create another issuer");
    people_kept_ += size;
    people_.store(next.get(), std::memory_order_release);
    generations_.push_back(std::move(next));
    return {};
}

std::shared_ptr<const std::vector<claim_row>> issuer::claims() const {
    if (!has_claims_.load(std::memory_order_acquire)) return config_.like ? config_.like->claims() : nullptr;
    const std::lock_guard guard(lock_);
    return claims_;
}

result<void> issuer::set_claims(std::vector<claim_row> rows) {
    constexpr std::size_t rows_max = 1000;
    if (rows.size() > rows_max)
        return fail(errc::limit, fmt::format("at most {} rows of claims are allowed", rows_max));
    std::vector<std::string> names;
    for (const auto& u : users()) names.insert(names.end(), {u.username, u.sub});
    std::vector<std::string> ids;
    for (const auto& c : clients()) ids.push_back(c.client_id);
    for (const auto& row : rows) {
        if (auto ok = demand_known(row, names, ids); !ok) return ok;
    }
    return set("claims", [&]() -> result<void> {
        install_claims(std::move(rows));
        return {};
    });
}

void issuer::install_claims(std::vector<claim_row> rows) {
    const std::lock_guard guard(lock_);
    claims_ = std::make_shared<const std::vector<claim_row>>(std::move(rows));
    has_claims_.store(true, std::memory_order_release);
}

std::shared_ptr<fault_set> issuer::faults() const {
    const std::lock_guard guard(lock_);
    return faults_;
}

result<void> issuer::set_faults(std::shared_ptr<fault_set> f) {
    return set("faults", [&] { return put_faults(std::move(f)); });
}

result<void> issuer::add_faults(const json::array& specs) {
    return set("faults", [&]() -> result<void> {
        auto all = faults()->with(specs);
        if (!all) return fail(all.error());
        return put_faults(std::move(*all));
    });
}

result<void> issuer::remove_fault(const json::value& spec) {
    return set("faults", [&]() -> result<void> {
        auto others = faults()->without(spec);
        if (!others) return fail(others.error());
        return put_faults(std::move(*others));
    });
}

result<void> issuer::put_faults(std::shared_ptr<fault_set> f) {
    const auto odd = f->out_of_place([&](hook h) { return has_endpoint(speaks(), h); });
    if (odd) {
        return fail(errc::usage,
                    fmt::format("fault '{}' has no effect here: an issuer of the dialect {} has no '{}' endpoint",
                                odd->first, speaks().name, hook_name(odd->second)));
    }
    if (is_shared()) f->share(state_.settings, {});
    return install_faults(std::move(f));
}

result<void> issuer::install_faults(std::shared_ptr<fault_set> f) {
    if (auto open = open_for(*f, config_.origins.get()); !open) return open;
    if (!config_.seed.empty()) f->seed_with(config_.seed + "\n" + config_.label());
    if (is_shared()) f->seed_with(*secret());  // the same draws at all mocks
    const std::lock_guard guard(lock_);
    guessable_.store(!speaks().enforces(rule::token_values_unguessable) || f->defect(rule::token_values_unguessable),
                     std::memory_order_relaxed);
    faults_ = std::move(f);
    return {};
}

std::string issuer::make_token(std::string_view kind) {
    if (guessable_.load(std::memory_order_relaxed)) {
        const auto n = is_shared() ? state_.settings->add("tokens", "made")
                                   : tokens_made_.fetch_add(1, std::memory_order_relaxed);
        return fmt::format("{}-{:08}", kind, n);
    }
    const auto found = speaks().token_prefixes.find(std::string(kind));
    const std::string prefix = found == speaks().token_prefixes.end() ? "" : found->second;
    if (speaks().token_format == "polar" && !prefix.empty())
        return oauth::format_polar_token(prefix, oauth::random37_from(random_.bytes(kind, 64)));
    if (speaks().token_format == "alphanumeric") return prefix + alphanumeric(random_.bytes(kind, 36));
    return prefix + oauth::base64url_encode(random_.bytes(kind, 32));
}

uuid issuer::make_family() {
    return random_uuid(random_.bytes("uuid", 16));
}

const std::vector<std::string>& issuer::signing_algs() const {
    return config_.signing_algs.empty() ? speaks().signing_algs : config_.signing_algs;
}

std::string_view issuer::signing_alg(const client& c, std::string_view member) const {
    const auto& algs = signing_algs();
    const auto* asked = c.metadata.find(member);
    if (asked == nullptr || !asked->is_string()) return algs.front();
    const auto found = std::find(algs.begin(), algs.end(), *asked->as_string());
    return found == algs.end() ? algs.front() : *found;
}

// Two keys never have the same kid: unless the dialect's kid contains {alg}, all algorithms but the first append
// their name.
std::string issuer::kid_of(std::string_view alg) const {
    const std::string name = lowered(alg);
    std::string kid = speaks().kid;
    constexpr std::string_view hole = "{alg}";
    if (const auto at = kid.find(hole); at != std::string::npos) return kid.replace(at, hole.size(), name);
    return alg == signing_algs().front() ? kid : fmt::format("{}-{}", kid, name);
}

oauth::jwk issuer::signing_key(std::string_view alg) const {
    return development_key(alg, kid_of(alg), key_.load(std::memory_order_acquire), config_.rsa_bits);
}

std::vector<published_key> issuer::published_keys() const {
    const auto oldest = oldest_key_.load(std::memory_order_acquire);
    const auto newest = key_.load(std::memory_order_acquire);
    std::vector<published_key> out;
    for (const auto& alg : signing_algs()) {
        const auto kid = kid_of(alg);
        for (auto n = newest + 1; n > oldest; --n)
            out.push_back({alg, development_key(alg, kid, n - 1, config_.rsa_bits)});
    }
    return out;
}

void issuer::rotate_key(bool keep_old) {
    (void)set("keys", [&]() -> result<void> {
        const auto next = key_.load(std::memory_order_relaxed) + 1;
        // The largest number of published keys per algorithm; older keys are no longer published.
        constexpr unsigned published_max = 10;
        const auto kept = keep_old ? oldest_key_.load(std::memory_order_relaxed) : next;
        oldest_key_.store(std::max(kept, next >= published_max ? next - published_max + 1 : 0U),
                          std::memory_order_release);
        key_.store(next, std::memory_order_release);
        return {};
    });
}

void issuer::note(journal_entry&& e) {
    if (config_.seen) {
        config_.seen->count(e);
        if (config_.seen->log) config_.seen->log(config_.name, e);
    }
    log.add(std::move(e));
}

bool issuer::is_watched() const {
    return log.keeps() || (config_.seen && config_.seen->log);
}

std::string issuer::csrf_token(const std::string& session_id) const {
    return oauth::base64url_encode(oauth::hmac_sha256(*secret(), session_id));
}

std::string issuer::sid(const std::string& session_id) const {
    return oauth::base64url_encode(oauth::hmac_sha256(*secret(), "sid " + session_id)).substr(0, 22);
}

std::string issuer::dpop_nonce(std::int64_t at) const {
    constexpr std::int64_t period = 300;
    return oauth::base64url_encode(oauth::hmac_sha256(*secret(), fmt::format("dpop nonce {}", at / period)));
}

json::object describe(const issuer& i) {
    json::object out{{"name", i.config().name},
                     {"issuer", i.url()},
                     {"dialect", i.speaks().name},
                     {"sign_in", sign_in_name(i.config().how)},
                     {"any_user", i.config().any_user},
                     {"isolated", i.config().isolated},
                     {"capabilities", texts(i.speaks().capabilities)}};
    json::array clients;
    for (const auto& c : i.clients()) clients.emplace_back(to_json(c));
    json::array users;
    for (const auto& u : i.users()) users.emplace_back(to_json(u));
    json::array organizations;
    for (const auto& o : i.organizations()) organizations.emplace_back(to_json(o));
    out.append("clients", std::move(clients));
    out.append("users", std::move(users));
    out.append("organizations", std::move(organizations));
    out.append("faults", i.faults()->specs());
    out.append("now", i.now());
    return out;
}

}  // namespace assay::mock
