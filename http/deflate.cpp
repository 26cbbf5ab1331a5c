#include "http/deflate.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/crc.hpp>

namespace assay::http {
namespace {

namespace zlib = boost::beast::zlib;

std::string deflated(std::string_view bytes) {
    zlib::deflate_stream stream;
    std::string out(stream.upper_bound(bytes.size()) + 16, '\0');
    zlib::z_params p;
    p.next_in = bytes.data();
    p.avail_in = bytes.size();
    p.next_out = out.data();
    p.avail_out = out.size();
    boost::system::error_code ec;
    stream.write(p, zlib::Flush::finish, ec);
    out.resize(p.total_out);
    return out;
}

void add_little_endian(std::string& out, std::uint32_t n) {
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(n >> shift & 0xffU);
}

}  // namespace

std::string gzip(std::string_view bytes, std::size_t repeat) {
    // RFC 1952 §2.3: deflate, no flags, no time, unknown system.
    std::string member("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
    member += deflated(bytes);
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    add_little_endian(member, crc.checksum());
    add_little_endian(member, static_cast<std::uint32_t>(bytes.size()));
    std::string out;
    for (std::size_t n = 0; n < repeat; ++n) out += member;
    return out;
}

}  // namespace assay::http
