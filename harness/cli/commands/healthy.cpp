// `assay healthy`: asks a running `assay serve` whether it answers, for images and supervisors without curl.
#include <chrono>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "http/client.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

struct healthy_options {
    std::string url = "http://127.0.0.1:8080";
    std::string ca_file;
    unsigned deadline_ms = 2000;
};

int healthy(const healthy_options& o) {
    auto at = http::parse_url(o.url);
    if (!at) return report_error({errc::usage, at.error().message});
    http::client client({.deadline = std::chrono::milliseconds(o.deadline_ms), .ca_file = o.ca_file});
    http::call asked;
    asked.origin = at->origin();
    asked.r.method = "GET";
    asked.r.target = "/health";
    auto answered = client.send(std::move(asked));
    if (!answered) return report_error(answered.error());
    if (answered->received.status == 200) return 0;
    fmt::print(stderr, "assay: {}/health answered {}\n", at->origin(), answered->received.status);
    return exit_failed;
}

}  // namespace

void add_healthy(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("healthy", "Ask a running `assay serve` whether it answers");
    auto o = std::make_shared<healthy_options>();
    command->add_option("url", o->url, "Where it listens")->capture_default_str();
    command->add_option("--ca", o->ca_file, "PEM file of a CA to trust");
    command->add_option("--deadline-ms", o->deadline_ms, "How long to wait for the answer")->capture_default_str();
    command->footer(
        "Exit codes: 0 it answers, 1 it answers otherwise, 3 it does not.\n"
        "Example, in a Dockerfile: HEALTHCHECK CMD [\"/assay\", \"healthy\"]");
    command->callback([o, &exit_code] { exit_code = healthy(*o); });
}

}  // namespace assay::harness
