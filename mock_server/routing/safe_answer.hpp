// Keeps answers from harming the machine that reads them, whatever faults did to them. Pure functions, thread-safe.
#pragma once

#include "http/message.hpp"
#include "mock_server/request/context.hpp"

namespace assay::mock {

// Removes line breaks from the status line and from header fields: text after a line break would be another field, or
// another response, chosen by the text's author (response splitting, RFC 9112 §11.1). If a rule about line breaks is
// off, programs get them; browsers never do.
void keep_on_one_line(const context& c, http::response& r);

// Any link can lead a browser to a fault issuer, whose faults can write any page on the origin that all issuers
// share. `before`: the answer without faults. A page that faults changed gets a sandbox without scripts; changes of
// cookies and of other data that browsers keep per host are undone. Programs get the answer unchanged.
void contain(const context& c, const http::response& before, http::response& r);

}  // namespace assay::mock
