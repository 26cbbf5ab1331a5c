#include "mock_server/faults/fault_set.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "mock_server/faults/forged_bytes.hpp"
#include "oauth/crypto.hpp"
#include "oauth/sha256.hpp"

namespace assay::mock {
namespace {

// The number of clients and codes that are counted separately; above it all counters restart, so that memory is
// bounded.
constexpr std::size_t counters_max = 4096;

// A pseudorandom number in [0, 1), determined by seed, fault and call.
double draw(const std::string& seed, std::string_view name, std::int64_t call) {
    const auto bytes = oauth::hmac_sha256(seed, fmt::format("fault\n{}\n{}", name, call));
    std::uint64_t n = 0;
    for (std::size_t i = 0; i < 6; ++i) n = n << 8U | static_cast<unsigned char>(bytes[i]);
    return static_cast<double>(n) / static_cast<double>(std::uint64_t{1} << 48U);
}

bool is_qualified(const qualifiers& q) {
    return q.from != 1 || q.to != 0 || q.every != 1 || !q.client.empty() || q.probability < 1;
}

}  // namespace

std::vector<operation> operations_of(const std::vector<taken_fault>& taken) {
    std::vector<operation> out;
    for (const auto& one : taken) out.insert(out.end(), one.operations.begin(), one.operations.end());
    return out;
}

bool fault_set::active::applies(const fault_caller& who, const std::string& seed) {
    const qualifiers& q = spec.when;
    if (!q.client.empty() && q.client != who.client) return false;
    const std::string caller = q.per == counted_by::client ? who.client : q.per == counted_by::code ? who.code : "";
    const auto digest = oauth::sha256_of(caller);  // of texts of any length
    const std::string key = caller.size() <= digest.size() ? caller : std::string(digest.begin(), digest.end());
    std::int64_t call = 0;
    if (shared) {
        call = shared->add(id, "calls " + to_hex(key));
    } else {
        const std::lock_guard guard(lock);
        if (calls.size() >= counters_max && !calls.contains(key)) calls.clear();
        call = ++calls[key];
    }
    if (call < q.from || (q.to != 0 && call > q.to) || (call - q.from) % q.every != 0) return false;
    if (q.probability < 1 &&
        draw(q.seed.empty() ? seed : q.seed, spec.what != nullptr ? spec.what->name : "", call) >= q.probability) {
        return false;
    }
    return true;
}

void fault_set::active::count_fired() {
    if (shared) shared->add(id, "fired");
    fired.fetch_add(1, std::memory_order_relaxed);
}

std::int64_t fault_set::active::times_fired() const {
    return shared ? shared->read(id, "fired") : fired.load(std::memory_order_relaxed);
}

bool fault_set::active::has(std::string_view operation) const {
    if (spec.defect) return false;
    return has_operation(spec.what->operations, operation);
}

void fault_set::add(fault_spec s) {
    if (s.defect) {
        const auto at = static_cast<std::size_t>(*s.defect);
        (is_qualified(s.when) ? at_times_ : defects_).set(at);
        if (!is_qualified(s.when)) {
            of_specs_.push_back(nullptr);
            return;
        }
    }
    active_.push_back(std::make_shared<active>(std::move(s)));
    of_specs_.push_back(active_.back().get());
}

result<std::shared_ptr<fault_set>> fault_set::from_json(const json::value& specs) {
    auto out = std::make_shared<fault_set>();
    const json::array single{specs};
    std::vector<fault_spec> read;
    for (const auto& spec : specs.is_array() ? *specs.as_array() : single) {
        auto s = fault_spec_from_json(spec);
        if (!s) return fail(s.error());
        out->specs_.push_back(spec);
        read.push_back(std::move(*s));
    }
    if (auto ok = demand_modest(read, chosen_by::owner); !ok) return fail(ok.error());
    for (auto& s : read) out->add(std::move(s));
    out->seed_with(oauth::random_bytes(16));
    return out;
}

result<std::shared_ptr<fault_set>> fault_set::from_text(std::string_view text) {
    auto list = parse_fault_list(text);
    if (!list) return fail(list.error());
    if (auto ok = demand_modest(*list, chosen_by::url); !ok) return fail(ok.error());
    auto out = std::make_shared<fault_set>();
    for (auto& s : *list) out->add(std::move(s));
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find('~', from), text.size());
        out->specs_.emplace_back(text.substr(from, end - from));
        from = end + 1;
    }
    out->seed_with(oauth::random_bytes(16));
    return out;
}

result<std::shared_ptr<fault_set>> fault_set::with(const json::array& more) const {
    auto made = from_json(more);
    if (!made) return made;
    auto& out = **made;
    out.active_.insert(out.active_.begin(), active_.begin(), active_.end());
    std::vector<fault_spec> all;
    for (const auto& a : out.active_) all.push_back(a->spec);
    if (auto ok = demand_modest(all, chosen_by::owner); !ok) return fail(ok.error());
    out.of_specs_.insert(out.of_specs_.begin(), of_specs_.begin(), of_specs_.end());
    out.specs_.insert(out.specs_.begin(), specs_.begin(), specs_.end());
    out.defects_ |= defects_;
    out.at_times_ |= at_times_;
    out.seed_ = seed_;
    const std::lock_guard guard(lock_);
    out.previous_ = previous_;
    return made;
}

