// Makes a draft answer as the capture shows, by the difference that a rehearsal found.
#pragma once

#include <set>
#include <string>

#include "harness/cli/twin/draft.hpp"
#include "harness/cli/twin/rehearsal.hpp"

namespace assay::harness::twin {

class mender {
public:
    explicit mender(draft& o) : o_(o) {}

    // True if the draft has changed: rehearse again. Each remedy is tried once.
    bool mend(const rehearsed& r);

private:
    bool once(const std::string& what) { return tried_.insert(what).second; }
    bool accept(const rehearsed& r);
    bool word(const rehearsed& r);
    bool word_denial(const rehearsed& r);
    bool shape(const rehearsed& r);
    bool shape_metadata(const rehearsed& r);
    bool shape_keys(const rehearsed& r);
    bool shape_callback(const rehearsed& r);
    bool shape_tokens(const rehearsed& r);
    bool give_refresh_token(const rehearsed& r);
    bool shape_claims(const rehearsed& r, const std::string& name);

    draft& o_;
    std::set<std::string> tried_;
};

}  // namespace assay::harness::twin
