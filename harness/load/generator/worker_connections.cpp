// The connections of a worker: which ones are free, what they receive, and how they end.
#include <algorithm>
#include <array>

#include <sys/epoll.h>

#include "harness/load/generator/worker.hpp"
#include "harness/load/generator/worker_slot.hpp"

namespace assay::load {

result<void> worker::prepare(std::size_t ahead) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) return fail(errc::environment, "the system gives no epoll instance");
    if (setup_.to.tls) {
        auto made = tls_client::make(setup_.ca_file, !setup_.connection_per_request);
        if (!made) return fail(made.error());
        tls_ = std::move(*made);
    }
    std::size_t awaited = 0;
    for (std::size_t n = std::min(ahead, setup_.connections_max); n > 0; --n) awaited += open_idle() ? 1 : 0;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{1};
    while (awaited > 0 && std::chrono::steady_clock::now() < until) awaited -= settle_idle();
    for (auto& s : slots_) {
        if (s->wire.file() >= 0 && !s->wire.ready()) release(*s, false);
    }
    return {};
}

// Begins to connect a slot that carries nothing.
bool worker::open_idle() {
    slots_.push_back(std::make_unique<slot>());
    slot& s = *slots_.back();
    s.index = static_cast<std::uint32_t>(slots_.size() - 1);
    if (auto ok = s.wire.open(setup_.to, tls_.get()); !ok) {
        closed_.push_back(&s);
        return false;
    }
    watch_new(s);
    return true;
}

// How many of these connections were made, or failed, within a short time.
std::size_t worker::settle_idle() {
    constexpr int at_most_ms = 20;
    std::array<epoll_event, 64> events;
    std::size_t settled = 0;
    const int n = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), at_most_ms);
    for (int i = 0; i < n; ++i) {
        slot& s = *slots_[events[static_cast<std::size_t>(i)].data.u32];
        if (s.wire.file() < 0 || s.wire.ready()) continue;
        const io how = s.wire.advance(setup_.to);
        if (how != io::closed) watch(s, how == io::want_write);
        if (how != io::done && how != io::closed) continue;
        if (s.wire.resumed()) ++records_.counters.resumed;
        release(s, how == io::done);
        ++settled;
    }
    return settled;
}

worker::slot* worker::free_slot() {
    if (!idle_.empty()) {
        slot* s = idle_.back();
        idle_.pop_back();
        return s;
    }
    if (!closed_.empty()) {
        slot* s = closed_.back();
        closed_.pop_back();
        return s;
    }
    if (slots_.size() >= setup_.connections_max) return nullptr;
    slots_.push_back(std::make_unique<slot>());
    slots_.back()->index = static_cast<std::uint32_t>(slots_.size() - 1);
    return slots_.back().get();
}

void worker::dispatch(iteration& it, std::int64_t at) {
    slot* s = free_slot();
    if (s == nullptr) {
        ++records_.counters.waited;
        waiting_.push_back(&it);
        return;
    }
    attach(*s, it, at);
}

void worker::attach(slot& s, iteration& it, std::int64_t at) {
    s.carries = &it;
    s.attached = at;
    s.written = 0;
    it.sent = at;
    busy_push(s);
    if (s.wire.ready()) {
        send(s);
        return;
    }
    if (auto ok = s.wire.open(setup_.to, tls_.get()); !ok) {
        fail_request(s, "no connection", ok.error().message);
        return;
    }
    watch_new(s);
}

void worker::watch_new(slot& s) {
    ++records_.counters.connections;
    epoll_event e{};
    e.events = EPOLLIN | EPOLLOUT;
    e.data.u32 = s.index;
    s.watches_writing = true;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, s.wire.file(), &e);
}

void worker::watch(slot& s, bool for_writing) {
    if (s.watches_writing == for_writing) return;
    epoll_event e{};
    e.events = for_writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
    e.data.u32 = s.index;
    s.watches_writing = for_writing;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, s.wire.file(), &e);
}

void worker::send(slot& s) {
    switch (s.wire.write(s.carries->bytes, s.written)) {
        case io::done:
            return watch(s, false);
        case io::want_write:
            return watch(s, true);
        case io::want_read:
            return;
        case io::closed:
            return fail_request(s, "connection closed", "while the request was sent");
    }
}

void worker::on_event(slot& s, std::uint32_t events) {
    if (s.wire.file() < 0) return;  // closed by an earlier event
    if (!s.wire.ready()) return on_connect(s);
    const bool sending = s.carries != nullptr && s.written < s.carries->bytes.size();
    if (sending && (events & EPOLLOUT) != 0U) send(s);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0U && s.wire.file() >= 0) on_readable(s);
}

