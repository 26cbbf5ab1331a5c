#include "mock_server/issuer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mock_server/client_metadata.hpp"
#include "mock_server/keys.hpp"
#include "mock_server/people.hpp"
#include "mock_server/traffic.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/scope.hpp"
#include "oauth/token_format.hpp"

namespace assay::mock {
namespace {

std::int64_t real_now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

// Fixed so that a person can paste them; every issuer has the same people.
const std::vector<organization>& demo_organizations() {
    static const std::vector<organization> all{
        {"0c9e7a52-6f0b-4a53-9d5e-3f1a7c2b8e01", "acme", "Acme"},
        {"7d1f4b90-2c3e-4c86-8a1b-5e9f0d6a4c02", "globex", "Globex"},
    };
    return all;
}

const std::vector<user>& demo_users() {
    static const std::vector<user> all{
        {"6f0f3c0e-1b7d-4e0a-9c55-2a8d3e4f5b11",
         "ada",
         "Ada Lovelace",
         "ada@example.com",
         {demo_organizations()[0].id, demo_organizations()[1].id},
         {demo_organizations()[0].id, demo_organizations()[1].id}},
        {"b2a4d6c8-3e5f-4b7a-8c9d-1f2e3d4c5b22",
         "grace",
         "Grace Hopper",
         "grace@example.com",
         {demo_organizations()[1].id},
         {}},
    };
    return all;
}

result<void> read_texts(const json::value& v, std::string_view name, std::vector<std::string>& out) {
    const auto* member = v.find(name);
    if (member == nullptr) return {};
    const auto* list = member->as_array();
    if (list == nullptr)
        return fail(errc::usage, fmt::format("client member '{}' must be an array of strings", name));
    out.clear();
    for (const auto& item : *list) {
        if (!item.is_string())
            return fail(errc::usage, fmt::format("client member '{}' must be an array of strings", name));
        out.push_back(*item.as_string());
    }
    return {};
}

result<void> read_flag(const json::value& v, std::string_view name, bool& out) {
    const auto* member = v.find(name);
    if (member == nullptr) return {};
    const auto flag = member->as_boolean();
    if (!flag) return fail(errc::usage, fmt::format("client member '{}' must be true or false", name));
    out = *flag;
    return {};
}

result<void> read_text(const json::value& v, std::string_view name, std::string& out) {
    const auto* member = v.find(name);
    if (member == nullptr || member->is_null()) return {};
    if (!member->is_string()) return fail(errc::usage, fmt::format("client member '{}' must be a string", name));
    out = *member->as_string();
    return {};
}

// What PAR, request objects, DPoP and JWT access tokens know of a client.
result<void> read_extensions(const json::value& v, client& c) {
    for (auto& [name, field] : {std::pair<std::string_view, bool&>{"require_pushed_authorization_requests",
                                                                   c.require_pushed_authorization_requests},
                                {"dpop_bound_access_tokens", c.dpop_bound_access_tokens},
                                {"dpop_nonce_required", c.dpop_nonce_required},
                                {"first_party", c.first_party}}) {
        if (auto ok = read_flag(v, name, field); !ok) return ok;
    }
    if (auto ok = read_text(v, "access_token_format", c.access_token_format); !ok) return ok;
    if (!c.access_token_format.empty() && c.access_token_format != "jwt" && c.access_token_format != "opaque") {
        return fail(errc::usage, "client member 'access_token_format' must be opaque or jwt");
    }
    const auto* keys = v.find("jwks");
    if (keys == nullptr) return {};
    if (auto parsed = oauth::parse_jwks(*keys); !parsed) {
        return fail(errc::usage, "client member 'jwks' is no JWK Set: " + parsed.error().message);
    }
    c.jwks = *keys;
    return {};
}

}  // namespace

const people& demo_people() {
    static const people all{demo_users(), demo_organizations()};
    return all;
}

std::string entropy::bytes(std::string_view kind, std::size_t count) {
    if (seed_.empty()) return oauth::random_bytes(count);
    std::string out;
    const auto n = counter_.fetch_add(1, std::memory_order_relaxed);
    for (int block = 0; out.size() < count; ++block) {
        out += oauth::hmac_sha256(seed_, fmt::format("{}\n{}\n{}\n{}", label_, kind, n, block));
    }
    out.resize(count);
    return out;
}

result<client> client_from_json(const json::value& v, const dialect& speaks) {
    if (!v.is_object()) return fail(errc::usage, "a client must be a JSON object");
    client c;
    c.scope = oauth::format_scope(speaks.scopes_supported);
    for (auto& [name, field] : {std::pair<std::string_view, std::string&>{"client_id", c.client_id},
                                {"client_secret", c.client_secret},
                                {"client_name", c.client_name},
                                {"token_endpoint_auth_method", c.token_endpoint_auth_method},
                                {"scope", c.scope},
                                {"default_sub_type", c.default_sub_type}}) {
        if (auto ok = read_text(v, name, field); !ok) return fail(ok.error());
    }
    for (auto& [name, field] :
         {std::pair<std::string_view, std::vector<std::string>&>{"redirect_uris", c.redirect_uris},
          {"grant_types", c.grant_types},
          {"response_types", c.response_types}}) {
        if (auto ok = read_texts(v, name, field); !ok) return fail(ok.error());
    }
    const auto& methods = speaks.client_auth_methods;
    if (std::find(methods.begin(), methods.end(), c.token_endpoint_auth_method) == methods.end()) {
        return fail(errc::usage, fmt::format("token_endpoint_auth_method '{}' is none of {}",
                                             c.token_endpoint_auth_method, fmt::join(methods, ", ")));
    }
    if (auto ok = read_extensions(v, c); !ok) return fail(ok.error());
    auto further = read_metadata(v, speaks.registration.metadata);
    if (!further) {
        return fail(errc::usage,
                    fmt::format("client member '{}' must be {}", further.error().message, further.error().where));
    }
    c.metadata = std::move(*further);
    return c;
}

json::object to_json(const client& c) {
    json::object out{{"client_id", c.client_id}};
    if (c.has_secret()) out.append("client_secret", c.client_secret);
    for (auto& m : metadata_json(c).members) out.append(m.name, std::move(m.v));
    return out;
}

json::object metadata_json(const client& c) {
    json::object out{{"redirect_uris", texts(c.redirect_uris)},
                     {"token_endpoint_auth_method", c.token_endpoint_auth_method},
                     {"grant_types", texts(c.grant_types)},
                     {"response_types", texts(c.response_types)}};
    if (!c.client_name.empty()) out.append("client_name", c.client_name);
    const auto further = [&](bool before_scope) {
        for (const auto& m : c.metadata.members) {
            if ((m.name == "client_uri" || m.name == "logo_uri") == before_scope) out.append(m.name, m.v);
        }
    };
    further(true);
    out.append("scope", c.scope);
    further(false);
    if (!c.jwks.is_null()) out.append("jwks", c.jwks);
    if (c.require_pushed_authorization_requests) out.append("require_pushed_authorization_requests", true);
    if (c.dpop_bound_access_tokens) out.append("dpop_bound_access_tokens", true);
    if (c.dpop_nonce_required) out.append("dpop_nonce_required", true);
    if (c.first_party) out.append("first_party", true);
    if (!c.access_token_format.empty()) out.append("access_token_format", c.access_token_format);
    return out;
}

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
    : log(config.journal_entries),
      config_(std::move(config)),
      csrf_key_(entropy(config_.seed, config_.name).bytes("csrf", 32)),
      random_(config_.seed, config_.name),
      faults_(std::make_shared<fault_set>()) {
    if (config_.now) freeze(*config_.now);
}

std::int64_t issuer::now_ms() const {
    const auto frozen = frozen_ms_.load(std::memory_order_relaxed);
    return (frozen >= 0 ? frozen : real_now_ms()) + offset_ms_.load(std::memory_order_relaxed);
}

void issuer::advance(std::int64_t seconds) {
    offset_ms_.fetch_add(seconds * 1000, std::memory_order_relaxed);
}

void issuer::freeze(std::int64_t epoch_s) {
    offset_ms_.store(0, std::memory_order_relaxed);
    frozen_ms_.store(epoch_s * 1000, std::memory_order_relaxed);
}

void issuer::follow_real_time() {
    offset_ms_.store(0, std::memory_order_relaxed);
    frozen_ms_.store(-1, std::memory_order_relaxed);
}

std::optional<client> issuer::find_client(const std::string& client_id) const {
    const std::lock_guard guard(lock_);
    const auto found = clients_.find(client_id);
    if (found == clients_.end()) return config_.like ? config_.like->find_client(client_id) : std::nullopt;
    return found->second;
}

void issuer::put_client(client c) {
    constexpr std::size_t clients_max = 10'000;
    const std::lock_guard guard(lock_);
    if (!clients_.contains(c.client_id)) clients_order_.push_back(c.client_id);
    clients_.insert_or_assign(c.client_id, std::move(c));
    if (clients_.size() <= clients_max) return;
    clients_.erase(clients_order_.front());
    clients_order_.pop_front();
}

bool issuer::remove_client(const std::string& client_id) {
    const std::lock_guard guard(lock_);
    std::erase(clients_order_, client_id);
    return clients_.erase(client_id) > 0;
}

std::vector<client> issuer::clients() const {
    const std::lock_guard guard(lock_);
    auto out = config_.like ? config_.like->clients() : std::vector<client>{};
    for (const auto& entry : clients_) out.push_back(entry.second);
    return out;
}

const user* issuer::find_user(std::string_view username_or_sub) const {
    for (const auto& u : users()) {
        if (u.username == username_or_sub || u.sub == username_or_sub) return &u;
    }
    return nullptr;
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
    constexpr std::size_t kept_max = 200'000;
    const std::lock_guard guard(lock_);
    auto next = std::make_unique<people>(current_people());
    if (auto ok = change(*next); !ok) return ok;
    const auto size = next->users.size() + next->organizations.size();
    if (people_kept_ + size > kept_max)
        return fail(errc::limit, "the people of this issuer changed too often; make another issuer");
    people_kept_ += size;
    people_.store(next.get(), std::memory_order_release);
    generations_.push_back(std::move(next));
    return {};
}

std::shared_ptr<fault_set> issuer::faults() const {
    const std::lock_guard guard(lock_);
    return faults_;
}

void issuer::set_faults(std::shared_ptr<fault_set> f) {
    if (!config_.seed.empty()) f->seed_with(config_.seed + "\n" + config_.name);
    const std::lock_guard guard(lock_);
    faults_ = std::move(f);
}

std::string issuer::make_token(std::string_view kind) {
    const bool guessable =
        !speaks().enforces(rule::token_values_unguessable) || faults()->defect(rule::token_values_unguessable);
    if (guessable) return fmt::format("{}-{:08}", kind, tokens_made_.fetch_add(1, std::memory_order_relaxed));
    if (speaks().token_format == "polar") {
        const auto prefix = speaks().token_prefixes.find(std::string(kind));
        if (prefix != speaks().token_prefixes.end()) {
            return oauth::format_polar_token(prefix->second, oauth::random37_from(random_.bytes(kind, 64)));
        }
    }
    return oauth::base64url_encode(random_.bytes(kind, 32));
}

std::string issuer::make_uuid() {
    auto b = random_.bytes("uuid", 16);
    // Version 4, variant 10 (RFC 9562 §5.4).
    b[6] = static_cast<char>((b[6] & 0x0f) | 0x40);
    b[8] = static_cast<char>((b[8] & 0x3f) | 0x80);
    std::string out;
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += fmt::format("{:02x}", static_cast<unsigned char>(b[i]));
    }
    return out;
}

