// `assay load --otlp` as a user starts it: what a receiver of OpenTelemetry gets, and that no receiver can spoil a
// load.
#include <string>
#include <vector>

#include "tests/harness/cli/collector.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/load/watch/metrics_reader.hpp"

namespace assay::cli_tests {
namespace {

// With variables of the environment, as "A=b C=d".
ended load_with(const folder& at, const std::string& variables, const std::string& more) {
    return assay(at, "load --flow jwks --rate 200 --for 500ms --out out" + more,
                 "env " + variables + " " + std::string(ASSAY_PROGRAM));
}

bool judged_or_busy(const ended& e) {
    return e.code == 0 || e.code == 5;
}

TEST(push, the_last_figures_are_those_of_the_result) {
    const folder at;
    collector to;
    const ended e = load_with(at,
                              "OTEL_METRIC_EXPORT_INTERVAL=100 OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b,x=y "
                              "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=ci",
                              " --otlp " + to.server->origin());
    EXPECT_TRUE(judged_or_busy(e)) << e.code << e.err;
    EXPECT_NE(e.err.find("pushes the figures of this load to " + to.server->origin() + "/v1/metrics (OTLP)"),
              std::string::npos)
        << e.err;
    EXPECT_EQ(e.err.find("failed, "), std::string::npos) << e.err;
    const auto came = to.all();
    ASSERT_GE(came.size(), 3U);
    double finished = 0;
    for (const http::request& r : came) {
        EXPECT_EQ(r.target, "/v1/metrics");
        EXPECT_EQ(r.head.value("api-key"), "a b");
        EXPECT_EQ(r.head.value("x"), "y");
        const tests::otlp_message m = tests::otlp_reader::read(r.body);
        EXPECT_GE(m.points.at("assay.load.finished").value, finished) << "cumulative";
        finished = m.points.at("assay.load.finished").value;
    }
    auto first = tests::otlp_reader::read(came.front().body);
    auto last = tests::otlp_reader::read(came.back().body);
    EXPECT_EQ(first.points["assay.load.finished"].value, 0);
    EXPECT_EQ(first.points["assay.load.planned"].value, 0.5);
    EXPECT_EQ(first.points["assay.load.begun"].from_ns, last.points["assay.load.begun"].from_ns);
    EXPECT_EQ(last.resource["service.name"], "assay");
    EXPECT_EQ(last.resource["assay.load.plan"], "jwks");
    EXPECT_EQ(last.resource["assay.load.target"], "own mock, strict");
    EXPECT_EQ(last.resource["deployment.environment.name"], "ci");
    EXPECT_EQ(last.resource["service.instance.id"], first.resource["service.instance.id"]);
    auto result = json::parse(text_of(at / "out/load.json"));
    ASSERT_TRUE(result);
    EXPECT_EQ(last.points["assay.load.begun"].value, 100);
    EXPECT_EQ(last.points["assay.load.finished"].value, 100);
    EXPECT_EQ(result->find("counts")->find("finished")->as_integer(), 100);
    const tests::otlp_point times = last.points["assay.load.request.duration"];
    EXPECT_EQ(times.count + static_cast<std::uint64_t>(last.points["assay.load.failed_requests"].value), 100U);
}

TEST(push, the_environment_names_the_receiver) {
    const folder at;
    collector to;
    const std::string origin = to.server->origin();
    struct row {
        std::string variables, more, target;
    };
    const std::vector<row> rows{
        {"OTEL_EXPORTER_OTLP_ENDPOINT=" + origin + "/base/", "", "/base/v1/metrics"},
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=" + origin + "/as/it/is OTEL_EXPORTER_OTLP_ENDPOINT=http://[::1]:1", "",
         "/as/it/is"},
        {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://[::1]:1 OTEL_EXPORTER_OTLP_PROTOCOL=grpc", " --otlp " + origin,
         "/v1/metrics"},
    };
    for (const row& r : rows) {
        const std::size_t before = to.all().size();
        const ended e = load_with(at, r.variables, r.more);
        EXPECT_TRUE(judged_or_busy(e)) << e.code << e.err;
        ASSERT_GT(to.all().size(), before) << r.variables << e.err;
        EXPECT_EQ(to.all().back().target, r.target);
    }
    const std::size_t before = to.all().size();
    EXPECT_EQ(load_with(at, "OTEL_EXPORTER_OTLP_ENDPOINT=", "").err.find("OTLP"), std::string::npos) << "not set";
    EXPECT_EQ(to.all().size(), before);
}

// A variable is often meant for other programs: a warning. An option is meant: an error.
TEST(push, what_cannot_be_pushed_to_is_said) {
    const folder at;
    const std::string refused =
        "names collector.example, which is not this machine. If figures may be sent to it, say "
        "so by name: --allow-host collector.example";
    struct row {
        std::string variables, more;
        int code;
        std::string says;
    };
    const std::vector<row> rows{
        {"A=b", " --otlp http://collector.example:4318", 2, "--otlp " + refused},
        {"A=b", " --otlp localhost:4318", 2, "as in http://127.0.0.1:4318"},
        {"A=b", " --otlp ftp://localhost", 2, "must be http:// or https://"},
        {"OTEL_EXPORTER_OTLP_HEADERS=secret", " --otlp http://127.0.0.1:1", 2, "entry 1 is not so"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.example", "", 0,
         "no figures are pushed: OTEL_EXPORTER_OTLP_ENDPOINT " + refused},
        {"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "", 0,
         "OTEL_EXPORTER_OTLP_PROTOCOL is grpc"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 OTEL_METRIC_EXPORT_INTERVAL=5s", "", 0,
         "OTEL_METRIC_EXPORT_INTERVAL '5s' must be milliseconds"},
        {"A=b", " --otlp http://127.0.0.1:1", 0,
         "2 of 2 pushes of the figures failed, the last so: no connection with http://127.0.0.1:1"},
    };
    for (const row& r : rows) {
        const ended e = load_with(at, r.variables, r.more);
        EXPECT_TRUE(e.code == r.code || (r.code == 0 && e.code == 5)) << r.variables << r.more << e.code << e.err;
        EXPECT_NE(e.err.find(r.says), std::string::npos) << r.variables << r.more << "\n" << e.err;
        EXPECT_EQ(e.err.find("secret"), std::string::npos) << e.err;
    }
}

}  // namespace
}  // namespace assay::cli_tests
