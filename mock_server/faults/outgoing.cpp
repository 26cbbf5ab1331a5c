#include "mock_server/faults/outgoing.hpp"

#include <utility>

namespace assay::mock {
namespace {

// Applies the operations that change an answer; others are ignored here.
struct applier {
    outgoing_answer& a;
    const json::value& arguments;

    void operator()(const of_answer& change) const { change.apply(a, arguments); }
    void operator()(const of_members& change) const {
        with_object([&](json::object& body) { change.apply(body, arguments); });
    }
    void operator()(const of_keys& change) const {
        with_object([&](json::object& body) {
            auto* keys = body.find("keys");
            if (keys != nullptr && keys->is_array()) change.apply(*keys->as_array(), arguments);
        });
    }
    void operator()(const of_json_text& change) const {
        const auto doc = json::parse(a.r.body);
        if (doc && doc->is_object() && a.r.body.starts_with('{')) change.apply(a.r.body, arguments);
    }
    template <class Other>
    void operator()(const Other&) const {}

private:
    template <class Change>
    void with_object(Change&& change) const {
        auto doc = json::parse(a.r.body);
        if (!doc || !doc->is_object()) return;
        change(*doc->as_object());
        a.r.body = json::format(*doc);
    }
};

}  // namespace

void apply_to_answer(outgoing_answer& a, const std::vector<operation>& operations) {
    for (const auto& op : operations) std::visit(applier{a, op.arguments}, op.row->change);
}

http::plan plan_of(outgoing_answer a, const std::vector<operation>& operations) {
    sending s{std::move(a)};
    apply<of_sending>(operations, s);
    http::plan p = std::move(s.first);
    if (s.instead) {
        s.instead(p, s.a.r);
        return p;
    }
    http::write_response all;
    all.r = std::move(s.a.r);
    all.without = std::move(s.a.without);
    p.emplace_back().what = std::move(all);
    if (s.closes) p.emplace_back().what.emplace<http::shutdown>();
    return p;
}

}  // namespace assay::mock
