// What a run does by itself where a CI service runs it: GitHub Actions (GITHUB_ACTIONS) and GitLab (GITLAB_CI). Not
// thread-safe: reads the environment.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// What the service reads, beside the reports of any run.
[[nodiscard]] std::vector<std::string> service_formats();

// On GitHub, keeps the service from reading commands in what is printed until the end of its life: that contains
// foreign text.
class no_workflow_commands {
public:
    no_workflow_commands();
    ~no_workflow_commands();
    no_workflow_commands(const no_workflow_commands&) = delete;
    no_workflow_commands& operator=(const no_workflow_commands&) = delete;

private:
    std::string token_;
};

// On GitHub: prints annotations, and appends to the summary of the step (GITHUB_STEP_SUMMARY). Errors: environment.
[[nodiscard]] result<void> tell_service(const reports::run& r);
// On GitHub: prints an annotation for each error in a file.
void tell_service(const std::vector<error>& errors);

}  // namespace assay::harness
