#include "harness/cli/lint/all_errors.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace assay::harness {
namespace {

using yaml::document;
using yaml::node;
using yaml::place;

bool same(const place& a, const place& b) {
    return a.line == b.line && a.column == b.column;
}

// "server.yaml:7:13" of that document; nullopt: an error about something else.
std::optional<place> place_of(const document& d, std::string_view where) {
    if (!where.starts_with(d.name + ":")) return std::nullopt;
    where.remove_prefix(d.name.size() + 1);
    place out;
    const auto line = std::from_chars(where.data(), where.data() + where.size(), out.line);
    if (line.ec != std::errc{} || line.ptr == where.data() + where.size() || *line.ptr != ':') return std::nullopt;
    const auto column = std::from_chars(line.ptr + 1, where.data() + where.size(), out.column);
    if (column.ec != std::errc{}) return std::nullopt;
    return out;
}

// A member of a map or a list, and the keys and places of what it is in.
struct spot {
    node* holder = nullptr;
    std::size_t index = 0;
    std::vector<std::string> keys{};
    std::vector<place> above{};
};

// The members at that place, from the outermost in.
void find_spots(node& n, const place& at, spot way, std::vector<spot>& out) {
    way.holder = &n;
    way.above.push_back(n.at);
    for (std::size_t i = 0; i < n.entries.size(); ++i) {
        yaml::entry& e = n.entries[i];
        spot here = way;
        here.index = i;
        here.keys.push_back(e.key);
        if (same(e.at, at) || same(e.value.at, at)) out.push_back(here);
        find_spots(e.value, at, here, out);
    }
    for (std::size_t i = 0; i < n.items.size(); ++i) {
        spot here = way;
        here.index = i;
        if (same(n.items[i].at, at)) out.push_back(here);
        find_spots(n.items[i], at, here, out);
    }
}

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t from = text.find(before);
    if (from == std::string_view::npos) return {};
    text.remove_prefix(from + before.size());
    return text.substr(0, std::min(text.find(after), text.size()));
}

// Whether a message speaks of that key, other than in a list of what is known.
bool mentions(std::string_view message, std::string_view key) {
    message = message.substr(0, std::min(message.find("; known: "), message.size()));
    const auto in_word = [&](std::size_t at) {
        return at < message.size() &&
               (std::isalnum(static_cast<unsigned char>(message[at])) != 0 || message[at] == '_');
    };
    for (std::size_t at = message.find(key); at != std::string_view::npos; at = message.find(key, at + 1)) {
        if ((at == 0 || !in_word(at - 1)) && !in_word(at + key.size())) return true;
    }
    return false;
}

// Puts the suggested word in place of the first wrong one, a key or a scalar.
bool put_right(node& n, std::string_view wrong, std::string_view right) {
    if (n.is_scalar() && n.scalar == wrong) {
        n.scalar = right;
        return true;
    }
    for (yaml::entry& e : n.entries) {
        if (e.key == wrong && n.find(right) == nullptr) {
            e.key = right;
            return true;
        }
        if (put_right(e.value, wrong, right)) return true;
    }
    return std::any_of(n.items.begin(), n.items.end(), [&](node& item) { return put_right(item, wrong, right); });
}

void forget_places(node& n) {
    n.at = {};
    for (yaml::entry& e : n.entries) {
        e.at = {};
        forget_places(e.value);
    }
    for (node& item : n.items) forget_places(item);
}

class mender {
public:
    mender(document& d, const document* right) : d_(d), right_(right) {}

    // Whether the error only says that something is missing which was left out here.
    [[nodiscard]] bool caused(const error& e, const place& at) const {
        return std::any_of(left_out_.begin(), left_out_.end(), [&](const spot& s) {
            const auto is_here = [&](const place& p) { return same(p, at); };
            const auto is_named = [&](const std::string& key) { return mentions(e.message, key); };
            return std::any_of(s.above.begin(), s.above.end(), is_here) &&
                   std::any_of(s.keys.begin(), s.keys.end(), is_named);
        });
    }

    // Whether the document has changed. `again`: there was an error at this place before, and mending it did not
    // help.
    bool mend(const error& e, const place& at, bool again) {
        std::vector<spot> spots;
        find_spots(d_.root, at, {}, spots);
        if (!again && (put_suggested(e, spots) || put_missing(e, at))) return true;
        if (spots.empty()) return false;
        const spot& last = spots.back();
        node& holder = *last.holder;
        // What the whole file lacks is said at its first key, which is not to blame.
        if (&holder == &d_.root && same(at, d_.root.at) && !mentions(e.message, last.keys.back())) return false;
        left_out_.push_back(last);
        const auto n = static_cast<std::ptrdiff_t>(last.index);
        if (holder.is_map())
            holder.entries.erase(holder.entries.begin() + n);
        else
            holder.items.erase(holder.items.begin() + n);
        return true;
    }

private:
    bool put_suggested(const error& e, const std::vector<spot>& spots) {
        const std::string_view wrong = between(e.message, "'", "'");
        const std::string_view right = between(e.message, "did you mean '", "'");
        if (wrong.empty() || right.empty()) return false;
        for (auto s = spots.rbegin(); s != spots.rend(); ++s) {
            if (put_right(*s->holder, wrong, right)) return true;
        }
        return put_right(d_.root, wrong, right);
    }

    bool put_missing(const error& e, const place& at) {
        if (right_ == nullptr || !same(at, d_.root.at)) return false;
        for (const yaml::entry& one : right_->root.entries) {
            if (d_.root.find(one.key) != nullptr || !mentions(e.message, one.key)) continue;
            d_.root.entries.push_back(one);
            d_.root.entries.back().at = {};
            forget_places(d_.root.entries.back().value);
            return true;
        }
        return false;
    }

    document& d_;
    const document* right_;
    std::vector<spot> left_out_;  // their holders may be gone
};

}  // namespace

std::vector<error> all_errors(document d, const std::function<result<void>(const document&)>& read,
                              const document* right) {
    constexpr int rounds_max = 1000;
    std::vector<std::pair<place, error>> found;
    mender m(d, right);
    for (int round = 0; round < rounds_max; ++round) {
        const result<void> ok = read(d);
        if (ok) break;
        const error& e = ok.error();
        const auto at = place_of(d, e.where);
        if (!at) {
            // Of the whole, as it was mended: it says something about the file only if nothing else is wrong.
            constexpr place after_all{1'000'000'000, 0};
            if (found.empty()) found.emplace_back(after_all, error{e.code, e.message, d.name});
            break;
        }
        if (at->line == 0) break;  // in what was added here
        // What was mended and is wrong again has been reported; but much can be said of the whole file.
        const bool is_whole = same(*at, d.root.at);
        const bool again = std::any_of(found.begin(), found.end(), [&](const auto& f) {
            return f.second.where == e.where && (!is_whole || f.second.message == e.message);
        });
        if (!again && !m.caused(e, *at)) found.emplace_back(*at, e);
        if (!m.mend(e, *at, again)) break;
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first.line, a.first.column) < std::tie(b.first.line, b.first.column);
    });
    std::vector<error> out;
    for (auto& [at, e] : found) out.push_back(std::move(e));
    return out;
}

}  // namespace assay::harness
