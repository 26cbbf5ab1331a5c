// Pushes of a running load to real receivers: good, slow, absent and refusing ones.
#include "harness/load/watch/push.hpp"

#include <mutex>
#include <vector>

#include "tests/harness/load/generator/running.hpp"
#include "tests/harness/load/watch/metrics_reader.hpp"
#include "tests/support/waiting.hpp"

namespace assay::load {
namespace {

using namespace std::chrono_literals;

push_options push_to(const std::string& origin) {
    push_options o;
    o.to = *http::parse_url(origin + "/v1/metrics");
    o.deadline = 200ms;
    o.every = 100ms;
    return o;
}

progress with_finished(std::uint64_t n) {
    progress p;
    p.finished = n;
    return p;
}

// Answers each push in that way; keeps what came.
struct receiver {
    std::mutex lock;
    std::vector<http::request> came;
    std::function<http::plan()> answer = [] { return http::reply({}); };
    std::unique_ptr<http::server> server = serve([this](http::request r) {
        const std::lock_guard guard(lock);
        came.push_back(std::move(r));
        return answer();
    });
    void answers(std::function<http::plan()> how) {
        const std::lock_guard guard(lock);
        answer = std::move(how);
    }
    std::vector<http::request> all() {
        const std::lock_guard guard(lock);
        return came;
    }
};

double finished_in(const http::request& r) {
    return tests::otlp_reader::read(r.body).points.at("assay.load.finished").value;
}

TEST(push, comes_at_once_regularly_and_at_the_end) {
    receiver at;
    push_options o = push_to(at.server->origin());
    o.of = {{"service.name", "assay"}};
    o.more.append("Api-Key", "of the receiver");
    otlp_push p(o, with_finished(0));
    ASSERT_TRUE(tests::came("a push", [&] { return !at.all().empty(); }));
    p.show(with_finished(5));
    ASSERT_TRUE(tests::came("the new figures", [&] { return finished_in(at.all().back()) == 5; }));
    const otlp_push::account sum = p.finish(with_finished(8));
    EXPECT_EQ(sum.failed, 0U) << sum.why;
    EXPECT_EQ(p.first_trouble(), "");
    const auto came = at.all();
    ASSERT_EQ(came.size(), sum.sent);
    std::vector<double> finished;
    for (const http::request& r : came) {
        EXPECT_EQ(r.method, "POST");
        EXPECT_EQ(r.target, "/v1/metrics");
        EXPECT_EQ(r.head.value("Content-Type"), "application/json");
        EXPECT_EQ(r.head.value("Api-Key"), "of the receiver");
        const tests::otlp_message m = tests::otlp_reader::read(r.body);
        EXPECT_EQ(m.resource.at("service.name"), "assay");
        finished.push_back(finished_in(r));
    }
    EXPECT_EQ(finished.front(), 0);
    EXPECT_EQ(finished[finished.size() - 2], 5);
    EXPECT_EQ(finished.back(), 8);
}

// The end of the load must not wait for who never answers.
TEST(push, a_receiver_that_is_silent_is_given_up) {
    receiver at;
    at.answers([] {
        http::plan out = http::reply({});
        out.insert(out.begin(), http::step{http::delay{60s}});
        return out;
    });
    const auto start = std::chrono::steady_clock::now();
    otlp_push p(push_to(at.server->origin()), with_finished(0));
    ASSERT_TRUE(tests::came("the first trouble", [&, said = std::string()]() mutable {
        if (said.empty()) said = p.first_trouble();
        return !said.empty();
    }));
    EXPECT_EQ(p.first_trouble(), "") << "one warning is enough";
    const otlp_push::account sum = p.finish(with_finished(8));
    EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
    EXPECT_GE(sum.sent, 2U);
    EXPECT_EQ(sum.failed, sum.sent);
}

TEST(push, who_refuses_is_named_with_the_reason) {
    receiver at;
    at.answers([] { return http::reply(json_answer(404, "{}")); });
    const std::string url = at.server->origin() + "/v1/metrics";
    EXPECT_EQ(otlp_push(push_to(at.server->origin()), {}).finish({}).why,
              url + " answered 404 Not Found; is there a receiver of OTLP/HTTP at this address?");
    at.answers([] {
        return http::reply(json_answer(200, R"({"partialSuccess":{"rejectedDataPoints":"2","errorMessage":"old"}})"));
    });
    EXPECT_EQ(otlp_push(push_to(at.server->origin()), {}).finish({}).why, url + " rejected 2 of the figures: old");
    const std::string gone = at.server->origin();
    at.server->stop();
    const otlp_push::account sum = otlp_push(push_to(gone), {}).finish({});
    EXPECT_EQ(sum.failed, sum.sent);
    EXPECT_NE(sum.why.find(gone), std::string::npos) << sum.why;
}

TEST(push, without_an_end_there_is_no_last_one) {
    receiver at;
    {
        push_options o = push_to(at.server->origin());
        o.every = 1h;
        otlp_push p(o, with_finished(0));
        ASSERT_TRUE(tests::came("the first", [&] { return at.all().size() == 1; }));
    }
    EXPECT_EQ(at.all().size(), 1U);
}

}  // namespace
}  // namespace assay::load
