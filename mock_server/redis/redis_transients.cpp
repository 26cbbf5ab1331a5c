#include "mock_server/redis/redis_transients.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace assay::mock::redis {
namespace {

constexpr std::int64_t used_id_s = 86'400;

std::int64_t integer(const reply& r) {
    std::int64_t out = 0;
    std::from_chars(r.text.data(), r.text.data() + r.text.size(), out);
    return out;
}

}  // namespace

bool redis_transients::put_request(const std::string& request_uri, pushed_request r) {
    const auto key = keys_.of("request", request_uri);
    const auto ttl = std::clamp(r.expires_at - now_() + at_->to().keep_s, std::int64_t{1}, kept_at_most_s);
    (void)at_->change(
        {{"MULTI"}, {"DEL", key}, {"HSET", key, "v", record_of(r)}, {"EXPIRE", key, std::to_string(ttl)}, {"EXEC"}});
    return true;  // an outage is no lack of memory
}

std::optional<pushed_request> redis_transients::find_request(const std::string& request_uri) const {
    const auto r = at_->run({"HMGET", keys_.of("request", request_uri), "v", "u"});
    if (!r || r->items.size() != 2 || r->items[0].is_nothing()) return std::nullopt;
    auto out = pushed_request_of(r->items[0].text);
    if (out) out->used = r->items[1].text == "1";
    return out;
}

void redis_transients::use_request(const std::string& request_uri) {
    (void)at_->call(script::use_request, {keys_.of("request", request_uri)});
}

bool redis_transients::is_first(const std::string& jti) {
    const auto done = at_->change({{"SET", keys_.of("seen", jti), "1", "NX", "EX", std::to_string(used_id_s)}});
    return done && !done->front().is_nothing();
}

bool redis_transients::forget(const std::string& text) {
    const auto done = at_->change({{"DEL", keys_.of("seen", text)}});
    return done && done->front().is_yes();
}

void redis_transients::note_failure(const std::string& client_id, std::int64_t now) {
    (void)at_->call(script::note_failure, {keys_.of("failures", client_id)},
                    {std::to_string(now), std::to_string(minute_s), std::to_string(minute_s + at_->to().keep_s)});
}

std::int64_t redis_transients::failures(const std::string& client_id, std::int64_t now) const {
    const auto r = at_->run({"HMGET", keys_.of("failures", client_id), "b", "c"});
    if (!r || r->items.size() != 2 || now - integer(r->items[0]) >= minute_s) return 0;
    return integer(r->items[1]);
}

}  // namespace assay::mock::redis
