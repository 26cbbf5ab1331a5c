#include "harness/cli/replay/capsule.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <fmt/format.h>

#include "data/object_reader.hpp"
#include "harness/cli/replay/variable_name.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view schema_name = "assay.capsule/1";
constexpr std::array<std::string_view, 3> party_names{"mock", "server", "client"};

std::optional<capsule_party> party_named(std::string_view name) {
    const auto at = std::find(party_names.begin(), party_names.end(), name);
    if (at == party_names.end()) return std::nullopt;
    return static_cast<capsule_party>(at - party_names.begin());
}

std::size_t size_of(const reports::evidence& e) {
    return std::min(e.request.size(), reports::evidence_limit) + std::min(e.response.size(), reports::evidence_limit);
}

reports::row within_limit(reports::row r) {
    std::size_t bytes = 0;
    const auto rest = std::find_if(r.exchanges.begin(), r.exchanges.end(), [&](const reports::evidence& e) {
        bytes += size_of(e);
        return bytes > capsule_exchanges_limit;
    });
    const auto left_out = r.exchanges.end() - rest;
    if (left_out == 0) return r;
    r.exchanges.erase(rest, r.exchanges.end());
    r.exchanges.push_back({"", fmt::format("{} more exchanges are left out: a capsule is small", left_out), "", 0});
    return r;
}

json::value subject_json(const capsule& c) {
    json::object out{{"kind", party_names.at(static_cast<std::size_t>(c.party))}};
    if (c.party == capsule_party::mock) return out;
    out.append("given", c.given);
    if (c.party == capsule_party::client) {
        out.append("name", c.client);
        out.append("configuration", c.configuration);
        out.append("sha256", c.sha256);
    } else {
        out.append("ca", c.has_authority);
    }
    out.append("file", c.file);
    return out;
}

result<void> read_subject(const json::value& v, capsule& c) {
    static constexpr std::array<std::string_view, 7> members{"kind",   "given", "name", "configuration",
                                                             "sha256", "ca",    "file"};
    json::object_reader in(v, "/subject");
    in.only(members);
    c.party = in.word<capsule_party>("kind", party_named);
    if (c.party != capsule_party::mock) {
        c.given = in.text("given");
        if (const json::value* file = in.member("file"); file != nullptr) c.file = *file;
        if (!c.file.is_null() && !c.file.is_object()) in.refuse("/subject/file", "an object or null", c.file);
    }
    if (c.party == capsule_party::client) {
        c.client = in.text("name");
        c.configuration = in.text("configuration");
        c.sha256 = in.text("sha256");
    } else {
        c.has_authority = in.flag("ca");
    }
    auto done = in.finish(true);
    return done ? result<void>{} : fail(done.error());
}

bool names_variable(const json::value& v) {
    return v.is_string() && v.as_string()->find("${env.") != std::string::npos;
}

void hide(json::object& at, std::string_view member, const std::string& variable) {
    json::value* v = at.find(member);
    if (v != nullptr && !v->is_null() && !names_variable(*v)) *v = json::value("${env." + variable + "}");
}

void collect_variables(const json::value& v, std::vector<std::string>& out) {
    constexpr std::string_view begin = "${env.";
    if (const std::string* text = v.as_string()) {
        for (std::size_t at = text->find(begin); at != std::string::npos; at = text->find(begin, at + 1)) {
            const std::size_t end = text->find('}', at);
            if (end == std::string::npos) return;
            const std::string name = text->substr(at + begin.size(), end - at - begin.size());
            if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
        }
    } else if (const json::array* list = v.as_array()) {
        for (const json::value& one : *list) collect_variables(one, out);
    } else if (const json::object* o = v.as_object()) {
        for (const json::member& m : o->members) collect_variables(m.v, out);
    }
}

}  // namespace

json::value to_json(const capsule& c) {
    json::array faults(c.faults.begin(), c.faults.end());
    return json::object{{"schema", schema_name},
                        {"assay", c.version},
                        {"command", c.command},
                        {"check", json::object{{"file", c.check_file}, {"text", c.check_text}}},
                        {"subject", subject_json(c)},
                        {"faults", std::move(faults)},
                        {"dialect", c.dialect_text},
                        {"seed", c.row.seed},
                        {"clock", c.row.clock},
                        {"deadline_s", c.deadline_s},
                        {"tls", c.tls},
                        {"row", reports::to_json(within_limit(c.row))}};
}

