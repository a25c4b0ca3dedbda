// SPDX-License-Identifier: MIT
// median: the middle one of some values, the upper of two.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace gainstage::take {

/// `values` aren't empty.
inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

} // namespace gainstage::take
