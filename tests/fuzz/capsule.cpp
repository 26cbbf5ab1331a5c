// Capsules: what is read is written as one that reads the same, no secret of a server file stays in it, and a capsule
// that is read makes a run, or an error says why not.
#include "harness/cli/replay/replay.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace assay;

// The words that stand where secrets stand.
void must_hide(const json::value& file) {
    const auto hidden = harness::without_secrets(file);
    fuzz::must(harness::without_secrets(hidden) == hidden, "what is hidden stays as it is");
    for (const char* at : {"/initial_access_token", "/sign_in/password"}) {
        const json::value* v = hidden.at_pointer(at);
        fuzz::must(
            v == nullptr || v->is_null() || (v->is_string() && v->as_string()->find("${env.") != std::string::npos),
            "a secret is the name of a variable");
    }
    (void)harness::variables_in(hidden);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = json::parse(fuzz::text_of(data, size));
    if (!document) return 0;
    must_hide(*document);
    const auto c = harness::capsule_from_json(*document);
    if (!c) {
        fuzz::must(!c.error().message.empty() && !c.error().where.empty(), "an error has a place");
        return 0;
    }
    const auto written = harness::to_json(*c);
    const auto again = harness::capsule_from_json(written);
    fuzz::must(again.has_value(), "the written capsule is read");
    fuzz::must(json::format(harness::to_json(*again)) == json::format(written), "the same capsule comes back");
    fuzz::must(harness::compare_rows(c->row, again->row) != harness::replay_end::another_failure,
               "a row is like itself");
    const auto name = harness::capsule_name(c->row);
    fuzz::must(name.find_first_of("/\\ ") == std::string::npos, "its name is one of a file: " + name);
    // A dialect of another input would stay registered; a name of a server may be the name of a file.
    if (!c->dialect_text.empty() || c->party != harness::capsule_party::mock) return 0;
    const auto made =
        harness::make_replay(*c, {.file = "fuzz.json", .server = {}, .client = {}, .ca_file = {}, .data = {}});
    fuzz::must(made || !made.error().message.empty(), "it makes a run, or an error says why not");
    return 0;
}
