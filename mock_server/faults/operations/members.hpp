// Changes to the members of any JSON object: claims, a JOSE header, the parameters of a redirect, a body. Pure
// functions, thread-safe.
#pragma once

#include "data/json.hpp"

namespace assay::mock::operations {

void set(json::object& target, const json::value& members);
void drop(json::object& target, const json::value& names);
void add(json::object& target, const json::value& members);  // even if the name exists already
void set_null(json::object& target, const json::value& names);
void retype(json::object& target, const json::value& kinds);   // {name: string|number|float|object|array|null}
void shift(json::object& target, const json::value& seconds);  // an absent claim counts from iat
// Sets those names to their values in `before`, where present.
void take_previous(json::object& target, const json::value& before, const json::value& names);

}  // namespace assay::mock::operations