void worker::on_connect(slot& s) {
    switch (s.wire.advance(setup_.to)) {
        case io::done:
            s.carries->sent = now();
            if (s.wire.resumed()) ++records_.counters.resumed;
            return send(s);
        case io::want_read:
            return watch(s, false);
        case io::want_write:
            return watch(s, true);
        case io::closed:
            return fail_request(s, "no connection", s.wire.trouble());
    }
}

void worker::on_readable(slot& s) {
    for (;;) {
        std::size_t got = 0;
        const io how = s.wire.read(scratch_.data(), scratch_.size(), got);
        if (how == io::closed) return on_closed(s);
        if (how != io::done) return;
        const bool goes_on = on_bytes(s, {scratch_.data(), got}, false);
        // epoll reports a plain socket with more data again; but OpenSSL may hold bytes that epoll does not see.
        if (!goes_on || !setup_.to.tls || s.wire.file() < 0) return;
    }
}

// True when the connection is still open and waits for more.
bool worker::on_bytes(slot& s, std::string_view bytes, bool closed) {
    if (s.carries == nullptr) {
        // Bytes that were not requested: the connection cannot be used any more.
        on_closed(s);
        return false;
    }
    if (!s.in.empty()) {
        s.in.append(bytes);
        bytes = s.in;
    }
    std::size_t used = 0;
    if (bytes.size() >= s.need || closed) {
        switch (read_response(bytes, closed, response_, used)) {
            case reading::done:
                response_.keep =
                    response_.keep && !closed && used == bytes.size() && s.written == s.carries->bytes.size();
                complete(s, response_);
                return true;
            case reading::bad:
                fail_request(s, closed && bytes.empty() ? "connection closed" : "malformed answer",
                             bytes.empty() ? "before the answer" : bytes.substr(0, 100));
                return false;
            case reading::more:
                s.need = used;
                break;
        }
    }
    if (s.in.empty()) s.in.assign(bytes);
    return true;
}

void worker::on_closed(slot& s) {
    if (s.carries == nullptr) {
        // The server closed an idle keep-alive connection.
        idle_.erase(std::remove(idle_.begin(), idle_.end(), &s), idle_.end());
        release(s, false);
        return;
    }
    if (s.in.empty()) return fail_request(s, "connection closed", "before the answer");
    on_bytes(s, {}, true);
}

void worker::complete(slot& s, const response& a) {
    iteration& it = *s.carries;
    it.answered = {it.request, it.due, it.sent, now()};
    const bool keep = a.keep && !setup_.connection_per_request;
    busy_remove(s);
    s.carries = nullptr;
    const judgement j = it.does->on_response(it, a);
    s.in.clear();
    s.need = 0;
    if (j.waits) return release(s, keep);
    record(it.answered, j);
    if (!j.more) {
        end_iteration(it, j.kind.empty(), it.answered.at);
        release(s, keep);
        return;
    }
    it.due = it.answered.at;
    if (keep) return attach(s, it, now());
    release(s, false);
    dispatch(it, now());
}

void worker::record(const answered_request& a, const judgement& j) {
    records_.request(a.request, a.due, a.sent, a.at, j.kind.empty());
    if (!j.kind.empty()) records_.failure(a.request, j.kind, j.sample);
}

void worker::conclude() {
    for (const auto& f : setup_.flows) {
        f->conclude([this](iteration& it, const judgement& j) {
            record(it.answered, j);
            if (!j.more) return end_iteration(it, j.kind.empty(), it.answered.at);
            it.due = it.answered.at;
            dispatch(it, now());
        });
    }
}

void worker::fail_request(slot& s, std::string_view kind, std::string_view sample) {
    iteration& it = *s.carries;
    const std::int64_t at = now();
    records_.request(it.request, it.due, it.sent, at, false);
    records_.failure(it.request, kind, sample);
    it.does->abandon(it);
    busy_remove(s);
    s.carries = nullptr;
    end_iteration(it, false, at);
    release(s, false);
}

void worker::release(slot& s, bool keep) {
    if (!keep) s.wire.close();
    s.in.clear();
    s.need = 0;
    (keep ? idle_ : closed_).push_back(&s);
}

// Assigns free slots to the requests that have waited longest. Bounded, because a connection that fails at once frees
// its slot again.
void worker::serve_waiting() {
    for (std::size_t n = waiting_.size(); n > 0 && !waiting_.empty(); --n) {
        slot* s = free_slot();
        if (s == nullptr) return;
        iteration& next = *waiting_.front();
        waiting_.pop_front();
        attach(*s, next, now());
    }
}

void worker::busy_push(slot& s) {
    s.before = newest_;
    s.after = nullptr;
    (newest_ != nullptr ? newest_->after : oldest_) = &s;
    newest_ = &s;
}

void worker::busy_remove(slot& s) {
    (s.before != nullptr ? s.before->after : oldest_) = s.after;
    (s.after != nullptr ? s.after->before : newest_) = s.before;
}

}  // namespace assay::load