const oauth::jwk& issuer::signing_key() const {
    return development_key(speaks().signing_alg, speaks().kid, key_.load(std::memory_order_acquire));
}

std::vector<const oauth::jwk*> issuer::published_keys() const {
    const auto oldest = oldest_key_.load(std::memory_order_acquire);
    std::vector<const oauth::jwk*> out;
    for (auto n = key_.load(std::memory_order_acquire) + 1; n > oldest; --n)
        out.push_back(&development_key(speaks().signing_alg, speaks().kid, n - 1));
    return out;
}

void issuer::rotate_key(bool keep_old) {
    const std::lock_guard guard(lock_);
    const auto next = key_.load(std::memory_order_relaxed) + 1;
    // A JWK Set grows no further than this; the oldest keys leave it.
    constexpr unsigned published_max = 10;
    const auto kept = keep_old ? oldest_key_.load(std::memory_order_relaxed) : next;
    oldest_key_.store(std::max(kept, next >= published_max ? next - published_max + 1 : 0U),
                      std::memory_order_release);
    key_.store(next, std::memory_order_release);
}

void issuer::note(journal_entry e) {
    if (config_.seen) {
        config_.seen->count(e);
        if (config_.seen->log) config_.seen->log(config_.name, e);
    }
    log.add(std::move(e));
}

std::string issuer::csrf_token(const std::string& session_id) const {
    return oauth::base64url_encode(oauth::hmac_sha256(csrf_key_, session_id));
}

std::string issuer::dpop_nonce(std::int64_t at) const {
    constexpr std::int64_t period = 300;
    return oauth::base64url_encode(oauth::hmac_sha256(csrf_key_, fmt::format("dpop nonce {}", at / period)));
}

json::object describe(const issuer& i) {
    json::object out{{"name", i.config().name},
                     {"issuer", i.url()},
                     {"dialect", i.speaks().name},
                     {"sign_in", sign_in_name(i.config().how)},
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
