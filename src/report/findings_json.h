// SPDX-License-Identifier: MIT
// findings_json: findings as every JSON document of gainstage has them. Private to this room.
#pragma once

#include "verdict/finding.h"

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace gainstage::report {

nlohmann::ordered_json findings_json(const std::vector<verdict::Finding>& findings);

} // namespace gainstage::report
