// Describes the mock: its catalogue of faults, rules and dialects, its health and its metrics.
#include <cstdio>

#include <unistd.h>

#include "mock_server/assets/embedded_files.hpp"
#include "mock_server/control/routes.hpp"
#include "mock_server/pages/describe.hpp"

namespace assay::mock::control {
namespace {

http::plan text(std::string_view type, std::string body) {
    http::response out;
    out.head.append("Content-Type", std::string(type));
    out.body = std::move(body);
    return http::reply(std::move(out));
}

// 0 on systems that do not tell.
double resident_bytes() {
    long pages = 0;
    long resident = 0;
    if (FILE* f = std::fopen("/proc/self/statm", "r"); f != nullptr) {
        if (std::fscanf(f, "%ld %ld", &pages, &resident) != 2) resident = 0;
        std::fclose(f);
    }
    return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

reply health(const call& c) {
    json::object out{{"ok", true}};
    if (c.core.kept_in) {
        out.append("store", c.core.kept_in->shown());
        out.append("store_up", c.core.kept_in->is_up());
    }
    return ok(std::move(out));
}

reply metrics(const call& c) {
    double codes = 0;
    double tokens = 0;
    double sessions = 0;
    double entries = 0;
    const auto all = c.core.all();
    for (const auto& i : all) {
        const auto held = i->tokens.held().value_or(store::counts{});
        codes += static_cast<double>(held.codes);
        tokens += static_cast<double>(held.pairs);
        sessions += static_cast<double>(held.sessions);
        entries += static_cast<double>(i->log.size());
    }
    std::string out = c.core.seen->counters();
    out += gauge("assay_issuers", "Issuers that exist.", static_cast<double>(all.size()));
    if (c.core.kept_in) {
        out += gauge("assay_store_up", "1 if the last operation of the store that mocks share was done, 0 if not.",
                     c.core.kept_in->is_up() ? 1 : 0);
    } else {
        out += gauge("assay_codes", "Authorization codes kept.", codes);
        out += gauge("assay_tokens", "Pairs of access and refresh token kept.", tokens);
        out += gauge("assay_sessions", "Sign-in sessions kept.", sessions);
    }
    out += gauge("assay_journal_entries", "Requests kept in journals.", entries);
    out += gauge("assay_orphans", "Requests kept that belonged to no issuer.",
                 static_cast<double>(c.core.orphans.size()));
    out += memory_gauges(*c.core.memory);
    out += gauge("assay_in_progress_budget_bytes", "Memory that requests and answers in progress may use together.",
                 static_cast<double>(c.core.in_progress->most()));
    out += gauge("assay_in_progress_used_bytes", "What they use, beyond 16 KiB each.",
                 static_cast<double>(c.core.in_progress->used()));
    if (c.core.dropped_log_lines)
        out += counter("assay_log_lines_dropped_total",
                       "Lines of the log that were dropped, as nobody read those before them.",
                       c.core.dropped_log_lines());
    if (c.core.open_connections)
        out += gauge("assay_connections", "Connections open at the mock.",
                     static_cast<double>(c.core.open_connections()));
    out += gauge("process_resident_memory_bytes", "Resident memory of the process.", resident_bytes());
    return text("text/plain; version=0.0.4; charset=utf-8", std::move(out));
}

reply list_rules(const call&) {
    return ok(describe_rules());
}

reply list_faults(const call&) {
    return ok(describe_faults());
}

reply list_dialects(const call&) {
    return ok(describe_dialects());
}

reply openapi(const call&) {
    for (const auto& file : embedded_files()) {
        if (file.name.ends_with("control-api.openapi.yaml")) return text("application/yaml", std::string(file.text));
    }
    return no(404, "not_found", "this build carries no description; see docs/control-api.openapi.yaml");
}

}  // namespace assay::mock::control
