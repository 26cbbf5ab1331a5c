#include "mock_server/redis/remote.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "mock_server/store/outage.hpp"

namespace assay::mock::redis {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

// What is left until `end`.
milliseconds until(steady_clock::time_point end) {
    return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(end - steady_clock::now()));
}

}  // namespace

struct remote::connection {
    explicit connection(std::unique_ptr<http::byte_stream> s) : line(std::move(s)) {}

    // Sends the commands together and reads a reply for each.
    result<std::vector<reply>> exchange(const std::vector<words>& commands, moment end) {
        std::string bytes;
        for (const auto& one : commands) bytes += encode(one);
        line->expire_in(until(end));
        if (auto sent = line->write(std::move(bytes)); !sent) return fail(sent.error());
        std::vector<reply> out;
        reply_reader reader;
        for (std::size_t taken = 0;;) {
            std::string_view in = line->received();
            while (out.size() < commands.size()) {
                auto one = reader.take(in);
                if (!one) return fail(one.error());
                if (!*one) break;
                out.push_back(std::move(**one));
            }
            taken += line->received().size() - in.size();
            line->received().erase(0, line->received().size() - in.size());
            if (out.size() == commands.size()) return out;
            if (taken + in.size() > replies_bytes_max) return fail(errc::limit, "a reply of it is too large");
            if (auto more = line->read_more(); !more) return fail(more.error());
        }
    }

    static constexpr std::size_t replies_bytes_max = std::size_t{64} << 20U;
    std::unique_ptr<http::byte_stream> line;
};

