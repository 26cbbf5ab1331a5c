// `assay load --live`: what a browser and Prometheus see of a running load, and the button that ends it.
#include <regex>
#include <string>

#include "http/client.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

http::response ask(const std::string& origin, const std::string& method, const std::string& path,
                   const std::string& header = "", const std::string& host = "") {
    http::client client;
    http::call c;
    c.origin = origin;
    c.r.method = method;
    c.r.target = path;
    if (!header.empty()) c.r.head.set(header, "yes");
    if (!host.empty()) c.r.head.set("Host", host);
    auto done = client.send(std::move(c));
    EXPECT_TRUE(done) << path;
    return done ? done->received : http::response{};
}

// "assay: http://127.0.0.1:PORT/ shows this load …"
std::string origin_in(const std::string& said) {
    const std::size_t from = said.find("http://");
    const std::size_t to = said.find("/ shows");
    return from < to && to != std::string::npos ? said.substr(from, to - from) : "";
}

TEST(live, a_running_load_is_shown_and_ended_by_the_page) {
    const folder at;
    const server_beside mock(at, "--dialect strict");
    program_beside load(at, "",
                        "load --flow metadata --rate 50 --for 60s --live 0 --out out --server " + mock.issuer());
    ASSERT_TRUE(tests::came("the page", [&] { return !origin_in(load.errors()).empty(); })) << load.errors();
    const std::string origin = origin_in(load.errors());
    const auto finished = [&] {
        const auto p = json::parse(ask(origin, "GET", "/live.json").body);
        return p ? p->find("finished")->as_integer().value_or(0) : 0;
    };
    EXPECT_TRUE(tests::came("figures", [&] { return finished() > 10; }));
    const http::response page = ask(origin, "GET", "/");
    EXPECT_EQ(page.head.value("Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(page.body.find("Stop the load"), std::string::npos);
    std::string metrics;
    // The first second must be over.
    EXPECT_TRUE(tests::came("a latency", [&] {
        metrics = ask(origin, "GET", "/metrics").body;
        return metrics.find("assay_load_latency_seconds{quantile=\"0.99\"} 0.0") != std::string::npos;
    })) << metrics;
    EXPECT_NE(metrics.find("# TYPE assay_load_finished_total counter\nassay_load_finished_total "),
              std::string::npos);
    // The dashboard that is shipped asks for nothing else.
    const std::string dashboard = text_of(fs::path(ASSAY_SOURCE_DIR) / "deploy/grafana/load.json");
    EXPECT_TRUE(json::parse(dashboard));
    static const std::regex metric("assay_load_[a-z_]+");
    std::size_t asked = 0;
    for (std::sregex_iterator m(dashboard.begin(), dashboard.end(), metric), end; m != end; ++m, ++asked) {
        const std::string name = m->str().substr(0, m->str().find("_bucket"));
        EXPECT_NE(metrics.find("# TYPE " + name + " "), std::string::npos) << name;
    }
    EXPECT_GE(asked, 5U);
    EXPECT_EQ(ask(origin, "POST", "/stop").status, 403) << "a form of another site can send this";
    EXPECT_EQ(ask(origin, "POST", "/stop", "Assay-Stop", "evil.example").status, 403);
    EXPECT_EQ(ask(origin, "GET", "/stop", "Assay-Stop").status, 403);
    EXPECT_TRUE(load.runs());
    EXPECT_EQ(ask(origin, "POST", "/stop", "Assay-Stop").status, 202);
    EXPECT_TRUE(tests::came("its end", [&] { return !load.runs(); })) << load.errors();
    EXPECT_EQ(load.end(0), 130) << load.errors();
    auto result = json::parse(text_of(at / "out/load.json"));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->string_at("verdict"), "interrupted");
    EXPECT_GT(result->find("counts")->find("finished")->as_integer().value_or(0), 10);
}

}  // namespace
}  // namespace assay::cli_tests
