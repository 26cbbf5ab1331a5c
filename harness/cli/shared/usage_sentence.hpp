// What is wrong with a command line, in one sentence: the option, what was expected, the nearest valid word, and what
// to do next. Not thread-safe.
#pragma once

#include <string>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
class ParseError;
}  // namespace CLI

namespace assay::harness {

// `app` is the program, after it refused these arguments with `e`.
[[nodiscard]] std::string usage_sentence(const CLI::App& app, const CLI::ParseError& e, int argc, char** argv);

}  // namespace assay::harness
