#include "harness/cli/shared/report_files.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

struct report_file {
    const char* format;
    const char* name;
    std::string (*write)(const reports::run&);
};
constexpr report_file files[] = {{"json", "result.json", reports::format_json},
                                 {"junit", "junit.xml", reports::format_junit},
                                 {"html", "report.html", reports::format_html},
                                 {"sarif", "result.sarif", reports::format_sarif},
                                 {"codequality", "gl-code-quality-report.json", reports::format_codequality},
                                 {"tap", "result.tap", reports::format_tap},
                                 {"markdown", "summary.md", reports::format_markdown},
                                 {"oidf", "oidf.txt", reports::format_oidf},
                                 {"survivors", "survivors.sarif", reports::format_survivors}};

}  // namespace

std::vector<std::string> report_formats(bool all) {
    std::vector<std::string> names;
    for (const report_file& f : files) {
        // Survivors are only for `assay matrix --score`.
        if (all || f.write != reports::format_survivors) names.emplace_back(f.format);
    }
    return names;
}

std::string format_report(const reports::run& r, const std::string& format) {
    const auto* at =
        std::find_if(std::begin(files), std::end(files), [&](const report_file& f) { return f.format == format; });
    return at == std::end(files) ? std::string{} : at->write(r);
}

result<std::vector<std::string>> write_reports(const reports::run& r, const std::string& folder,
                                               const std::vector<std::string>& formats) {
    std::vector<std::string> written;
    if (auto ok = reports::make_folder(folder); !ok) return fail(ok.error());
    for (const report_file& f : files) {
        if (std::find(formats.begin(), formats.end(), f.format) == formats.end()) continue;
        const std::string path = (fs::path(folder) / f.name).string();
        if (auto ok = reports::write_file(path, f.write(r)); !ok) return fail(ok.error());
        written.push_back(path);
    }
    return written;
}

std::string page_among(const std::vector<std::string>& written) {
    const auto page =
        std::find_if(written.begin(), written.end(), [](const std::string& p) { return p.ends_with("report.html"); });
    return page == written.end() ? std::string{} : *page;
}

}  // namespace assay::harness
