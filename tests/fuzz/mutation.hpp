// A mutation that knows words and lines, for targets of texts: an input gets a word of the vocabulary, or its lines
// are repeated, removed or exchanged. Define LLVMFuzzerCustomMutator with it; libFuzzer's own mutation does the rest.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/target.hpp"

// NOLINTBEGIN(readability-identifier-naming): libFuzzer's names
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed);
// NOLINTEND(readability-identifier-naming)

namespace assay::fuzz {

class text_mutation {
public:
    text_mutation(std::string_view text, unsigned seed) : text_(text), random_(seed) {}

    void put_word(const std::vector<std::string>& words) {
        const auto& word = words[below(words.size())];
        const auto at = below(text_.size() + 1);
        // Over what is there, as often as between it.
        const auto over = below(2) == 0 ? 0 : std::min(text_.find_first_of("\n :&=,/\"", at), text_.size()) - at;
        text_.replace(at, over, word);
    }
    void change_lines() {
        std::vector<std::string_view> lines = split();
        const auto at = below(lines.size());
        const auto other = below(lines.size());
        const auto choice = below(3);
        if (choice == 0) {
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(other), lines[at]);
        } else if (choice == 1) {
            lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
        } else {
            std::swap(lines[at], lines[other]);
        }
        std::string out;
        for (const auto line : lines) out.append(line).append("\n");
        text_ = std::move(out);
    }
    std::size_t write(std::uint8_t* data, std::size_t max_size) const {
        const auto size = std::min(text_.size(), max_size);
        std::memcpy(data, text_.data(), size);
        return size;
    }

private:
    std::size_t below(std::size_t n) { return random_() % n; }
    [[nodiscard]] std::vector<std::string_view> split() const {
        std::vector<std::string_view> out;
        std::string_view rest = text_;
        do {
            const auto line = rest.substr(0, rest.find('\n'));
            out.push_back(line);
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        } while (!rest.empty());
        return out;
    }

    std::string text_;
    std::minstd_rand random_;
};

inline std::size_t mutate_text(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed,
                               const std::vector<std::string>& words) {
    if (seed % 4 > 1) return LLVMFuzzerMutate(data, size, max_size);
    text_mutation m(text_of(data, size), seed);
    if (seed % 4 == 0) {
        m.put_word(words);
    } else {
        m.change_lines();
    }
    return m.write(data, max_size);
}

}  // namespace assay::fuzz
