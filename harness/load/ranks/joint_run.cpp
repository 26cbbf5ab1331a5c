#include "harness/load/ranks/joint_run.hpp"

#include <optional>
#include <thread>
#include <utility>

namespace assay::load {
namespace {

constexpr std::chrono::milliseconds pause{2};
constexpr std::chrono::microseconds pause_in_haste{20};
constexpr std::chrono::seconds time_to_write{2};
constexpr std::chrono::seconds time_to_close{5};

// With what all have ended, or are ended.
int close(mailbox& box, int code) {
    if (!box.close(time_to_close)) box.abort(code);
    return code;
}

}  // namespace

int run_jointly(mailbox& box, joint_run what, const std::atomic<bool>& interrupted) {
    member own(box, std::move(what.load), what.silence, interrupted);
    std::optional<coordinator> lead;
    if (box.rank() == 0) lead.emplace(box, std::move(what.coordinator));
    while (!own.ended()) {
        while (auto one = box.receive()) {
            if (lead) lead->receive(*one);
            own.receive(*one);
        }
        own.look_around();
        if (lead) lead->look_around();
        if (lead && lead->gave_up()) {
            box.abort(*lead->gave_up());
            return *lead->gave_up();
        }
        if (!own.ended() && own.orphaned()) {
            const int code = what.orphaned(own.own_figures());
            // The others have noticed at the same time: the abort must not end them while they write.
            std::this_thread::sleep_for(time_to_write);
            box.abort(code);
            return code;
        }
        const bool hurry = own.in_haste() || (lead && lead->in_haste());
        std::this_thread::sleep_for(hurry ? std::chrono::nanoseconds(pause_in_haste) : pause);
    }
    return close(box, *own.ended());
}

void end_all(mailbox& box, int code) {
    for (std::size_t to = 1; to < box.size(); ++to) box.send(to, written(word::end, std::to_string(code)));
    close(box, code);
}

}  // namespace assay::load
