#include "harness/cli/replay/write_capsules.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "data/yaml.hpp"
#include "harness/cli/replay/capsule.hpp"
#include "harness/cli/shared/server_process.hpp"
#include "oauth/crypto.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
using reports::verdict;

// Removes the capsules of an earlier run, and nothing else that a person may have put there.
void remove_earlier(const std::string& folder) {
    std::error_code bad;
    for (const fs::directory_entry& one : fs::directory_iterator(folder, bad)) {
        if (one.path().extension() != ".json" || !one.is_regular_file(bad)) continue;
        std::string head(64, '\0');
        std::ifstream in(one.path(), std::ios::binary);
        in.read(head.data(), static_cast<std::streamsize>(head.size()));
        in.close();
        if (head.find("\"assay.capsule/") != std::string::npos) fs::remove(one.path(), bad);
    }
    fs::remove(folder, bad);  // only if nothing is left in it
}

json::value document_of(const std::string& text, const std::string& name) {
    const auto d = yaml::parse(text, name);
    if (!d) return {};
    auto v = yaml::as_json(*d, d->root);
    return v ? std::move(*v) : json::value();
}

// The client that row is about. A client.yaml whose command is this program needs no other file, so it is carried.
void describe_client(const run_plan& plan, const reports::row& r, capsule& c) {
    c.party = capsule_party::client;
    for (const client_spec& one : plan.clients) {
        for (const client_configuration& configuration : one.configurations) {
            if (one.subject_in(configuration.name) != r.subject) continue;
            c.client = one.name;
            c.given = one.given;
            c.configuration = configuration.name;
            const auto text = one.folder.empty() ? (plan.all.clients() / one.name).read("client.yaml")
                                                 : yaml::read_text(one.folder + "/client.yaml");
            if (!text) return;
            c.sha256 = to_hex(oauth::sha256(*text));
            if (one.command.front() == "${assay}") c.file = document_of(*text, "client.yaml");
            return;
        }
    }
}

void describe_server(const run_options& o, capsule& c) {
    if (o.server.empty()) return;
    c.party = capsule_party::server;
    c.given = o.server;
    c.has_authority = !o.ca_file.empty();
    // Secrets may stand anywhere in a configuration of the conformance suite, so it stays where it is.
    if (!is_server_file(o.server) || is_oidf_config(o.server)) return;
    const auto text = yaml::read_text(o.server);
    const json::value file = text ? document_of(*text, o.server) : json::value();
    // A command is of the folder it stands in, and its arguments may be secret.
    if (file.find("command") == nullptr) c.file = without_secrets(file);
}

capsule capsule_of(const run_plan& plan, const run_options& o, const std::string& dialect_text,
                   const std::string& command, const reports::row& r) {
    capsule c;
    c.version = ASSAY_VERSION;
    c.command = command;
    if (const check* of = plan.all.find_check(r.check); of != nullptr) {
        c.check_file = of->file;
        c.check_text = plan.all.data.read(of->file).value_or("");
    }
    if (r.check.starts_with("RP-")) {
        describe_client(plan, r, c);
    } else {
        describe_server(o, c);
        if (o.server.empty()) c.faults = o.faults;
    }
    c.dialect_text = dialect_text;
    c.deadline_s = o.deadline_s;
    c.tls = o.tls;
    c.row = r;
    return c;
}

bool is_worse(const reports::row& a, const reports::row& b) {
    return a.verdict == verdict::fail && b.verdict != verdict::fail;
}

}  // namespace

result<written_capsules> write_capsules(const run_plan& plan, const run_options& o, const reports::run& ran) {
    written_capsules out;
    out.folder = (fs::path(o.out) / "capsules").string();
    remove_earlier(out.folder);
    reports::run deviating;
    deviating.command = ran.command;
    for (const reports::row& r : ran.rows) {
        if (r.verdict == verdict::fail || r.verdict == verdict::warn) deviating.rows.push_back(r);
    }
    if (deviating.rows.empty()) return out;
    std::stable_sort(deviating.rows.begin(), deviating.rows.end(), is_worse);
    if (deviating.rows.size() > capsules_max) {
        out.left_out = deviating.rows.size() - capsules_max;
        deviating.rows.resize(capsules_max);
    }
    deviating = reports::masked(std::move(deviating), {});
    if (auto ok = reports::make_folder(out.folder); !ok) return fail(ok.error());
    const bool own_dialect = o.dialect.ends_with(".yaml") || o.dialect.find('/') != std::string::npos;
    const std::string dialect_text = own_dialect ? yaml::read_text(o.dialect).value_or("") : "";
    std::set<std::string> names;
    for (const reports::row& r : deviating.rows) {
        const std::string name = capsule_name(r);
        std::string unique = name;
        for (int n = 2; !names.insert(unique).second; ++n) unique = fmt::format("{}-{}", name, n);
        const capsule c = capsule_of(plan, o, dialect_text, deviating.command, r);
        const std::string file = (fs::path(out.folder) / (unique + ".json")).string();
        if (auto ok = reports::write_file(file, json::format_pretty(to_json(c)) + "\n"); !ok) return fail(ok.error());
        ++out.files;
    }
    return out;
}

}  // namespace assay::harness
