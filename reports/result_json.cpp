// assay.result/1 as JSON: reading and writing.
#include <utility>

#include <fmt/format.h>

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

// Reads members of one object; keeps the first error and ignores what follows.
class reader {
public:
    reader(const json::value& v, std::string pointer) : value_(v), pointer_(std::move(pointer)) {
        if (!v.is_object()) refuse(pointer_, "an object", v);
    }

    std::string text(std::string_view name) {
        const json::value* v = member(name);
        if (v == nullptr) return {};
        if (const std::string* s = v->as_string()) return *s;
        refuse(below(name), "a string", *v);
        return {};
    }

    std::int64_t integer(std::string_view name) {
        const json::value* v = member(name);
        if (v == nullptr) return 0;
        if (const auto n = v->as_integer()) return *n;
        refuse(below(name), "an integer", *v);
        return 0;
    }

    bool boolean(std::string_view name) {
        const json::value* v = member(name);
        if (v == nullptr) return false;
        if (const auto b = v->as_boolean()) return *b;
        refuse(below(name), "true or false", *v);
        return false;
    }

    // A member that older documents do not have.
    bool flag(std::string_view name) { return !error_ && value_.find(name) != nullptr && boolean(name); }

    std::string optional_text(std::string_view name) {
        return !error_ && value_.find(name) != nullptr ? text(name) : std::string{};
    }

    // Likewise a list.
    template <class T, class Read>
    std::vector<T> optional_list(std::string_view name, Read read) {
        return !error_ && value_.find(name) != nullptr ? list<T>(name, read) : std::vector<T>{};
    }

    // Reads each item by `read(const json::value&, pointer) -> result<T>`.
    template <class T, class Read>
    std::vector<T> list(std::string_view name, Read read) {
        std::vector<T> out;
        const json::value* v = member(name);
        if (v == nullptr) return out;
        const json::array* items = v->as_array();
        if (items == nullptr) {
            refuse(below(name), "an array", *v);
            return out;
        }
        for (std::size_t i = 0; i < items->size() && !error_; ++i) {
            result<T> one = read((*items)[i], fmt::format("{}/{}", below(name), i));
            if (one) {
                out.push_back(std::move(*one));
            } else {
                error_ = one.error();
            }
        }
        return out;
    }

    template <class E>
    E word(std::string_view name, std::optional<E> (*named)(std::string_view)) {
        const std::string s = text(name);
        if (error_) return E{};
        if (const auto e = named(s)) return *e;
        error_ = error{errc::bad_json, fmt::format("'{}' is no {}; this document is not {}", s, name, schema_name),
                       below(name)};
        return E{};
    }

    template <class T>
    result<T> finish(T out) {
        if (error_) return fail(*error_);
        return out;
    }

private:
    std::string below(std::string_view name) const { return fmt::format("{}/{}", pointer_, name); }

    const json::value* member(std::string_view name) {
        if (error_) return nullptr;
        const json::value* v = value_.find(name);
        if (v == nullptr)
            error_ = error{errc::bad_json, "is missing; make the result again with this assay", below(name)};
        return v;
    }

    void refuse(std::string where, std::string_view expected, const json::value& got) {
        error_ = error{errc::bad_json, fmt::format("expected {}, found {}", expected, json::kind_name(got.kind())),
                       std::move(where)};
    }

    const json::value& value_;
    std::string pointer_;
    std::optional<error> error_;
};

result<std::string> read_text(const json::value& v, std::string pointer) {
    if (const std::string* s = v.as_string()) return *s;
    return fail(errc::bad_json, fmt::format("expected a string, found {}", json::kind_name(v.kind())),
                std::move(pointer));
}

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
    m.checks = in.list<std::string>("checks", read_text);
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

result<row> read_row(const json::value& v, std::string pointer) {
    reader in(v, std::move(pointer));
    row r;
    r.check = in.text("check");
    r.variant = in.text("variant");
    r.subject = in.text("subject");
    r.dialect = in.text("dialect");
    r.title = in.text("title");
    r.source = in.list<std::string>("source", read_text);
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

}  // namespace

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
    r.notes = in.list<std::string>("notes", read_text);
    r.rows = in.list<row>("rows", read_row);
    r.plans = in.optional_list<test_plan>("plans", read_plan);
    return in.finish(std::move(r));
}

}  // namespace assay::reports
