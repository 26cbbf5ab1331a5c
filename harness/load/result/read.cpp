// Reads assay.load/1, for merging and comparing. Figures are not read but computed from the histograms.
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "harness/load/result/document.hpp"

namespace assay::load {
namespace {

// Keeps the first error; values read after it are meaningless.
class reader {
public:
    std::optional<error> bad;

    const json::value& at(const json::value& v, std::string_view name) {
        const json::value* found = v.find(name);
        if (found == nullptr) wrong(name, "is missing");
        return found == nullptr ? nothing_ : *found;
    }
    std::int64_t integer(const json::value& v, std::string_view name) {
        const auto n = at(v, name).as_integer();
        if (!n || *n < 0) wrong(name, "is no whole number of 0 or more");
        return n.value_or(0);
    }
    std::uint64_t count(const json::value& v, std::string_view name) {
        return static_cast<std::uint64_t>(integer(v, name));
    }
    std::string text(const json::value& v, std::string_view name) {
        const std::string* s = at(v, name).as_string();
        if (s == nullptr) wrong(name, "is no string");
        return s == nullptr ? std::string{} : *s;
    }
    const json::array& list(const json::value& v, std::string_view name) {
        const json::array* a = at(v, name).as_array();
        if (a == nullptr) wrong(name, "is no array");
        return a == nullptr ? none_ : *a;
    }
    double number(const json::value& v, std::string_view name) {
        const auto n = at(v, name).as_number();
        if (!n) wrong(name, "is no number");
        return n.value_or(0);
    }
    histogram times(const json::value& v, std::string_view name) {
        auto h = histogram::decode(text(v, name));
        if (!h) wrong(name, h.error().message);
        return h ? std::move(*h) : histogram{};
    }
    std::set<std::string> texts(const json::value& v, std::string_view name) {
        std::set<std::string> out;
        for (const json::value& one : list(v, name)) {
            if (one.is_string()) out.insert(*one.as_string());
        }
        return out;
    }

private:
    void wrong(std::string_view name, std::string_view what) {
        if (!bad) bad = error{errc::malformed, fmt::format("member '{}' {}", name, what)};
    }
    json::value nothing_;
    json::array none_;
};

void read_setup(reader& in, const json::value& v, load_setup& out) {
    out.name = in.text(v, "name");
    out.target = in.text(v, "target");
    out.flows = in.text(v, "flows");
    out.loop = in.text(v, "loop");
    for (const json::value& one : in.list(v, "stages")) {
        out.stages.push_back({in.number(one, "from_per_s"), in.number(one, "to_per_s"), in.integer(one, "for_ns")});
    }
    out.users = in.count(v, "users");
    out.duration_ns = in.integer(v, "duration_ns");
    const std::string seed = in.text(v, "seed");
    std::from_chars(seed.data(), seed.data() + seed.size(), out.seed);
    out.shard_count = in.count(v, "shard_count");
    for (const json::value& one : in.list(v, "thresholds")) {
        if (one.is_string()) out.thresholds.push_back(*one.as_string());
    }
}

void read_ranks(reader& in, const json::value& v, load_result& out) {
    for (const json::value& one : in.list(v, "ranks")) {
        out.ranks[in.count(one, "rank")] = {in.text(one, "host"),
                                            in.at(one, "clock_offset_ns").as_integer().value_or(0),
                                            in.integer(one, "clock_error_ns"), in.text(one, "lost")};
    }
}

void read_tables(reader& in, const json::value& v, load_result& out) {
    for (const json::value& one : in.list(v, "legs")) {
        request_result& request = out.requests[in.text(one, "name")];
        request.whole = in.at(one, "whole_flow").as_boolean().value_or(false);
        request.ok = in.count(one, "ok");
        request.failed = in.count(one, "failed");
        request.latency = in.times(in.at(one, "latency"), "histogram");
        request.service = in.times(in.at(one, "service"), "histogram");
        // Older results have no histogram of failures: there, failures are in the latency histogram.
        if (one.find("failed_latency") != nullptr)
            request.failed_latency = in.times(in.at(one, "failed_latency"), "histogram");
    }
    for (const json::value& one : in.list(v, "intervals")) {
        out.intervals[{in.integer(one, "second"), in.text(one, "leg")}] = {in.count(one, "failed"),
                                                                           in.times(one, "histogram")};
    }
    for (const json::value& one : in.list(v, "failures")) {
        out.failures[{in.text(one, "leg"), in.text(one, "kind")}] = {in.count(one, "count"), in.text(one, "sample")};
    }
    for (const json::value& one : in.list(v, "invariants")) {
        out.invariants[in.text(one, "name")] = {in.count(one, "tried"), in.count(one, "broken"),
                                                in.text(one, "sample")};
    }
}

}  // namespace

result<load_result> load_result_from_json(const json::value& v) {
    if (v.string_at("schema") != "assay.load/1") {
        return fail(errc::usage, "this is no result of `assay load` (assay.load/1)");
    }
    reader in;
    load_result out;
    read_setup(in, in.at(v, "setup"), out.setup);
    out.started_at = in.text(v, "started_at");
    for (const json::value& s : in.list(v, "shards")) {
        out.shards.insert(static_cast<std::uint64_t>(s.as_integer().value_or(0)));
    }
    const json::value& counts = in.at(v, "counts");
    out.due = in.count(counts, "due");
    out.begun = in.count(counts, "begun");
    out.finished = in.count(counts, "finished");
    out.unfinished = in.count(counts, "unfinished");
    out.starved = in.count(counts, "starved");
    out.waited = in.count(counts, "waited_for_connection");
    out.connections = in.count(counts, "connections_opened");
    // Older results do not have this counter.
    if (counts.find("connections_resumed") != nullptr) out.resumed = in.count(counts, "connections_resumed");
    out.begin_span_ns = in.integer(v, "begin_span_ns");
    out.elapsed_ns = in.integer(v, "elapsed_ns");
    const json::value& generator = in.at(v, "generator");
    out.threads = in.count(generator, "threads");
    out.cpu_ns = in.integer(generator, "cpu_ns");
    out.thread_wall_ns = in.integer(generator, "wall_ns");
    if (generator.find("busiest_permille") != nullptr) out.busiest_permille = in.count(generator, "busiest_permille");
    if (generator.find("memory_peak_kib") != nullptr) out.memory_peak_kib = in.integer(generator, "memory_peak_kib");
    out.lag = in.times(in.at(generator, "lag"), "histogram");
    out.saturated = in.texts(generator, "saturated");
    out.notes = in.texts(v, "notes");
    out.interrupted = in.at(v, "interrupted").as_boolean().value_or(false);
    if (const json::value* server = v.find("server"); server != nullptr) {
        for (const json::value& one : in.list(*server, "programs"))
            out.server[in.text(one, "name")] = {in.integer(one, "cpu_ns"), in.integer(one, "memory_peak_kib")};
    }
    if (v.find("ranks") != nullptr) read_ranks(in, v, out);
    read_tables(in, v, out);
    if (in.bad) return fail(*in.bad);
    return out;
}

}  // namespace assay::load
