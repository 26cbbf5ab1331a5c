#include "mock_server/issuer/strangers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/utf8.hpp"
#include "data/uuid.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/store/eviction.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock {
namespace {

std::size_t footprint_of(const user& who) {
    return 2 * entry_bytes + sizeof who + 4 * who.username.size() + who.email.size() + 2 * who.sub.size() +
           json::footprint(who.claims);
}

result<void> demand_name(std::string_view name) {
    constexpr std::size_t bytes_max = 255;
    if (name.empty()) return fail(errc::usage, "type a name, or choose a user");
    if (name.size() > bytes_max)
        return fail(errc::usage, fmt::format("a name has at most {} bytes; this one has {}", bytes_max, name.size()));
    const bool shown = is_utf8(name) && std::none_of(name.begin(), name.end(),
                                                     [](unsigned char ch) { return ch < ' ' || ch == '\x7f'; });
    if (!shown) return fail(errc::usage, "a name is a line of text, without control characters");
    return {};
}

result<json::object> claims_from_text(std::string_view text, const dialect& speaks) {
    constexpr std::size_t bytes_max = 8192;
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object{};
    if (text.size() > bytes_max)
        return fail(errc::usage,
                    fmt::format("the claims have at most {} bytes; these have {}", bytes_max, text.size()));
    auto claims = json::parse(text);
    if (!claims) return fail(errc::usage, "the claims are " + claims.error().message);
    if (!claims->is_object())
        return fail(errc::usage, R"(the claims must be a JSON object, as {"roles": ["admin"]})");
    if (claims->as_object()->members.empty()) return json::object{};
    auto row = claim_row_from_json(json::object{{"claims", std::move(*claims)}}, speaks);
    if (!row) return fail(row.error());
    return std::move(row->claims);
}

// Many applications tell people apart by their e-mail address, so a stranger has one, unless the name contains
// what an address cannot (RFC 5321 §4.1.2).
std::string email_of(std::string_view name) {
    if (name.find('@') != std::string_view::npos) return std::string(name);
    const bool fits = std::all_of(name.begin(), name.end(), [](unsigned char ch) {
        return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') ||
               std::string_view("._+-").find(static_cast<char>(ch)) != std::string_view::npos;
    });
    return fits ? fmt::format("{}@example.com", name) : "";
}

const user* user_named(const std::vector<user>& all, std::string_view username_or_sub) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const user& u) {
        return u.username == username_or_sub || u.sub == username_or_sub;
    });
    return found == all.end() ? nullptr : &*found;
}

// Users live as long as their issuer.
std::shared_ptr<const user> unowned(const user* u) {
    return {std::shared_ptr<void>{}, u};
}

}  // namespace

result<user> make_stranger(std::string_view name, std::string_view claims, const dialect& speaks) {
    if (auto ok = demand_name(name); !ok) return fail(ok.error());
    auto typed = claims_from_text(claims, speaks);
    if (!typed) return fail(typed.error());
    user out;
    out.username = name;
    out.name = name;
    out.email = email_of(name);
    out.sub = to_text(random_uuid(oauth::sha256(fmt::format("stranger\n{}", name))));
    out.claims = std::move(*typed);
    return out;
}

strangers::strangers(const std::shared_ptr<memory_budget>& of, bool gives_first)
    : room_(of, stored::strangers, gives_first, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          drop_oldest(order_, bytes, [this](const auto& name) { return drop(name); });
      }) {}

std::size_t strangers::drop(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return 0;
    const auto bytes = footprint_of(*found->second);
    room_.give(bytes);
    names_.erase(found->second->sub);
    by_name_.erase(found);
    return bytes;
}

std::shared_ptr<const user> strangers::find(std::string_view username_or_sub) const {
    const std::lock_guard guard(lock_);
    auto found = by_name_.find(username_or_sub);
    if (found == by_name_.end()) {
        const auto named = names_.find(username_or_sub);
        if (named != names_.end()) found = by_name_.find(named->second);
    }
    return found == by_name_.end() ? nullptr : found->second;
}

bool strangers::put(std::shared_ptr<const user> who) {
    if (!room_.take(footprint_of(*who))) return false;
    const auto name = who->username;
    const std::lock_guard guard(lock_);
    const bool is_new = drop(name) == 0;
    names_.emplace(who->sub, name);
    by_name_.emplace(name, std::move(who));
    if (is_new) add_newest(order_, name, most, [this](const auto& oldest) { drop(oldest); });
    return true;
}

std::shared_ptr<const user> issuer::find_user(std::string_view username_or_sub) const {
    const auto* own = user_named(users(), username_or_sub);
    if (own != nullptr || !config_.any_user) return unowned(own);
    return strangers_.find(username_or_sub);
}

std::shared_ptr<const user> issuer::first_user() const {
    return unowned(&users().front());
}

std::shared_ptr<const user> issuer::find_or_welcome(std::string_view hint) {
    if (hint.empty()) return nullptr;
    if (auto known = find_user(hint); known != nullptr || !config_.any_user) return known;
    const auto& all = users();
    const auto named = std::find_if(all.begin(), all.end(), [&](const user& u) { return u.email == hint; });
    if (named != all.end()) return unowned(&*named);
    return welcome(hint, {}).value_or(nullptr);
}

result<std::shared_ptr<const user>> issuer::welcome(std::string_view name, std::string_view claims) {
    if (!config_.any_user) return fail(errc::environment, "this issuer admits its own users alone: any_user is off");
    auto person = make_stranger(name, claims, speaks());
    if (!person) return fail(person.error());
    if (const auto* own = user_named(users(), name)) {
        if (person->claims.members.empty()) return unowned(own);
        return fail(errc::usage,
                    fmt::format("{} is a user of this issuer, whose claims its configuration sets; type another "
                                "name, or no claims",
                                own->username));
    }
    auto who = std::make_shared<const user>(std::move(*person));
    if (!strangers_.put(who)) return fail(errc::limit, "there is no memory for one more person; see --memory");
    return who;
}

}  // namespace assay::mock