result<capsule> capsule_from_json(const json::value& document) {
    static constexpr std::array<std::string_view, 12> members{"schema",  "assay",      "command", "check",
                                                              "subject", "faults",     "dialect", "seed",
                                                              "clock",   "deadline_s", "tls",     "row"};
    if (document.string_at("schema") != schema_name)
        return fail(errc::bad_json,
                    fmt::format("is not \"{}\"; give a file that `assay run` wrote below capsules/", schema_name),
                    "/schema");
    json::object_reader in(document, "");
    in.only(members);
    capsule c;
    c.version = in.text("assay");
    c.command = in.text("command");
    c.faults = in.texts("faults");
    c.dialect_text = in.text("dialect");
    const std::string seed = in.text("seed");
    const std::int64_t clock = in.integer("clock");
    c.deadline_s = in.integer("deadline_s");
    c.tls = in.boolean("tls");
    if (const json::value* check = in.member("check"); check != nullptr) {
        static constexpr std::array<std::string_view, 2> parts{"file", "text"};
        json::object_reader of(*check, "/check");
        of.only(parts);
        c.check_file = of.text("file");
        c.check_text = of.text("text");
        if (auto ok = of.finish(true); !ok) return fail(ok.error());
    }
    if (const json::value* subject = in.member("subject"); subject != nullptr) {
        if (auto ok = read_subject(*subject, c); !ok) return fail(ok.error());
    }
    if (const json::value* row = in.member("row"); row != nullptr) {
        auto read = reports::row_from_json(*row, "/row");
        if (!read) return fail(read.error());
        c.row = std::move(*read);
    }
    if (auto ok = in.finish(true); !ok) return fail(ok.error());
    constexpr std::int64_t end_of_time = 253'402'300'799;  // 9999-12-31T23:59:59Z
    if (clock < 0 || clock > end_of_time)
        return fail(errc::bad_json, "is no time from 1970 to 9999 in epoch seconds", "/clock");
    if (c.deadline_s < 1 || c.deadline_s > 600) return fail(errc::bad_json, "is not from 1 to 600", "/deadline_s");
    c.row.seed = seed;
    c.row.clock = clock;
    return c;
}

result<capsule> read_capsule(const std::string& file) {
    std::error_code bad;
    const auto size = std::filesystem::file_size(file, bad);
    std::ifstream in(file, std::ios::binary);
    if (bad || !in) return fail(errc::usage, "there is no such file; `assay run` writes capsules to --out", file);
    if (size > capsule_limit) return fail(errc::usage, "the file is larger than 8 MiB, so it is no capsule", file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto document = json::parse(text, {capsule_limit, 64});
    if (!document) return fail(errc::usage, "this is no JSON: " + document.error().message, file);
    auto out = capsule_from_json(*document);
    if (out) return out;
    const error& e = out.error();
    return fail(errc::usage, fmt::format("{}{}{}", e.where, e.where.empty() ? "" : " ", e.message), file);
}

json::value without_secrets(json::value server_file) {
    json::object* top = server_file.as_object();
    if (top == nullptr) return server_file;
    hide(*top, "initial_access_token", "INITIAL_ACCESS_TOKEN");
    if (json::value* clients = top->find("clients"); clients != nullptr && clients->is_object()) {
        for (json::member& one : clients->as_object()->members) {
            if (!one.v.is_object()) continue;
            hide(*one.v.as_object(), "client_secret", variable_name(one.name) + "_CLIENT_SECRET");
            hide(*one.v.as_object(), "private_key", variable_name(one.name) + "_PRIVATE_KEY");
        }
    }
    if (json::value* pages = top->find("sign_in"); pages != nullptr && pages->is_object()) {
        hide(*pages->as_object(), "password", "SIGN_IN_PASSWORD");
        json::value* fields = pages->as_object()->find("fields");
        if (fields != nullptr && fields->is_object()) {
            for (const json::member& m : json::object(*fields->as_object()).members)
                hide(*fields->as_object(), m.name, "SIGN_IN_" + variable_name(m.name));
        }
    }
    return server_file;
}

std::vector<std::string> variables_in(const json::value& server_file) {
    std::vector<std::string> out;
    collect_variables(server_file, out);
    return out;
}

std::string capsule_name(const reports::row& r) {
    std::string text = r.check;
    if (!r.variant.empty()) text += "." + r.variant;
    if (r.check.starts_with("RP-")) text += "." + r.subject;
    std::string out;
    for (const char ch : text) {
        const auto c = static_cast<unsigned char>(ch);
        const bool plain = std::isalnum(c) != 0 || std::string_view("-_.,=").find(ch) != std::string_view::npos;
        if (plain)
            out += ch;
        else if (ch == ' ' && !out.ends_with('_') && !out.ends_with(','))
            out += '_';
    }
    constexpr std::size_t longest = 120;
    return out.substr(0, longest);
}

}  // namespace assay::harness
