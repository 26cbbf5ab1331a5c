#include "http/client.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "http/channel.hpp"
#include "http/tls.hpp"
#include "http/wire.hpp"

namespace assay::http {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t idle_per_origin_max = 16;
constexpr std::size_t idle_origins_max = 64;

bool may_repeat(const request& r) {
    return r.method == "GET" || r.method == "HEAD";
}

void complete(request& r, const destination& to) {
    if (r.head.find("host") == nullptr) r.head.list.insert(r.head.list.begin(), header{"Host", to.authority});
    const bool has_body = !r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH";
    if (has_body && r.head.find("content-length") == nullptr && r.head.find("transfer-encoding") == nullptr)
        r.head.append("Content-Length", std::to_string(r.body.size()));
    if (r.head.find("connection") == nullptr) r.head.append("Connection", "keep-alive");
}

using channel_ptr = std::shared_ptr<channel>;

task<result<std::string>> exchange_raw(channel_ptr c, std::string bytes, std::chrono::milliseconds quiet,
                                       time_point end, std::size_t bytes_max) {
    const auto opened = co_await c->open();
    if (!opened) co_return fail(opened.error());
    error_code ec = co_await c->write(std::move(bytes));
    bool reset = false;
    ec = {};
    while (!ec && c->buffer.size() < bytes_max) {
        c->expire_at(std::min(end, steady_clock::now() + quiet));
        ec = co_await c->read_more();
        reset = ec == asio::error::connection_reset;
    }
    if (reset && c->buffer.empty()) co_return fail(c->explain(ec));
    co_return std::move(c->buffer);
}

std::atomic<bool> abandoned{false};
static_assert(std::atomic<bool>::is_always_lock_free);
constexpr std::chrono::milliseconds look_up{100};  // how often a waiting exchange looks whether it was abandoned

}  // namespace

void abandon_exchanges() {
    abandoned.store(true);
}

struct client::impl {
    explicit impl(client_options o) : options(std::move(o)) {}

    // Runs `work` to its end. nullopt: it was abandoned, or it did not end by its deadline because it waits for
    // something that cannot be cancelled (name resolution); it ends during a later call, and its result is dropped.
    template <class T>
    std::vector<std::optional<T>> run(std::vector<task<T>> work, time_point end) {
        struct state {
            std::vector<std::optional<T>> done;
            std::size_t open = 0;
        };
        const auto s = std::make_shared<state>();
        s->done.resize(work.size());
        s->open = work.size();
        for (std::size_t n = 0; n < work.size(); ++n) {
            asio::co_spawn(loop.get_executor(), std::move(work[n]), [s, n](const std::exception_ptr& e, T value) {
                if (!e) s->done[n].emplace(std::move(value));
                --s->open;
            });
        }
        loop.restart();
        const time_point last = end + std::chrono::milliseconds(200);
        while (s->open > 0 && !abandoned.load()) {
            const time_point now = steady_clock::now();
            if (now >= last) break;
            if (loop.run_one_until(std::min(last, now + look_up)) == 0 && loop.stopped()) break;
        }
        return std::move(s->done);
    }
    template <class T>
    std::optional<T> run_one(task<T> work, time_point end) {
        std::vector<task<T>> one;
        one.push_back(std::move(work));
        return std::move(run(std::move(one), end).front());
    }

    result<channel_ptr> make(const destination& to) {
        if (to.tls && !tls) {
            auto made = trust(options.ca_file, options.wanted);
            if (!made) return fail(made.error());
            tls = std::move(*made);
        }
        auto made = std::make_shared<channel>(loop, to, to.tls ? tls.get() : nullptr, options.wanted.name);
        made->may_connect = options.may_connect;
        return made;
    }

    result<void> spend() {
        if (!options.requests_left || options.requests_left->fetch_sub(1) > 0) return {};
        return fail(errc::environment, "the requests that this run may send are used up; allow more of them");
    }

    channel_ptr take(const std::string& origin) {
        auto& list = idle[origin];
        while (!list.empty()) {
            channel_ptr c = std::move(list.back());
            list.pop_back();
            if (c->usable()) return c;
        }
        return nullptr;
    }

    void keep(channel_ptr c) {
        if (idle.size() > idle_origins_max) idle.clear();
        auto& list = idle[c->to.origin];
        if (list.size() >= idle_per_origin_max) list.erase(list.begin());
        c->expire_at(time_point::max());
        list.push_back(std::move(c));
    }

