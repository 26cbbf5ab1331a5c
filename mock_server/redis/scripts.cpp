#include "mock_server/redis/scripts.hpp"

namespace assay::mock::redis {
namespace {

// An index is a sorted set of keys by the second in which they expire: a member goes with its key.
constexpr std::string_view put_code_text = R"lua(
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'r', '0')
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], KEYS[1], 'EX', ARGV[2])
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
redis.call('ZADD', KEYS[3], now + ARGV[2], KEYS[1])
if redis.call('TTL', KEYS[3]) < tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[3], ARGV[2]) end
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[1], 'n', KEYS[4])
  redis.call('INCR', KEYS[4])
  redis.call('EXPIRE', KEYS[4], ARGV[2])
end
return 1
)lua";

constexpr std::string_view redeem_code_text = R"lua(
if redis.call('HGET', KEYS[1], 'r') ~= '0' then return 0 end
redis.call('HSET', KEYS[1], 'r', '1')
local nonce = redis.call('HGET', KEYS[1], 'n')
if nonce and redis.call('DECR', nonce) <= 0 then redis.call('DEL', nonce) end
return 1
)lua";

constexpr std::string_view put_pair_text = R"lua(
local number = redis.call('INCR', KEYS[3])
-- No pair and no ended family outlives it, so its numbers may begin again.
redis.call('EXPIRE', KEYS[3], ARGV[4])
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'n', number, 'a', '0', 'f', '0', 't', '', 'g', KEYS[4])
redis.call('EXPIRE', KEYS[1], ARGV[2])
if ARGV[3] == '1' then redis.call('SET', KEYS[2], KEYS[1], 'EX', ARGV[2]) end
local now = tonumber(redis.call('TIME')[1])
for i = 5, #KEYS do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZADD', KEYS[i], now + ARGV[2], KEYS[1])
  if redis.call('TTL', KEYS[i]) < tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[i], ARGV[2]) end
end
return 1
)lua";

constexpr std::string_view find_pair_text = R"lua(
local pair = KEYS[1]
if ARGV[1] == '1' then pair = redis.call('GET', pair) end
if not pair then return false end
local p = redis.call('HMGET', pair, 'v', 'a', 'f', 't', 'n', 'g')
if not p[1] then return false end
local ended = redis.call('GET', p[6])
if ended and tonumber(p[5]) <= tonumber(ended) then p[2] = '1'; p[3] = '1' end
return {p[1], p[2], p[3], p[4]}
)lua";

constexpr std::string_view retire_refresh_text = R"lua(
local pair = redis.call('GET', KEYS[1])
if not pair then return 0 end
local p = redis.call('HMGET', pair, 'f', 'n', 'g')
if p[1] ~= '0' then return 0 end
local ended = redis.call('GET', p[3])
if ended and tonumber(p[2]) <= tonumber(ended) then return 0 end
redis.call('HSET', pair, 'f', '1', 't', ARGV[2])
if ARGV[1] == '1' then redis.call('HSET', pair, 'a', '1') end
return 1
)lua";

constexpr std::string_view revoke_pair_text = R"lua(
local p = redis.call('HMGET', KEYS[1], 'a', 'f', 'n', 'g')
if not p[1] then return 0 end
local ended = redis.call('GET', p[4])
local over = ended and tonumber(p[3]) <= tonumber(ended)
if ARGV[1] == '1' then redis.call('HSET', KEYS[1], 'a', '1') end
if ARGV[2] == '1' then redis.call('HSET', KEYS[1], 'f', '1') end
if not over and (p[1] == '0' or p[2] == '0') then return 1 end
return 0
)lua";

constexpr std::string_view revoke_family_text = R"lua(
redis.call('SET', KEYS[1], redis.call('GET', KEYS[2]) or '0', 'EX', ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[1])
return 1
)lua";

constexpr std::string_view put_consent_text = R"lua(
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SADD', KEYS[2], KEYS[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1
)lua";

constexpr std::string_view take_consents_text = R"lua(
local all = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return all
)lua";

constexpr std::string_view add_client_text = R"lua(
local ttl = redis.call('TTL', KEYS[1])
if ttl < 0 or redis.call('SCARD', KEYS[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('EXPIRE', KEYS[2], ttl)
return 1
)lua";

constexpr std::string_view end_session_text = R"lua(
local v = redis.call('GET', KEYS[1])
if not v then return false end
local clients = redis.call('SMEMBERS', KEYS[2])
redis.call('DEL', KEYS[1], KEYS[2])
return {v, clients}
)lua";

constexpr std::string_view use_request_text = R"lua(
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'u', '1')
return 1
)lua";

constexpr std::string_view note_failure_text = R"lua(
local began = redis.call('HGET', KEYS[1], 'b')
if not began or ARGV[1] - began >= tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'b', ARGV[1], 'c', '0')
end
redis.call('HINCRBY', KEYS[1], 'c', 1)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
)lua";

constexpr std::string_view put_client_text = R"lua(
local number = redis.call('ZSCORE', KEYS[2], ARGV[1]) or redis.call('INCR', KEYS[4])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], number, ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if ARGV[3] == '1' then redis.call('ZADD', KEYS[3], number, ARGV[1]) end
for _, oldest in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1 - tonumber(ARGV[4]))) do
  redis.call('HDEL', KEYS[1], oldest)
  redis.call('ZREM', KEYS[2], oldest)
  redis.call('ZREM', KEYS[3], oldest)
end
if ARGV[5] ~= '0' then
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[5]) end
end
return 1
)lua";

constexpr std::string_view remove_client_text = R"lua(
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
)lua";

constexpr std::string_view publish_text = R"lua(
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
-- Should all be lost, the numbers must not come again: they begin with the microseconds.
local time = redis.call('TIME')
redis.call('HSETNX', KEYS[1], 'version', time[1] .. string.format('%06d', time[2]))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return redis.call('HINCRBY', KEYS[1], 'version', 1)
)lua";

// In the order of the enumeration.
constexpr std::array<std::string_view, script_count> texts{
    put_code_text,      redeem_code_text, put_pair_text,      find_pair_text,  retire_refresh_text, revoke_pair_text,
    revoke_family_text, put_consent_text, take_consents_text, add_client_text, end_session_text,    use_request_text,
    note_failure_text,  put_client_text,  remove_client_text, publish_text};

}  // namespace

std::string_view text_of(script s) {
    return texts[static_cast<std::size_t>(s)];
}

}  // namespace assay::mock::redis