namespace {

constexpr std::size_t idle_max = 64;
constexpr milliseconds first_backoff{50};
constexpr milliseconds longest_backoff{1000};

// What a server answers that has nothing to do with the command itself.
struct condition {
    std::string_view word;
    std::string_view advice;
};
constexpr std::array<condition, 10> conditions{{
    {"READONLY", "it is a read-only replica; name its master, or let Sentinel find it (redis+sentinel://)"},
    {"OOM", "its memory is full (maxmemory); give it more, or a maxmemory-policy that drops keys"},
    {"LOADING", "it is loading its data"},
    {"MASTERDOWN", "it is a replica without a master"},
    {"MISCONF", "it cannot save its data; see its log"},
    {"NOREPLICAS", "it has fewer replicas than its min-replicas-to-write"},
    {"NOAUTH", "it wants a password: redis://:PASSWORD@host in ASSAY_STORE, or --store-password-file"},
    {"WRONGPASS", "it refuses user and password"},
    {"NOPERM", "its user may not do that; see its ACL"},
    {"ERR", "it refuses a command"},
}};

error refused(const reply& r) {
    // A server that does not know AUTH repeats its arguments.
    constexpr std::size_t shown_max = 200;
    const auto said = r.text.substr(0, std::min(r.text.find(", with args"), shown_max));
    for (const auto& one : conditions) {
        if (r.text.starts_with(one.word)) return {errc::environment, fmt::format("{} ({})", one.advice, said)};
    }
    return {errc::environment, said};
}

// Empty: there is no password.
words authentication(const std::string& user, const std::string& password) {
    if (password.empty()) return {};
    return user.empty() ? words{"AUTH", password} : words{"AUTH", user, password};
}

const reply* first_failure(const std::vector<reply>& all) {
    const auto found = std::find_if(all.begin(), all.end(), [](const reply& r) { return r.is_failure(); });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

remote::remote(address to, std::shared_ptr<http::byte_stream_trust> trust)
    : to_(std::move(to)), trust_(std::move(trust)) {}
remote::~remote() = default;

result<std::shared_ptr<remote>> remote::open(address to, const std::string& ca_file) {
    std::shared_ptr<http::byte_stream_trust> trust;
    if (to.tls) {
        auto loaded = http::load_byte_stream_trust(ca_file);
        if (!loaded) return fail(loaded.error());
        trust = std::move(*loaded);
    }
    std::shared_ptr<remote> out(new remote(std::move(to), std::move(trust)));
    auto first = out->connect(steady_clock::now() + 2 * out->to_.timeout);  // no request waits yet
    if (!first)
        return fail(errc::environment, fmt::format("the store {}: {}", out->to_.shown(), first.error().message));
    out->idle_.push_back(std::move(*first));
    return out;
}

result<http::byte_stream_address> remote::ask_sentinels(moment end) {
    error last{errc::connect, "no Sentinel answers", {}};
    const auto first = sentinel_.load();
    const auto count = to_.hosts.size();
    for (std::size_t n = 0; n < count; ++n) {
        const auto which = (first + n) % count;
        // A silent one leaves time for the others and for the master.
        auto master =
            ask_sentinel(to_.hosts[which], steady_clock::now() + until(end) / static_cast<int>(count - n + 1));
        if (master) {
            sentinel_.store(which);
            return master;
        }
        last = master.error();
    }
    return fail(std::move(last));
}

result<http::byte_stream_address> remote::ask_sentinel(const http::byte_stream_address& one, moment end) {
    auto line = http::byte_stream::open(one, trust_, until(end));
    if (!line) return fail(line.error());
    connection there(std::move(*line));
    const words question{"SENTINEL", "get-master-addr-by-name", to_.master};
    auto said = there.exchange({question}, end);
    // Only a Sentinel that wants a password gets one: the others would note a failed authentication.
    const auto greeting = to_.sentinel_password.empty() ? authentication(to_.user, to_.password)
                                                        : authentication(to_.sentinel_user, to_.sentinel_password);
    if (said && said->front().text.starts_with("NOAUTH") && !greeting.empty())
        said = there.exchange({greeting, question}, end);
    if (!said) return fail(said.error());
    if (const auto* no = first_failure(*said)) {
        const bool unknown = no->text.starts_with("NOAUTH") || no->text.starts_with("WRONGPASS");
        return fail(unknown ? error{errc::environment,
                                    fmt::format("Sentinel at {}:{} wants a password of its own: "
                                                "sentinel_password=… in the URL, which is then better in ASSAY_STORE",
                                                one.host, one.port),
                                    {}}
                            : refused(*no));
    }
    const auto& r = said->back();
    if (r.items.size() != 2) return fail(errc::environment, fmt::format("Sentinel knows no master '{}'", to_.master));
    const auto& host = r.items[0].text;
    const bool is_v6 = host.find(':') != std::string::npos;
    return http::byte_stream_address{is_v6 ? "[" + host + "]" : host, r.items[1].text, to_.tls};
}

result<std::unique_ptr<remote::connection>> remote::connect(moment end) {
    if (to_.master.empty()) return connect_to(to_.hosts.front(), end);
    const auto where = ask_sentinels(end);
    if (!where) return fail(where.error());
    return connect_to(*where, end);
}

result<std::unique_ptr<remote::connection>> remote::connect_to(const http::byte_stream_address& where, moment end) {
    auto line = http::byte_stream::open(where, trust_, until(end));
    if (!line) return fail(line.error());
    auto made = std::make_unique<connection>(std::move(*line));
    std::vector<words> greeting;
    if (auto who = authentication(to_.user, to_.password); !who.empty()) greeting.push_back(std::move(who));
    if (to_.database != 0) greeting.push_back({"SELECT", std::to_string(to_.database)});
    // A master that Sentinel has replaced may not know it yet.
    if (!to_.master.empty()) greeting.push_back({"ROLE"});
    const auto before = greeting.size();
    for (std::size_t n = 0; n < script_count; ++n)
        greeting.push_back({"SCRIPT", "LOAD", std::string(text_of(static_cast<script>(n)))});
    auto said = made->exchange(greeting, end);
    if (!said) {
        const bool closed = said.error().code == errc::connect && !to_.tls;
        return fail(said.error().code, said.error().message + (closed ? "; if it speaks TLS, write rediss://" : ""));
    }
    if (const auto* no = first_failure(*said)) return fail(refused(*no));
    if (!to_.master.empty()) {
        const auto& role = (*said)[before - 1];
        if (role.items.empty() || role.items.front().text != "master")
            return fail(errc::environment, fmt::format("{}:{} is not the master (yet)", where.host, where.port));
    }
    const std::lock_guard guard(lock_);
    for (std::size_t n = 0; n < script_count; ++n) digests_[n] = (*said)[before + n].text;
    return made;
}

// After a failure one thread tries again when the time has come; the others are refused meanwhile.
bool remote::may_try() {
    auto at = retry_at_.load();
    if (at == 0) return true;
    const auto now = steady_clock::now().time_since_epoch().count();
    return now >= at && retry_at_.compare_exchange_strong(at, now + steady_clock::duration(to_.timeout * 2).count());
}

void remote::note_failure(const error& e) {
    const std::lock_guard guard(lock_);
    idle_.clear();  // the server may have been replaced, as when it has become a replica
    is_up_.store(false);
    last_failure_ = e.message;
    if (e.code == errc::environment) {  // it answers, and refuses without delay
        retry_at_.store(0);
        return;
    }
    backoff_ = std::clamp(backoff_ * 2, first_backoff, longest_backoff);
    retry_at_.store((steady_clock::now() + backoff_).time_since_epoch().count());
}

void remote::note_success() {
    if (is_up_.load()) return;
    const std::lock_guard guard(lock_);
    is_up_.store(true);
    backoff_ = milliseconds{0};
    retry_at_.store(0);
}

result<std::vector<reply>> remote::attempt(const std::vector<words>& commands) {
    const auto end = steady_clock::now() + to_.timeout;
    std::unique_ptr<connection> used;
    while (!used) {
        {
            const std::lock_guard guard(lock_);
            if (idle_.empty()) break;
            used = std::move(idle_.back());
            idle_.pop_back();
        }
        if (!used->line->usable()) used.reset();  // closed meanwhile: nothing was sent on it
    }
    if (!used) {
        auto fresh = connect(end);
        if (!fresh) return fail(fresh.error());
        used = std::move(*fresh);
    }
    auto out = used->exchange(commands, end);
    if (!out) return out;
    const auto* no = first_failure(*out);
    if (no != nullptr && no->text.starts_with("NOSCRIPT")) {
        // Nothing of it was executed: the server has lost its scripts (SCRIPT FLUSH). A new connection loads them.
        auto again = connect(end);
        if (!again) return fail(again.error());
        used = std::move(*again);
        out = used->exchange(commands, end);
        if (!out) return out;
        no = first_failure(*out);
    }
    if (no != nullptr) return fail(refused(*no));
    const std::lock_guard guard(lock_);
    if (idle_.size() < idle_max) idle_.push_back(std::move(used));
    return out;
}

std::optional<std::vector<reply>> remote::run(const std::vector<words>& commands) {
    if (outage::is_noted()) return std::nullopt;
    if (!may_try()) {
        const std::lock_guard guard(lock_);
        outage::note(fmt::format("The store {} does not answer: {}", to_.shown(), last_failure_));
        return std::nullopt;
    }
    auto out = attempt(commands);
    if (out) {
        note_success();
        return std::move(*out);
    }
    note_failure(out.error());
    outage::note(fmt::format("The store {} does not answer: {}", to_.shown(), out.error().message));
    return std::nullopt;
}

std::optional<reply> remote::run(words command) {
    auto out = run(std::vector<words>{std::move(command)});
    return out ? std::optional(std::move(out->front())) : std::nullopt;
}

words remote::command_of(script s, const words& keys, const words& arguments) const {
    words out{"EVALSHA", {}, std::to_string(keys.size())};
    {
        const std::lock_guard guard(lock_);
        out[1] = digests_[static_cast<std::size_t>(s)];
    }
    out.insert(out.end(), keys.begin(), keys.end());
    out.insert(out.end(), arguments.begin(), arguments.end());
    return out;
}

std::optional<std::vector<reply>> remote::call_each(script s, const std::vector<words>& keys,
                                                    const words& arguments) {
    std::vector<words> commands;
    for (const auto& one : keys) commands.push_back(command_of(s, one, arguments));
    return s == script::find_pair ? run(commands) : change(std::move(commands));
}

std::optional<std::vector<reply>> remote::change(std::vector<words> commands) {
    if (to_.replicas == 0 || commands.empty()) return run(commands);
    commands.push_back({"WAIT", std::to_string(to_.replicas), std::to_string(to_.timeout.count() / 2)});
    auto out = run(commands);
    if (!out) return out;
    const auto reached = out->back().number;
    out->pop_back();
    if (reached >= to_.replicas) return out;
    // Sentinel may make a replica the master that has not seen it: then it would not have happened.
    outage::note(fmt::format("The store {} wrote to {} of the {} replicas that must have every change (replicas={})",
                             to_.shown(), reached, to_.replicas, to_.replicas));
    return std::nullopt;
}

std::optional<reply> remote::call(script s, const words& keys, const words& arguments) {
    auto out = call_each(s, {keys}, arguments);
    return out ? std::optional(std::move(out->front())) : std::nullopt;
}

}  // namespace assay::mock::redis
