// assay.result/1 as JSON: reading and writing.
#include <utility>

#include <fmt/format.h>

#include "data/object_reader.hpp"
#include "reports/result.hpp"
#include "reports/text.hpp"

namespace assay::reports {
namespace {

constexpr std::string_view schema_name = "assay.result/1";

json::array texts(const std::vector<std::string>& list) {
    return json::array(list.begin(), list.end());
}

json::value to_json(const finding& f) {
    return json::object{{"step", f.step},     {"at", f.at},         {"expected", f.expected},
                        {"actual", f.actual}, {"clause", f.clause}, {"place", f.place}};
}

json::value to_json(const evidence& e) {
    return json::object{{"step", e.step},
                        {"request", cut(e.request, evidence_limit)},
                        {"response", cut(e.response, evidence_limit)},
                        {"time_us", e.time_us}};
}

json::value to_json(const subject& s) {
    return json::object{
        {"kind", s.kind}, {"name", s.name}, {"version", s.version}, {"dialect", s.dialect}, {"issuer", s.issuer}};
}

json::value to_json(const test_plan& p) {
    json::array modules;
    for (const plan_module& m : p.modules) {
        modules.emplace_back(json::object{{"module", m.name},
                                          {"checks", texts(m.checks)},
                                          {"partly", m.partly},
                                          {"left_out", m.left_out},
                                          {"review", m.review}});
    }
    return json::object{{"plan", p.name},
                        {"kind", p.kind},
                        {"suite", p.suite},
                        {"partly", p.partly},
                        {"modules", std::move(modules)}};
}

json::value to_json(const totals& t) {
    const auto number = [](std::size_t n) { return json::value(static_cast<std::int64_t>(n)); };
    return json::object{{"pass", number(t.pass)},   {"fail", number(t.fail)},  {"warn", number(t.warn)},
                        {"info", number(t.info)},   {"skip", number(t.skip)},  {"error", number(t.error)},
                        {"known", number(t.known)}, {"stale", number(t.stale)}};
}

using reader = json::object_reader;

result<finding> read_finding(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    finding f;
    f.step = in.text("step");
    f.at = in.text("at");
    f.expected = in.text("expected");
    f.actual = in.text("actual");
    f.clause = in.text("clause");
    f.place = in.text("place");
    return in.finish(std::move(f));
}

result<evidence> read_evidence(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    evidence e;
    e.step = in.text("step");
    e.request = in.text("request");
    e.response = in.text("response");
    e.time_us = in.integer("time_us");
    return in.finish(std::move(e));
}

result<subject> read_subject(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    subject s;
    s.kind = in.text("kind");
    s.name = in.text("name");
    s.version = in.text("version");
    s.dialect = in.text("dialect");
    s.issuer = in.text("issuer");
    return in.finish(std::move(s));
}

result<plan_module> read_module(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    plan_module m;
    m.name = in.text("module");
    m.checks = in.texts("checks");
    m.partly = in.text("partly");
    m.left_out = in.text("left_out");
    m.review = in.boolean("review");
    return in.finish(std::move(m));
}

result<test_plan> read_plan(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    test_plan p;
    p.name = in.text("plan");
    p.kind = in.text("kind");
    p.suite = in.text("suite");
    p.partly = in.text("partly");
    p.modules = in.list<plan_module>("modules", read_module);
    return in.finish(std::move(p));
}

}  // namespace

json::value to_json(const row& r) {
    json::array findings;
    for (const finding& f : r.findings) findings.push_back(to_json(f));
    json::array exchanges;
    for (const evidence& e : r.exchanges) exchanges.push_back(to_json(e));
    json::object out{{"check", r.check},
                     {"variant", r.variant},
                     {"subject", r.subject},
                     {"dialect", r.dialect},
                     {"title", r.title},
                     {"source", texts(r.source)},
                     {"level", level_name(r.level)},
                     {"verdict", verdict_name(r.verdict)},
                     {"reason", r.reason},
                     {"findings", std::move(findings)},
                     {"exchanges", std::move(exchanges)},
                     {"reproduce", r.reproduce},
                     {"time_us", r.time_us}};
    if (r.refusal) out.append("refusal", true);
    if (!r.cause.empty()) out.append("cause", r.cause);
    return out;
}

result<row> row_from_json(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    row r;
    r.check = in.text("check");
    r.variant = in.text("variant");
    r.subject = in.text("subject");
    r.dialect = in.text("dialect");
    r.title = in.text("title");
    r.source = in.texts("source");
    r.level = in.word<level>("level", level_named);
    r.verdict = in.word<verdict>("verdict", verdict_named);
    r.reason = in.text("reason");
    r.cause = in.optional_text("cause");
    r.findings = in.list<finding>("findings", read_finding);
    r.exchanges = in.list<evidence>("exchanges", read_evidence);
    r.reproduce = in.text("reproduce");
    r.time_us = in.integer("time_us");
    r.refusal = in.flag("refusal");
    return in.finish(std::move(r));
}

json::value to_json(const run& r) {
    json::array subjects;
    for (const subject& s : r.subjects) subjects.push_back(to_json(s));
    json::array rows;
    for (const row& each : r.rows) rows.push_back(to_json(each));
    json::object out{{"schema", schema_name},
                     {"command", r.command},
                     {"started_at", r.started_at},
                     {"time_us", r.time_us},
                     {"profile", r.profile},
                     {"interrupted", r.interrupted},
                     {"exit_code", exit_code(r)},
                     {"totals", to_json(count(r.rows))},
                     {"subjects", std::move(subjects)},
                     {"notes", texts(r.notes)},
                     {"rows", std::move(rows)}};
    json::array plans;
    for (const test_plan& p : r.plans) plans.push_back(to_json(p));
    if (!plans.empty()) out.append("plans", std::move(plans));
    return out;
}

result<run> from_json(const json::value& document) {
    if (document.string_at("schema") != schema_name) {
        return fail(errc::bad_json,
                    fmt::format("this is no {} document; give a JSON result that assay wrote", schema_name),
                    "/schema");
    }
    reader in(document, "");
    run r;
    r.command = in.text("command");
    r.started_at = in.text("started_at");
    r.time_us = in.integer("time_us");
    r.profile = in.text("profile");
    r.interrupted = in.boolean("interrupted");
    r.subjects = in.list<subject>("subjects", read_subject);
    r.notes = in.texts("notes");
    r.rows = in.list<row>("rows", row_from_json);
    r.plans = in.optional_list<test_plan>("plans", read_plan);
    return in.finish(std::move(r));
}

}  // namespace assay::reports
