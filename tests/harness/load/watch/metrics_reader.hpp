// Reads what is pushed by OTLP, and knows no member that the protobuf files of OTLP 1 do not have: shared by tests.
#pragma once

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "data/json.hpp"

namespace assay::tests {

struct otlp_point {
    double value = 0;                   // of a sum or gauge; the sum of a histogram
    std::uint64_t count = 0;            // of a histogram
    std::vector<std::uint64_t> counts;  // of its buckets
    std::vector<double> bounds;
    std::uint64_t from_ns = 0, at_ns = 0;
};

// One message: the attributes of its resource, and its points by "name" or "name{quantile}".
struct otlp_message {
    std::map<std::string, std::string> resource;
    std::map<std::string, otlp_point> points;
};

class otlp_reader {
public:
    static otlp_message read(std::string_view body) {
        auto parsed = json::parse(body);
        EXPECT_TRUE(parsed) << body;
        otlp_reader r;
        if (!parsed) return r.out_;
        r.only(*parsed, {"resourceMetrics"});
        const json::value& one = r.the_one(*parsed, "resourceMetrics");
        r.only(one, {"resource", "scopeMetrics"});
        r.only(*one.find("resource"), {"attributes"});
        r.out_.resource = r.attributes(*one.find("resource"));
        const json::value& scope = r.the_one(one, "scopeMetrics");
        r.only(scope, {"scope", "metrics"});
        r.only(*scope.find("scope"), {"name"});
        for (const json::value& metric : *scope.find("metrics")->as_array()) r.metric(metric);
        return r.out_;
    }

private:
    static void only(const json::value& v, std::initializer_list<std::string_view> names) {
        ASSERT_TRUE(v.is_object()) << json::format(v);
        EXPECT_TRUE(v.as_object()->duplicates().empty()) << json::format(v);
        for (const json::member& m : v.as_object()->members)
            EXPECT_NE(std::find(names.begin(), names.end(), m.name), names.end()) << m.name;
    }
    static const json::value& the_one(const json::value& in, std::string_view name) {
        const json::array* list = in.find(name)->as_array();
        EXPECT_EQ(list->size(), 1U) << name;
        return list->front();
    }
    // 64-bit integers are strings of digits, not numbers.
    static std::uint64_t long_number(const json::value* v) {
        std::uint64_t n = 0;
        const std::string* text = v == nullptr ? nullptr : v->as_string();
        EXPECT_NE(text, nullptr) << (v == nullptr ? "missing" : json::format(*v));
        if (text == nullptr) return 0;
        const auto [end, bad] = std::from_chars(text->data(), text->data() + text->size(), n);
        EXPECT_TRUE(bad == std::errc{} && end == text->data() + text->size()) << *text;
        return n;
    }
    static std::map<std::string, std::string> attributes(const json::value& of) {
        std::map<std::string, std::string> out;
        const json::value* list = of.find("attributes");
        if (list == nullptr) return out;
        for (const json::value& one : *list->as_array()) {
            only(one, {"key", "value"});
            only(*one.find("value"), {"stringValue"});
            out.emplace(one.string_at("key"), one.find("value")->string_at("stringValue"));
        }
        return out;
    }
    void metric(const json::value& m) {
        only(m, {"name", "description", "unit", "sum", "gauge", "histogram"});
        EXPECT_FALSE(m.string_at("description").empty());
        std::string name(m.string_at("name"));
        for (const char* kind : {"sum", "gauge", "histogram"}) {
            const json::value* data = m.find(kind);
            if (data == nullptr) continue;
            only(*data, {"dataPoints", "aggregationTemporality", "isMonotonic"});
            const bool adds_up = data->find("aggregationTemporality") != nullptr;
            EXPECT_EQ(adds_up, std::string_view(kind) != "gauge");
            if (adds_up) {
                EXPECT_EQ(data->find("aggregationTemporality")->as_integer(), 2);  // cumulative
            }
            for (const json::value& p : *data->find("dataPoints")->as_array()) point(name, p, adds_up);
        }
    }
    void point(const std::string& name, const json::value& p, bool adds_up) {
        only(p, {"attributes", "startTimeUnixNano", "timeUnixNano", "asInt", "asDouble", "count", "sum",
                 "bucketCounts", "explicitBounds"});
        otlp_point one;
        one.at_ns = long_number(p.find("timeUnixNano"));
        if (adds_up) {
            one.from_ns = long_number(p.find("startTimeUnixNano"));
            EXPECT_LE(one.from_ns, one.at_ns);
        }
        if (const json::value* real = p.find("asDouble")) one.value = real->as_number().value_or(-1);
        if (const json::value* whole = p.find("asInt")) one.value = static_cast<double>(long_number(whole));
        if (p.find("count") != nullptr) histogram(p, one);
        const auto labels = attributes(p);
        const auto quantile = labels.find("quantile");
        const std::string label = quantile == labels.end() ? "" : "{" + quantile->second + "}";
        EXPECT_TRUE(out_.points.emplace(name + label, std::move(one)).second) << name << label << " twice";
    }
    static void histogram(const json::value& p, otlp_point& one) {
        one.count = long_number(p.find("count"));
        one.value = p.find("sum")->as_number().value_or(-1);
        std::uint64_t all = 0;
        for (const json::value& n : *p.find("bucketCounts")->as_array())
            all += one.counts.emplace_back(long_number(&n));
        for (const json::value& b : *p.find("explicitBounds")->as_array())
            one.bounds.push_back(b.as_number().value_or(-1));
        EXPECT_EQ(all, one.count);
        EXPECT_EQ(one.counts.size(), one.bounds.size() + 1);
        EXPECT_TRUE(std::is_sorted(one.bounds.begin(), one.bounds.end()));
    }

    otlp_message out_;
};

}  // namespace assay::tests
