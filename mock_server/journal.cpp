#include "mock_server/journal.hpp"

#include <utility>

#include "mock_server/diagnosis/diagnosis.hpp"

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

}  // namespace

void journal::add(journal_entry e) {
    const std::lock_guard guard(lock_);
    e.seq = ++last_;
    entries_.push_back(std::move(e));
    if (entries_.size() > entries_max) entries_.pop_front();
}

std::vector<journal_entry> journal::after(std::int64_t seq) const {
    const std::lock_guard guard(lock_);
    std::vector<journal_entry> out;
    for (const auto& e : entries_) {
        if (e.seq > seq) out.push_back(e);
    }
    return out;
}

json::object to_json(const journal_entry& e) {
    json::object out{{"seq", e.seq},
                     {"at_ms", e.at_ms},
                     {"endpoint", e.endpoint},
                     {"method", e.request.method},
                     {"target", e.request.target},
                     {"client_id", e.client_id}};
    out.append("request", json::object{{"headers", header_list(e.request.head)}, {"body", e.request.body}});
    out.append("response", json::object{{"status", e.response.status},
                                        {"headers", header_list(e.response.head)},
                                        {"body", e.response.body}});
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
