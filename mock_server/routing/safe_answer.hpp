// What an answer may not do to the machine that reads it, whatever faults made of it. Pure functions, thread-safe.
#pragma once

#include "http/message.hpp"
#include "mock_server/request/context.hpp"

namespace assay::mock {

// Takes line breaks out of the status line and of header fields: what stands behind one would be a field, or a
// response, of whoever chose the text (RFC 9112 §11.1). They stay where a rule about them is switched off, for
// programs; a browser never gets any.
void keep_on_one_line(const context& c, http::response& r);

// Anybody's link can lead a browser to a fault issuer, and its faults can write any page on the origin that all
// issuers share. `before`: the answer without them. A page that they changed gets a sandbox without scripts; cookies
// and what else a browser keeps for the host are not theirs to set. Programs get the answer as it is.
void contain(const context& c, const http::response& before, http::response& r);

}  // namespace assay::mock
