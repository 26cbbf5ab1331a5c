#include "mock_server/observe/log_line.hpp"

#include <chrono>
#include <ctime>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "data/json.hpp"
#include "data/mask.hpp"
#include "mock_server/observe/diagnosis/diagnosis.hpp"

namespace assay::mock {
namespace {

std::string instant(std::int64_t at_ms) {
    return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(at_ms / 1000)), at_ms % 1000);
}

// Anyone can send any path: no control character may reach a terminal.
std::string printable(std::string_view text) {
    std::string out;
    for (const char ch : text) {
        const auto byte = static_cast<unsigned char>(ch);
        out += byte < 0x20 || byte == 0x7f ? fmt::format("%{:02X}", byte) : std::string(1, ch);
    }
    return out;
}

std::string text_line(std::int64_t at_ms, std::string_view issuer_name, const journal_entry& e) {
    auto out = fmt::format("{} {} {} {} {}", instant(at_ms), issuer_name.empty() ? "-" : issuer_name,
                           printable(e.request.method), printable(e.request.path()),
                           e.response.status == 0 ? "no-answer" : std::to_string(e.response.status));
    if (!e.client_id.empty()) out += " client_id=" + printable(e.client_id);
    if (e.refusal) {
        out += fmt::format(" {}: {} ({}) expected {}, got {}", e.refusal->error, e.refusal->rule, e.refusal->clause,
                           printable(mask{}.apply(e.refusal->expected)), printable(mask{}.apply(e.refusal->got)));
    }
    if (e.refusal) {
        for (const auto& m : diagnose(e)) out += fmt::format("; most likely {}", m.name);
    }
    for (const auto& f : e.faults) out += " fault=" + f;
    return out + "\n";
}

std::string json_line(std::int64_t at_ms, std::string_view issuer_name, const journal_entry& e) {
    json::object out{{"time", instant(at_ms)},     {"issuer", issuer_name},    {"endpoint", e.endpoint},
                     {"method", e.request.method}, {"path", e.request.path()}, {"status", nullptr}};
    if (e.response.status != 0) out.set("status", e.response.status);
    if (!e.client_id.empty()) out.append("client_id", e.client_id);
    if (e.refusal) {
        out.append("error", e.refusal->error);
        out.append("rule", e.refusal->rule);
        out.append("clause", e.refusal->clause);
        out.append("expected", mask{}.apply(e.refusal->expected));
        out.append("got", mask{}.apply(e.refusal->got));
        json::array likely;
        for (const auto& m : diagnose(e)) likely.emplace_back(m.name);
        out.append("diagnosis", std::move(likely));
    }
    if (!e.faults.empty()) out.append("faults", json::array(e.faults.begin(), e.faults.end()));
    return json::format(out) + "\n";
}

}  // namespace

std::optional<log_format> parse_log_format(std::string_view name) {
    if (name == "off") return log_format::off;
    if (name == "text") return log_format::text;
    if (name == "json") return log_format::json;
    return std::nullopt;
}

std::string format_log_line(log_format how, std::int64_t at_ms, std::string_view issuer_name,
                            const journal_entry& e) {
    if (how == log_format::off) return {};
    return how == log_format::json ? json_line(at_ms, issuer_name, e) : text_line(at_ms, issuer_name, e);
}

std::int64_t log_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace assay::mock
