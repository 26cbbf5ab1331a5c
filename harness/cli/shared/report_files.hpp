// The reports of a run as files in one folder.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// What --format takes.
[[nodiscard]] std::vector<std::string> report_formats();

// Makes the folder and writes what `formats` names; gives the paths. Errors: environment.
[[nodiscard]] result<std::vector<std::string>> write_reports(const reports::run& r, const std::string& folder,
                                                             const std::vector<std::string>& formats);

// Of those paths the one that holds every row in full and is made for people; empty: there is none.
[[nodiscard]] std::string page_among(const std::vector<std::string>& written);

}  // namespace assay::harness
