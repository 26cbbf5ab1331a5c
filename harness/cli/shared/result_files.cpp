#include "harness/cli/shared/result_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = std::uintmax_t{256} << 20U;

// The result file in a folder, or in the first run of `assay load --against`; load.json if there is none, for the
// error message.
fs::path result_in(const fs::path& folder) {
    std::error_code bad;
    for (const char* name : {"load.json", "bench.json", "result.json", "1/load.json"}) {
        if (fs::exists(folder / name, bad)) return folder / name;
    }
    return folder / "load.json";
}

}  // namespace

result<json::value> read_json_file(const std::string& path) {
    std::error_code bad;
    const fs::path file = fs::is_directory(path, bad) ? result_in(path) : fs::path(path);
    const auto size = fs::file_size(file, bad);
    std::ifstream in(file, std::ios::binary);
    if (bad || !in)
        return fail(errc::not_found, "there is no such file; give a load.json, bench.json or result.json",
                    file.string());
    if (size > file_bytes_max) return fail(errc::usage, "the file is larger than 256 MiB", file.string());
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto v = json::parse(text, {file_bytes_max, 64});
    if (!v) return fail(errc::usage, "this is no JSON: " + v.error().message, file.string());
    return v;
}

result<read_run> result_of(const json::value& document, const std::string& path) {
    auto out = reports::from_json(document);
    if (!out) {
        return fail(errc::usage,
                    fmt::format("this is no result of `assay run`: {} {}", out.error().where, out.error().message),
                    path);
    }
    const bool whole = reports::to_json(*out) == document;
    return read_run{std::move(*out), whole};
}

result<read_run> read_result(const std::string& path) {
    auto document = read_json_file(path);
    if (!document) return fail(document.error());
    return result_of(*document, path);
}

}  // namespace assay::harness
