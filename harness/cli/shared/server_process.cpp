#include "harness/cli/shared/server_process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/yaml.hpp"
#include "harness/clients/client_yaml.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

// Started in the folder of its file; it is ready when it prints {"ready":true,"issuer":…}.
result<std::string> start_server(const server_spec& spec, const std::string& file,
                                 std::unique_ptr<process>& started) {
    const std::string folder = fs::absolute(file).parent_path().string();
    const std::string how = fmt::format("run `setup/clients.sh {}`, then `{}` in {} to see why",
                                        fs::path(folder).filename().string(), fmt::join(spec.command, " "), folder);
    auto running = process::start({spec.command, folder, toolchain_path(fs::path(folder).parent_path().string())});
    if (!running)
        return fail(errc::environment, fmt::format("server {}: {}; {}", spec.name, running.error().message, how));
    started = std::move(*running);
    const auto line = started->first_line(spec.ready_deadline);
    const auto ready = line ? json::parse(*line) : result<json::value>(fail(line.error()));
    const std::string issuer(ready ? ready->string_at("issuer") : std::string_view{});
    if (!issuer.empty()) return issuer;
    return fail(errc::environment,
                fmt::format("server {} is not ready: {}{}{}; {}", spec.name,
                            line ? "it printed " + *line : line.error().message,
                            started->last_words().empty() ? "" : ": ", started->last_words(), how));
}

// The line "ChromeDriver was started successfully on port 41235." follows other lines.
result<std::string> start_chromedriver(std::unique_ptr<process>& started) {
    constexpr std::string_view before_port = "successfully on port ";
    constexpr std::chrono::seconds patience{30};
    auto running = process::start({{"chromedriver", "--port=0"}, "", ""});
    auto line = running ? (*running)->line_with(before_port, patience) : result<std::string>(fail(running.error()));
    if (!line) {
        return fail(
            errc::environment,
            fmt::format("this server's pages need a real browser, and chromedriver does not start ({}); install "
                        "chromium-driver (setup/packages.sh --toolchains does on Debian), or sign in with "
                        "`browser: forms`",
                        line.error().message));
    }
    started = std::move(*running);
    std::string port = line->substr(line->find(before_port) + before_port.size());
    port.erase(std::min(port.find_first_not_of("0123456789"), port.size()));
    return "http://127.0.0.1:" + port;
}

}  // namespace

bool is_oidf_config(const std::string& given) {
    return given.ends_with(".json");
}

result<oidf_config> read_oidf_file(const std::string& file, const oidf_choice& choice) {
    const auto text = yaml::read_text(file);
    if (!text) return fail(text.error());
    oidf_choice complete = choice;
    // As the suite's own run-test-plan.py finds it.
    const char* suite = std::getenv("CONFORMANCE_SERVER");  // NOLINT(concurrency-mt-unsafe): before any thread starts
    if (suite != nullptr && *suite != '\0') complete.suite = suite;
    oidf_config out = read_oidf_config(*text, file, complete);
    if (out.errors.empty()) return out;
    std::string all;
    for (const error& one : out.errors) all += (all.empty() ? "" : "\nassay: ") + one.text();
    for (const std::string& one : out.warnings) all += "\nassay: " + one;
    return fail(errc::usage, std::move(all));
}

bool is_server_file(const std::string& given) {
    std::error_code bad;
    return given.ends_with(".yaml") || given.ends_with(".yml") || is_oidf_config(given) ||
           fs::is_regular_file(given, bad);
}

result<server_spec> read_server(const std::string& given, const oidf_choice& choice) {
    if (!is_server_file(given)) return bare_server(given);
    if (is_oidf_config(given)) {
        auto config = read_oidf_file(given, choice);
        if (!config) return fail(config.error());
        return std::move(config->spec);
    }
    auto d = yaml::read_file(given);
    if (!d) return fail(d.error());
    return load_server(*d);
}

result<server_spec> open_server(const std::string& given, server_processes& running, const oidf_choice& choice) {
    auto spec = read_server(given, choice);
    if (!spec) return fail(spec.error());
    return prepare_server(std::move(*spec), given, running);
}

result<server_spec> prepare_server(server_spec spec, const std::string& given, server_processes& running) {
    if (!spec.command.empty()) {
        auto issuer = start_server(spec, given, running.server);
        if (!issuer) return fail(issuer.error());
        spec.view.issuer = std::move(*issuer);
    }
    if (spec.view.pages.needs_browser) {
        auto origin = start_chromedriver(running.driver);
        if (!origin) return fail(origin.error());
        spec.view.pages.webdriver = std::move(*origin);
    }
    return spec;
}

}  // namespace assay::harness
