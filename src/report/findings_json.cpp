// SPDX-License-Identifier: MIT
#include "report/findings_json.h"

#include <nlohmann/json.hpp>

namespace gainstage::report {

nlohmann::ordered_json findings_json(const std::vector<verdict::Finding>& findings) {
    auto list = nlohmann::ordered_json::array();
    for (const verdict::Finding& finding : findings) {
        list.push_back({{"code", finding.code},
                        {"severity", verdict::name(finding.severity)},
                        {"stage", finding.stage},
                        {"evidence", finding.evidence},
                        {"action", finding.action},
                        {"reason", finding.reason}});
    }
    return list;
}

} // namespace gainstage::report
