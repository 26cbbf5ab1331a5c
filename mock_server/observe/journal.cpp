#include "mock_server/observe/journal.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/observe/diagnosis/diagnosis.hpp"

namespace assay::mock {
namespace {

json::array header_list(const http::headers& h) {
    json::array out;
    for (const auto& one : h.list) out.push_back(json::array{one.name, one.value});
    return out;
}

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

std::size_t footprint_of(const http::headers& h) {
    std::size_t n = 0;
    for (const auto& one : h.list) n += one.name.size() + one.value.size() + sizeof one;
    return n;
}

std::size_t footprint_of(const refusal_note& r) {
    return r.rule.size() + r.clause.size() + r.error.size() + r.expected.size() + r.got.size();
}

std::size_t footprint_of(const journal_entry& e) {
    return sizeof e + e.client_id.size() + e.request.target.size() + e.request.body.size() + e.response.body.size() +
           footprint_of(e.request.head) + footprint_of(e.response.head) + (e.refusal ? footprint_of(*e.refusal) : 0) +
           bytes_of(e.leniencies) + bytes_of(e.faults) + json::footprint(e.assay);
}

}  // namespace

journal::journal(std::size_t entries_max, std::shared_ptr<memory_budget> of, bool gives_first)
    : entries_max_(entries_max), room_(std::move(of), stored::journals, gives_first, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          const auto before = bytes_;
          while (!entries_.empty() && before - bytes_ < bytes) drop_oldest();
      }) {}

void journal::drop_oldest() {
    const auto bytes = footprint_of(entries_.front());
    bytes_ -= bytes;
    room_.give(bytes);
    entries_.pop_front();
    ++dropped_;
}

void journal::add(journal_entry&& e) {
    if (!keeps()) return;
    const auto bytes = footprint_of(e);
    const bool fits = room_.take(bytes);
    const std::lock_guard guard(lock_);
    e.seq = ++last_;
    if (!fits) {
        ++dropped_;
        return;
    }
    bytes_ += bytes;
    entries_.push_back(std::move(e));
    while (entries_.size() > entries_max_ || (bytes_ > bytes_max && entries_.size() > 1)) drop_oldest();
}

std::vector<journal_entry> journal::after(std::int64_t seq, std::size_t most) const {
    const std::lock_guard guard(lock_);
    const auto first = std::upper_bound(entries_.begin(), entries_.end(), seq,
                                        [](std::int64_t n, const journal_entry& e) { return n < e.seq; });
    const auto there = static_cast<std::size_t>(entries_.end() - first);
    return {first, first + static_cast<std::ptrdiff_t>(std::min(there, most))};
}

void journal::clear() {
    const std::lock_guard guard(lock_);
    room_.give(bytes_);
    entries_.clear();
    bytes_ = 0;
}

std::size_t journal::size() const {
    const std::lock_guard guard(lock_);
    return entries_.size();
}

std::int64_t journal::last() const {
    const std::lock_guard guard(lock_);
    return last_;
}

std::int64_t journal::dropped() const {
    const std::lock_guard guard(lock_);
    return dropped_;
}

json::object to_json(const journal_entry& e) {
    json::object out{{"seq", e.seq},
                     {"at_ms", e.at_ms},
                     {"endpoint", e.endpoint},
                     {"method", e.request.method},
                     {"target", e.request.target},
                     {"client_id", e.client_id}};
    out.append("request", json::object{{"headers", header_list(e.request.head)}, {"body", e.request.body}});
    if (e.response.status == 0) {
        out.append("response", nullptr);
    } else {
        out.append("response", json::object{{"status", e.response.status},
                                            {"headers", header_list(e.response.head)},
                                            {"body", e.response.body}});
    }
    if (e.refusal) {
        out.append("refusal", json::object{{"rule", e.refusal->rule},
                                           {"clause", e.refusal->clause},
                                           {"error", e.refusal->error},
                                           {"expected", e.refusal->expected},
                                           {"got", e.refusal->got}});
    } else {
        out.append("refusal", nullptr);
    }
    out.append("diagnosis", to_json(diagnose(e)));
    out.append("leniencies", texts(e.leniencies));
    out.append("faults", texts(e.faults));
    out.append("assay", e.assay);
    return out;
}

}  // namespace assay::mock