result<std::shared_ptr<fault_set>> fault_set::without(const json::value& spec) const {
    const auto newest = std::find(specs_.rbegin(), specs_.rend(), spec);
    if (newest == specs_.rend())
        return fail(errc::not_found,
                    fmt::format("no fault {} is on; it is named as it was added", json::format(spec)));
    const auto gone = static_cast<std::size_t>(specs_.rend() - newest) - 1;
    auto out = std::make_shared<fault_set>();
    std::size_t counted = 0;  // the index in active_
    for (std::size_t n = 0; n < specs_.size(); ++n) {
        const auto before = of_specs_[n] == nullptr ? nullptr : active_[counted++];
        if (n == gone) continue;
        out->specs_.push_back(specs_[n]);
        if (before == nullptr) {
            auto again = fault_spec_from_json(specs_[n]);
            if (!again) return fail(again.error());
            out->add(std::move(*again));
            continue;
        }
        if (const auto& off = before->spec.defect) out->at_times_.set(static_cast<std::size_t>(*off));
        out->active_.push_back(before);
        out->of_specs_.push_back(before.get());
    }
    out->seed_ = seed_;
    const std::lock_guard guard(lock_);
    out->previous_ = previous_;
    return out;
}

json::array fault_set::fired() const {
    json::array out;
    for (const active* a : of_specs_) {
        out.emplace_back(nullptr);
        if (a != nullptr) out.back() = a->times_fired();
    }
    return out;
}

void fault_set::share(std::shared_ptr<shared_counters> with, const std::vector<std::string>& ids) {
    for (std::size_t n = 0; n < of_specs_.size(); ++n) {
        active* a = of_specs_[n];
        if (a == nullptr || a->shared) continue;  // it was shared before: requests use it
        if (n < ids.size()) a->id = ids[n];
        if (a->id.empty()) a->id = to_hex(oauth::random_bytes(8));
        a->shared = with;
    }
}

std::vector<std::string> fault_set::ids() const {
    std::vector<std::string> out;
    for (const active* a : of_specs_) out.push_back(a == nullptr ? std::string{} : a->id);
    return out;
}

void fault_set::seed_with(std::string seed) {
    seed_ = std::move(seed);
}

bool fault_set::take_defect(rule r, const fault_caller& who) {
    bool off = false;
    for (const auto& a : active_) {
        if (a->spec.defect != r || !a->applies(who, seed_)) continue;
        a->count_fired();
        off = true;
    }
    return off;
}

bool fault_set::none_at(hook h) const {
    return std::none_of(active_.begin(), active_.end(), [&](const auto& a) {
        if (a->spec.defect) return false;
        const auto& also = a->spec.what->also;
        return a->spec.at == h ||
               std::any_of(also.begin(), also.end(), [&](const fault_part& part) { return part.at == h; });
    });
}

std::optional<std::pair<std::string, hook>> fault_set::out_of_place(
    const std::function<bool(hook)>& has_place) const {
    for (const auto& a : active_) {
        if (!a->spec.defect && !has_place(a->spec.at)) return std::pair(a->spec.what->name, a->spec.at);
    }
    return std::nullopt;
}

std::vector<const operation*> fault_set::operations_named(std::string_view name) const {
    std::vector<const operation*> out;
    for (const auto& a : active_) {
        if (a->spec.defect) continue;
        for (const auto& op : a->spec.what->operations) {
            if (op.is(name)) out.push_back(&op);
        }
    }
    return out;
}

std::optional<json::value> fault_set::argument_of(std::string_view operation) const {
    for (const auto& a : active_) {
        if (a->spec.defect) continue;
        for (const auto& op : a->spec.what->operations) {
            if (op.is(operation)) return filled(op.arguments, a->spec.parameters, {});
        }
    }
    return std::nullopt;
}

std::vector<taken_fault> fault_set::take(hook h, const fault_caller& who, const json::object& call) {
    std::vector<taken_fault> out;
    for (std::size_t n = 0; n < active_.size(); ++n) {
        active& a = *active_[n];
        if (a.spec.defect) continue;
        // The value of a parameter may refer to a value of the call: url: "${elsewhere}/token".
        const auto parameters = filled(json::value(a.spec.parameters), {}, call);
        const auto add = [&](const std::vector<operation>& operations, std::optional<std::size_t> counted) {
            taken_fault one{a.spec.what->name, {}, counted};
            for (const auto& op : operations)
                one.operations.push_back({op.row, filled(op.arguments, *parameters.as_object(), call)});
            out.push_back(std::move(one));
        };
        for (const auto& part : a.spec.what->also) {
            // A fault that is on from the first call also changes other documents before that call.
            if (part.at == h && (a.spec.when.from == 1 || a.times_fired() > 0)) add(part.operations, std::nullopt);
        }
        if (a.spec.at == h && a.applies(who, seed_)) add(a.spec.what->operations, n);
    }
    return out;
}

void fault_set::note(const taken_fault& t) {
    if (t.counted) active_[*t.counted]->count_fired();
}

std::string fault_set::note_operation(std::string_view operation) {
    for (const auto& a : active_) {
        if (!a->has(operation)) continue;
        a->count_fired();
        return a->spec.what->name;
    }
    return {};
}

json::value fault_set::exchange_previous(const std::string& what, json::value now) {
    constexpr std::size_t bytes_max = std::size_t{16} << 10U;  // more is not remembered
    if (json::footprint(now) > bytes_max) now = {};
    const std::lock_guard guard(lock_);
    return std::exchange(previous_[what], std::move(now));
}

}  // namespace assay::mock
