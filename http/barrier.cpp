// The named points at which requests wait for each other: they make races reproducible.
#include <utility>

#include <boost/asio/post.hpp>

#include "http/session.hpp"

namespace assay::http {

bool barrier::arrive(const std::string& point, std::size_t until, waiter w) {
    const connection* last = w.who.get();
    std::vector<waiter> group;
    {
        const std::lock_guard guard(lock_);
        auto& waiting = points_[point];
        waiting.push_back(std::move(w));
        if (waiting.size() < until) return false;
        group = std::move(waiting);
        points_.erase(point);
    }
    for (const waiter& g : group) {
        if (g.who.get() == last) continue;
        asio::post(g.who->home.loop, [g] {
            if (g.who->ticket == g.ticket) g.who->pause.cancel();
        });
    }
    return true;
}

void barrier::leave(const std::string& point, const connection& who) {
    const std::lock_guard guard(lock_);
    const auto at = points_.find(point);
    if (at == points_.end()) return;
    std::erase_if(at->second, [&](const waiter& w) { return w.who.get() == &who; });
    if (at->second.empty()) points_.erase(at);
}

}  // namespace assay::http
