// The Lua scripts that change more than one thing, or decide something: each is one atomic operation of Redis.
// Constants.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace assay::mock::redis {

enum class script : unsigned char {
    put_code,     // KEYS code, latest, codes of the client, nonce; ARGV grant, ttl, 1 if there is a nonce
    redeem_code,  // KEYS code -> 1: this call redeemed it
    put_pair,  // KEYS pair, refresh, numbers, family, indexes…; ARGV record, ttl, 1 if there is a refresh, ttl of the
               // numbers
    find_pair,  // KEYS pair or refresh; ARGV 1 if refresh -> record, access revoked, refresh revoked, retired at; or
                // nothing
    retire_refresh,  // KEYS refresh; ARGV access too, now -> 1: this call retired it
    revoke_pair,     // KEYS pair; ARGV access, refresh -> 1: one of its tokens was valid
    revoke_family,   // KEYS family, numbers; ARGV ttl
    put_consent,     // KEYS consent, consents of the client; ARGV organization, scope, ttl
    take_consents,   // KEYS consent -> its fields and values; they are gone then
    add_client,      // KEYS session, its clients; ARGV client_id, most
    end_session,     // KEYS session, its clients -> record, clients; or nothing
    use_request,     // KEYS request
    note_failure,    // KEYS failures; ARGV now, minute, ttl
    put_client,      // KEYS clients, order, registered, numbers; ARGV client_id, record, 1 if registered, most,
                     // ttl or 0
    remove_client,   // KEYS clients, order, registered; ARGV client_id -> 1: it was there
    publish,         // KEYS settings; ARGV ttl, member, value, …
};
inline constexpr std::size_t script_count = 16;

[[nodiscard]] std::string_view text_of(script s);

}  // namespace assay::mock::redis
