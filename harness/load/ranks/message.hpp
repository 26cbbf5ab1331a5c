// What ranks write to each other: a letter that starts with one of these words. Thread-safe: plain values.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/load/measurement/recorder.hpp"

namespace assay::load {

enum class word : char {
    // Rank 0 to all, itself included.
    material = 'M',  // what it read: text
    ping = 'P',      // what is your clock?
    start = 'S',     // when to begin, by the receiver's clock: ns since the epoch
    event = 'E',     // another event of the plan was carried out
    stop = 'X',      // begin nothing more
    compare = 'C',   // send your digests
    end = 'Z',       // the exit code of all
    // All to rank 0.
    ready = 'r',     // prepared; the name of the host
    pong = 'p',      // the sender's clock: ns since the epoch
    part = 'a',      // figures: assay.load/1
    done = 'd',      // the last figures
    failed = 'f',    // an error; its code and text
    repeated = 'n',  // how many values were seen by several ranks: a number for each kind
    // To anyone.
    beat = '.',     // still there
    digests = 'g',  // the digests that the receiver compares: kind, then 64-bit numbers
};

constexpr std::chrono::milliseconds beat_every{100};

[[nodiscard]] inline std::string written(word what, std::string_view text = {}) {
    std::string out(1, static_cast<char>(what));
    return out.append(text);
}
[[nodiscard]] inline word word_of(std::string_view bytes) {
    return bytes.empty() ? word::beat : static_cast<word>(bytes.front());
}
[[nodiscard]] inline std::string_view text_of(std::string_view bytes) {
    return bytes.empty() ? bytes : bytes.substr(1);
}

// Nanoseconds since the epoch, by this machine's system clock.
[[nodiscard]] std::int64_t clock_ns();
// A number, or 0 where there is none.
[[nodiscard]] std::int64_t number_in(std::string_view text);

// The part of each kind that rank `of` compares: those digests d with d mod ranks == of.
[[nodiscard]] std::string write_digests(const unique_digests& all, std::size_t of, std::size_t ranks);
// Adds them to `out`. A letter that is too short adds nothing.
void read_digests(std::string_view text, unique_digests& out);
// Each list has what all ranks sent: how many of each kind are repetitions.
[[nodiscard]] std::array<std::uint64_t, unique_kinds> repetitions(unique_digests& all);

}  // namespace assay::load
