#include "harness/cli/shared/ci_service.hpp"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

std::string variable(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? std::string{} : text;
}

bool on_github() {
    return variable("GITHUB_ACTIONS") == "true";
}

}  // namespace

std::vector<std::string> service_formats() {
    std::vector<std::string> out;
    if (on_github()) out.emplace_back("sarif");
    if (variable("GITLAB_CI") == "true") out.emplace_back("codequality");
    return out;
}

no_workflow_commands::no_workflow_commands() {
    if (!on_github()) return;
    token_ = oauth::base64url_encode(oauth::random_bytes(16));
    fmt::print("::stop-commands::{}\n", token_);
}

no_workflow_commands::~no_workflow_commands() {
    if (!token_.empty()) fmt::print("::{}::\n", token_);
}

result<void> tell_service(const reports::run& r) {
    if (!on_github()) return {};
    fmt::print("{}", reports::format_annotations(r));
    const std::string path = variable("GITHUB_STEP_SUMMARY");
    if (path.empty()) return {};
    std::ofstream summary(path, std::ios::app | std::ios::binary);
    summary << reports::format_markdown(r) << "\n";
    summary.close();
    if (!summary) return fail(errc::environment, fmt::format("cannot write the summary of the step to {}", path));
    return {};
}

void tell_service(const std::vector<error>& errors) {
    if (on_github()) fmt::print("{}", reports::format_annotations(errors));
}

}  // namespace assay::harness
