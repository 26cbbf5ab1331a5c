#include "mock_server/faults/operations/encodings.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace assay::mock {
namespace {

// Code points of valid UTF-8 (our own JSON writer made it).
std::vector<std::uint32_t> code_points(std::string_view utf8) {
    std::vector<std::uint32_t> out;
    for (const char ch : utf8) {
        const auto byte = static_cast<unsigned char>(ch);
        if ((byte & 0xc0U) == 0x80U) {
            if (!out.empty()) out.back() = out.back() << 6U | (byte & 0x3fU);
        } else if (byte < 0x80U) {
            out.push_back(byte);
        } else {
            out.push_back(byte & (byte >= 0xf0U ? 0x07U : byte >= 0xe0U ? 0x0fU : 0x1fU));
        }
    }
    return out;
}

void add_big_endian(std::string& out, std::uint32_t unit) {
    out += static_cast<char>(unit >> 8U & 0xffU);
    out += static_cast<char>(unit & 0xffU);
}

void add_bits(std::string& out, std::uint32_t three_bytes) {
    for (unsigned shift = 0; shift < 24; shift += 8) out += static_cast<char>(three_bytes >> shift & 0xffU);
}

}  // namespace

std::string escaped_json(std::string_view text) {
    std::string out = "\"";
    for (const char ch : text) {
        const auto byte = static_cast<unsigned char>(ch);
        out += byte < 0x80 ? fmt::format("\\u{:04X}", byte) : std::string(1, ch);
    }
    return out + "\"";
}

std::string in_charset(std::string_view utf8, std::string_view charset) {
    const bool latin1 = charset == "iso-8859-1";
    const bool whole = charset == "utf-32";
    std::string out = latin1 ? std::string{} : whole ? std::string("\0\0\xfe\xff", 4) : std::string("\xfe\xff");
    for (const auto point : code_points(utf8)) {
        if (latin1) {
            out += point <= 0xff ? static_cast<char>(point) : '?';
        } else if (whole) {
            add_big_endian(out, point >> 16U);
            add_big_endian(out, point & 0xffffU);
        } else if (point >= 0x10000) {
            add_big_endian(out, 0xd800U + ((point - 0x10000U) >> 10U));
            add_big_endian(out, 0xdc00U + ((point - 0x10000U) & 0x3ffU));
        } else {
            add_big_endian(out, point);
        }
    }
    return out;
}

std::string stored_brotli(std::string_view bytes) {
    constexpr std::size_t block_max = 65536;
    std::string out;
    for (bool first = true; !bytes.empty(); first = false) {
        const auto block = bytes.substr(0, block_max);
        // Brotli meta-block header: ISLAST 0, MNIBBLES 4, ISUNCOMPRESSED 1; the first block has the WBITS bit before
        // it.
        const auto header = static_cast<std::uint32_t>(block.size() - 1) << 3U | 1U << 19U;
        add_bits(out, first ? header << 1U : header);
        out += block;
        bytes.remove_prefix(block.size());
    }
    // An empty last meta-block; if it is the only one, the WBITS bit comes first.
    return out.empty() ? std::string("\x06") : out + '\x03';
}

std::string in_chunks(std::string_view bytes, bool extensions) {
    constexpr std::size_t chunk = 16;
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        const auto part = bytes.substr(at, chunk);
        out += fmt::format("{:x}{}\r\n{}\r\n", part.size(), extensions ? ";name=\"value\"" : "", part);
    }
    return out + (extensions ? "0;last\r\nX-Trailer: 1\r\n\r\n" : "0\r\n\r\n");
}

}  // namespace assay::mock
