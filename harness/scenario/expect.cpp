// Reads `expect:` of a server step into a flat list of assertions in the order of the file.
#include <array>

#include <fmt/format.h>

#include "harness/scenario/loader.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

using list = std::vector<assertion>;

result<void> add_one(const yaml::document& d, const yaml::entry& e, aspect what, std::string name, list& out) {
    auto m = parse_matcher(d, e.value);
    if (!m) return fail(m.error());
    out.push_back({what, std::move(name), std::move(*m), e.at});
    return {};
}

// A map gives one assertion per member; anything else is a matcher for the whole.
result<void> add_members(const yaml::document& d, const yaml::entry& e, aspect what, list& out) {
    if (!e.value.is_map() || !e.value.tag.empty()) return add_one(d, e, what, "", out);
    for (const yaml::entry& member : e.value.entries) {
        if (auto ok = add_one(d, member, what, member.key, out); !ok) return ok;
    }
    return {};
}

result<void> add_flag(const yaml::document& d, const yaml::entry& e, aspect what, list& out) {
    auto flag = yaml::as_boolean(d, e.value);
    if (!flag) return fail(flag.error());
    matcher m;
    m.literal = *flag;
    m.at = e.value.at;
    out.push_back({what, "", std::move(m), e.at});
    return {};
}

result<void> add_redirect(const yaml::document& d, const yaml::entry& e, list& out) {
    static constexpr std::array<std::string_view, 3> keys{"to", "query", "fragment"};
    if (e.value.is_scalar()) return add_flag(d, e, aspect::redirect, out);
    if (auto ok = yaml::only_keys(d, e.value, keys, "'redirect'"); !ok) return ok;
    matcher yes;
    yes.literal = true;
    yes.at = e.at;
    out.push_back({aspect::redirect, "", std::move(yes), e.at});
    for (const yaml::entry& part : e.value.entries) {
        auto ok = part.key == "to"      ? add_one(d, part, aspect::redirect_to, "", out)
                  : part.key == "query" ? add_members(d, part, aspect::redirect_query, out)
                                        : add_members(d, part, aspect::redirect_fragment, out);
        if (!ok) return ok;
    }
    return {};
}

result<void> add_jwt(const yaml::document& d, const yaml::entry& e, list& out) {
    static constexpr std::array<std::string_view, 4> keys{"header", "claims", "signature", "lifetime_s"};
    if (auto ok = yaml::only_keys(d, e.value, keys, "'jwt'"); !ok) return ok;
    for (const yaml::entry& part : e.value.entries) {
        auto ok = part.key == "header"      ? add_members(d, part, aspect::jwt_header, out)
                  : part.key == "claims"    ? add_members(d, part, aspect::jwt_claim, out)
                  : part.key == "signature" ? add_one(d, part, aspect::jwt_signature, "", out)
                                            : add_one(d, part, aspect::jwt_lifetime, "", out);
        if (!ok) return ok;
    }
    return {};
}

result<void> add_raced(const yaml::document& d, const yaml::entry& e, step& owner) {
    if (owner.what == nullptr || !owner.what->has_many_answers())
        return fail(d.error_at(e.at, fmt::format("'{}' is for 'race' alone", e.key)));
    step unused;
    auto inner = load_expect(d, e.value, unused);
    if (!inner) return fail(inner.error());
    if (e.key == "exactly_one") owner.exactly_one_at = e.at;
    (e.key == "exactly_one" ? owner.exactly_one : owner.others) = std::move(*inner);
    return {};
}

result<void> add(const yaml::document& d, const yaml::entry& e, step& owner, list& out) {
    if (e.key == "status") return add_one(d, e, aspect::status, "", out);
    if (e.key == "headers") return add_members(d, e, aspect::header, out);
    if (e.key == "content_type") return add_one(d, e, aspect::content_type, "", out);
    if (e.key == "json") return add_members(d, e, aspect::json, out);
    if (e.key == "json_members") return add_one(d, e, aspect::json_members, "", out);
    if (e.key == "body") return add_one(d, e, aspect::body, "", out);
    if (e.key == "not_5xx") return add_flag(d, e, aspect::not_5xx, out);
    if (e.key == "page") return add_flag(d, e, aspect::page, out);
    if (e.key == "redirect") return add_redirect(d, e, out);
    if (e.key == "jwt") return add_jwt(d, e, out);
    return add_raced(d, e, owner);
}

}  // namespace

result<std::vector<assertion>> load_expect(const yaml::document& d, const yaml::node& n, step& owner) {
    if (auto ok = yaml::only_keys(d, n, words().expect_keys, "expect"); !ok) return fail(ok.error());
    list out;
    for (const yaml::entry& e : n.entries) {
        if (auto ok = add(d, e, owner, out); !ok) return fail(ok.error());
    }
    return out;
}

}  // namespace assay::harness