    result<exchange> finish(const channel_ptr& c, call sent, std::optional<outcome> o) {
        if (!o || !o->answer) return fail(o ? o->answer.error() : hangs(c->to));
        if (o->reusable) keep(c);
        exchange e;
        e.sent = std::move(sent);
        e.received = std::move(*o->answer);
        e.time = o->time;
        return e;
    }

    static error hangs(const destination& to) {
        return {errc::timeout,
                to.origin + " could not be reached within the deadline; check its name and the network"};
    }

    asio::io_context loop{1};
    client_options options;
    std::unique_ptr<asio::ssl::context> tls;
    std::map<std::string, std::vector<channel_ptr>> idle;
};

client::client(client_options options) : impl_(std::make_unique<impl>(std::move(options))) {}
client::~client() = default;
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;

result<exchange> client::send(call c) {
    const auto to = destination_of(c.origin);
    if (!to) return fail(to.error());
    if (auto ok = impl_->spend(); !ok) return fail(ok.error());
    complete(c.r, *to);
    const time_point end = steady_clock::now() + impl_->options.deadline;
    const std::string bytes = serialise(c.r);
    const bool head_only = c.r.method == "HEAD";
    if (channel_ptr used = impl_->take(to->origin)) {
        used->expire_at(end);
        auto o = impl_->run_one(used->exchange(bytes, head_only, impl_->options), end);
        const bool again = o && o->unanswered && may_repeat(c.r);
        if (!again) return impl_->finish(used, std::move(c), std::move(o));
    }
    const auto fresh = impl_->make(*to);
    if (!fresh) return fail(fresh.error());
    (*fresh)->expire_at(end);
    const auto opened = impl_->run_one((*fresh)->open(), end);
    if (!opened || !*opened) return fail(opened ? opened->error() : impl::hangs(*to));
    auto o = impl_->run_one((*fresh)->exchange(bytes, head_only, impl_->options), end);
    return impl_->finish(*fresh, std::move(c), std::move(o));
}

std::vector<result<exchange>> client::send_together(std::vector<call> calls) {
    std::vector<result<exchange>> out(calls.size(), result<exchange>(exchange{}));
    std::vector<channel_ptr> channels(calls.size());
    std::vector<std::size_t> places;
    std::vector<task<result<void>>> opening;
    time_point end = steady_clock::now() + impl_->options.deadline;
    for (std::size_t n = 0; n < calls.size(); ++n) {
        const auto to = destination_of(calls[n].origin);
        auto made = to ? impl_->make(*to) : result<channel_ptr>(fail(to.error()));
        if (auto ok = impl_->spend(); made && !ok) made = fail(ok.error());
        if (!made) {
            out[n] = fail(made.error());
            continue;
        }
        complete(calls[n].r, *to);
        channels[n] = *made;
        channels[n]->expire_at(end);
        opening.push_back(channels[n]->open());
        places.push_back(n);
    }
    const auto opened = impl_->run(std::move(opening), end);
    end = steady_clock::now() + impl_->options.deadline;
    std::vector<task<outcome>> writing;
    std::vector<std::size_t> ready;
    for (std::size_t k = 0; k < places.size(); ++k) {
        const std::size_t n = places[k];
        if (!opened[k] || !*opened[k]) {
            out[n] = fail(opened[k] ? opened[k]->error() : impl::hangs(channels[n]->to));
            continue;
        }
        channels[n]->expire_at(end);
        writing.push_back(channels[n]->exchange(serialise(calls[n].r), calls[n].r.method == "HEAD", impl_->options));
        ready.push_back(n);
    }
    auto done = impl_->run(std::move(writing), end);
    for (std::size_t k = 0; k < ready.size(); ++k) {
        const std::size_t n = ready[k];
        out[n] = impl_->finish(channels[n], std::move(calls[n]), std::move(done[k]));
    }
    return out;
}

result<std::string> client::raw(const std::string& origin, std::string_view bytes, std::chrono::milliseconds quiet) {
    const auto to = destination_of(origin);
    if (!to) return fail(to.error());
    const auto made = impl_->make(*to);
    if (!made) return fail(made.error());
    const time_point end = steady_clock::now() + impl_->options.deadline;
    (*made)->expire_at(end);
    const std::size_t most = impl_->options.body_bytes_max;
    auto got = impl_->run_one(exchange_raw(*made, std::string(bytes), quiet, end, most), end);
    return got ? std::move(*got) : result<std::string>(fail(impl::hangs(*to)));
}

}  // namespace assay::http
